package dev.cordon.agent.linux.files;

import static dev.cordon.agent.linux.files.Calls.checked;
import static dev.cordon.protocol.foreign.CLibrary.attempt;
import static dev.cordon.protocol.foreign.CLibrary.copy;
import static dev.cordon.protocol.foreign.CLibrary.text;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls.Attribute;
import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What file systems keep beside a file: access lists, labels, capabilities (xattr(7)). Stateless. */
final class ExtendedAttributes {

    private static final int MOST_BYTES = 65_536;

    private static final CFunction FLISTXATTR = CLibrary.STANDARD.function("flistxattr", 3);
    private static final CFunction FGETXATTR = CLibrary.STANDARD.function("fgetxattr", 4);
    private static final CFunction FSETXATTR = CLibrary.STANDARD.function("fsetxattr", 5);
    private static final CFunction FREMOVEXATTR = CLibrary.STANDARD.function("fremovexattr", 2);

    private ExtendedAttributes() {}

    /** All of them; none where the file system has no such thing. */
    static List<Attribute> of(int descriptor) throws FileCallException {
        try (Arena room = Arena.ofConfined()) {
            MemorySegment names = room.allocate(MOST_BYTES);
            long length = attempt((errno, arena) -> FLISTXATTR.call(errno, descriptor, names.address(), MOST_BYTES));
            if (length == -FileCallException.EOPNOTSUPP) {
                return List.of();
            }
            if (length < 0) {
                throw new FileCallException("listxattr", (int) -length);
            }
            List<Attribute> attributes = new ArrayList<>();
            byte[] all = names.asSlice(0, length).toArray(JAVA_BYTE);
            int start = 0;
            for (int i = 0; i < all.length; i++) {
                if (all[i] == 0) {
                    byte[] name = Arrays.copyOfRange(all, start, i);
                    attributes.add(attribute(descriptor, name, room));
                    start = i + 1;
                }
            }
            return attributes;
        }
    }

    private static Attribute attribute(int descriptor, byte[] name, Arena room) throws FileCallException {
        MemorySegment value = room.allocate(MOST_BYTES);
        long length = checked(
                "getxattr",
                (errno, arena) -> FGETXATTR.call(errno, descriptor, text(arena, name), value.address(), MOST_BYTES));
        return new Attribute(
                new String(name, StandardCharsets.ISO_8859_1),
                value.asSlice(0, length).toArray(JAVA_BYTE));
    }

    static void set(int descriptor, Attribute attribute) throws FileCallException {
        byte[] name = attribute.name().getBytes(StandardCharsets.ISO_8859_1);
        checked("setxattr", (errno, arena) -> (int) FSETXATTR.call(
                errno, descriptor, text(arena, name), copy(arena, attribute.value()), attribute.value().length, 0));
    }

    static void remove(int descriptor, String name) throws FileCallException {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        checked("removexattr", (errno, arena) -> (int) FREMOVEXATTR.call(errno, descriptor, text(arena, bytes)));
    }
}
