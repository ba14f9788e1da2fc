package dev.cordon.agent.vault;

import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A state directory for a vault, and a folder for what it takes. */
abstract class VaultBed {

    static final FileCalls CALLS = new LinuxFileCalls();
    static final Reason REASON = new Reason("action-1", "test");
    static final Instant NOW = Instant.parse("2026-11-22T03:00:00Z");

    @TempDir
    Path folder;

    Path state;
    RawPath place;

    @BeforeEach
    void prepare() throws IOException {
        state = Files.createDirectory(folder.resolve("state"));
        place = RawPath.of(Files.createDirectory(folder.resolve("place")).resolve("evil"));
    }

    Vault open() throws IOException {
        return open(CALLS);
    }

    Vault open(FileCalls calls) throws IOException {
        return Vault.open(state, calls, InstantSource.fixed(NOW), Log.silent());
    }

    List<String> vaultFiles() throws IOException {
        try (var files = Files.list(state.resolve("vault"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
