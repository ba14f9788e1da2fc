package dev.cordon.agent.execution;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.agent.storage.DurableFiles;
import dev.cordon.protocol.wire.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The command whose restriction is wanted on this machine, kept in the state directory from before it is applied until
 * after it is lifted, so that an agent that is started again puts it back. Beside the bytes lies their SHA-256.
 */
final class RestrictionIntent {

    private static final int CHECK_BYTES = 32;
    private static final long MOST_BYTES = 1 << 20;

    private final Path file;

    RestrictionIntent(Path stateDirectory) {
        this.file = stateDirectory.resolve("execution.intent");
    }

    /**
     * The command, or nothing where the machine is not to be restricted.
     *
     * @throws IOException if it cannot be read or is damaged
     */
    Optional<Command> read() throws IOException {
        byte[] bytes;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException(file + " is damaged: it is too large");
            }
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        byte[] command = Arrays.copyOfRange(bytes, Math.min(CHECK_BYTES, bytes.length), bytes.length);
        if (!MessageDigest.isEqual(check(command), Arrays.copyOf(bytes, CHECK_BYTES))) {
            throw new IOException(file + " is damaged");
        }
        try {
            return Optional.of(Command.parseFrom(command));
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(file + " is damaged", e);
        }
    }

    void write(Command command) throws IOException {
        byte[] payload = command.toByteArray();
        byte[] bytes = Arrays.copyOf(check(payload), CHECK_BYTES + payload.length);
        System.arraycopy(payload, 0, bytes, CHECK_BYTES, payload.length);
        DurableFiles.replace(file, bytes);
    }

    void remove() throws IOException {
        DurableFiles.delete(file);
    }

    private static byte[] check(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java run time has SHA-256", e);
        }
    }
}
