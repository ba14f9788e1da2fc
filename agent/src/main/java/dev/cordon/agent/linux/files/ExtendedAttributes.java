package dev.cordon.agent.linux.files;

import static dev.cordon.agent.linux.files.Calls.attempt;
import static dev.cordon.agent.linux.files.Calls.checked;
import static dev.cordon.agent.linux.files.Calls.copy;
import static dev.cordon.agent.linux.files.Calls.function;
import static dev.cordon.agent.linux.files.Calls.text;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls.Attribute;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What file systems keep beside a file: access lists, labels, capabilities (xattr(7)). Stateless. */
final class ExtendedAttributes {

    private static final int MOST_BYTES = 65_536;

    private static final MethodHandle FLISTXATTR =
            function("flistxattr", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle FGETXATTR =
            function("fgetxattr", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle FSETXATTR =
            function("fsetxattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FREMOVEXATTR =
            function("fremovexattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    private ExtendedAttributes() {}

    /** All of them; none where the file system has no such thing. */
    static List<Attribute> of(int descriptor) throws FileCallException {
        try (Arena room = Arena.ofConfined()) {
            MemorySegment names = room.allocate(MOST_BYTES);
            long length = attempt(
                    (errno, arena) -> (long) FLISTXATTR.invokeExact(errno, descriptor, names, (long) MOST_BYTES));
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
        long length = checked("getxattr", (errno, arena) ->
                (long) FGETXATTR.invokeExact(errno, descriptor, text(arena, name), value, (long) MOST_BYTES));
        return new Attribute(
                new String(name, StandardCharsets.ISO_8859_1),
                value.asSlice(0, length).toArray(JAVA_BYTE));
    }

    static void set(int descriptor, Attribute attribute) throws FileCallException {
        byte[] name = attribute.name().getBytes(StandardCharsets.ISO_8859_1);
        checked("setxattr", (errno, arena) -> (int) FSETXATTR.invokeExact(
                errno,
                descriptor,
                text(arena, name),
                copy(arena, attribute.value()),
                (long) attribute.value().length,
                0));
    }

    static void remove(int descriptor, String name) throws FileCallException {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        checked("removexattr", (errno, arena) -> (int) FREMOVEXATTR.invokeExact(errno, descriptor, text(arena, bytes)));
    }
}
