package dev.cordon.agent.vault;

import com.google.protobuf.ByteString;
import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.Stat;
import dev.cordon.agent.vault.wire.Attribute;
import dev.cordon.agent.vault.wire.Metadata;
import dev.cordon.agent.vault.wire.Time;
import java.util.Comparator;
import java.util.HashSet;

/** A file's metadata, taken from an open file and put on another. Stateless. */
final class Properties {

    private static final String LABEL = "security.selinux";

    private Properties() {}

    static Metadata of(FileCalls calls, Handle file, Stat stat) throws FileCallException {
        var metadata = of(stat).toBuilder().setFlags(calls.flags(file.descriptor()));
        calls.attributes(file.descriptor()).stream()
                .sorted(Comparator.comparing(FileCalls.Attribute::name))
                .forEach(attribute -> metadata.addAttributes(Attribute.newBuilder()
                        .setName(ByteString.copyFrom(attribute.name(), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .setValue(ByteString.copyFrom(attribute.value()))));
        return metadata.build();
    }

    /** What a symbolic link has. */
    static Metadata of(Stat stat) {
        return Metadata.newBuilder()
                .setUid(stat.uid())
                .setGid(stat.gid())
                .setMode(stat.mode())
                .setAccessed(time(stat.accessed()))
                .setModified(time(stat.modified()))
                .build();
    }

    /**
     * Puts everything but the inode flags on the file, in the order in which nothing undoes what came before: a change
     * of owner takes capabilities and set-id bits away, an access control list changes permissions.
     */
    static void apply(FileCalls calls, Metadata metadata, Handle file) throws FileCallException {
        int descriptor = file.descriptor();
        calls.setOwner(descriptor, metadata.getUid(), metadata.getGid());
        var wanted = new HashSet<String>();
        for (var attribute : metadata.getAttributesList()) {
            var name = attribute.getName().toString(java.nio.charset.StandardCharsets.ISO_8859_1);
            wanted.add(name);
            calls.setAttribute(
                    descriptor,
                    new FileCalls.Attribute(name, attribute.getValue().toByteArray()));
        }
        for (var inherited : calls.attributes(descriptor)) {
            if (!wanted.contains(inherited.name()) && !inherited.name().equals(LABEL)) {
                calls.removeAttribute(descriptor, inherited.name());
            }
        }
        calls.setPermissions(descriptor, metadata.getMode() & 07777);
        calls.setTimes(descriptor, time(metadata.getAccessed()), time(metadata.getModified()));
    }

    static Stat.Instant64 time(Time time) {
        return new Stat.Instant64(time.getSeconds(), time.getNanos());
    }

    static Time time(Stat.Instant64 time) {
        return Time.newBuilder()
                .setSeconds(time.seconds())
                .setNanos(time.nanos())
                .build();
    }
}
