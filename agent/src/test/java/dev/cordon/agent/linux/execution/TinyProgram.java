package dev.cordon.agent.linux.execution;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The smallest programs: statically linked, they do nothing but end with a status, or wait. */
final class TinyProgram {

    private static final int HEADERS = 64 + 56;
    private static final long ADDRESS = 0x400000;

    private TinyProgram() {}

    /**
     * @param size of the file; what lies behind the program is zero
     */
    static byte[] exits(int status, int size) {
        return program(arm() ? code(0xd2800000 | status << 5, 0xd2800ba8, 0xd4000001) : x86Exit(status), size);
    }

    /** Waits until it is ended by a signal. */
    static byte[] waits(int size) {
        // arm64: ppoll(0, 0, 0, 0); x86-64: pause()
        return program(
                arm()
                        ? code(0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800928, 0xd4000001)
                        : new byte[] {(byte) 0xb8, 34, 0, 0, 0, 0x0f, 0x05, (byte) 0xeb, (byte) 0xf7},
                size);
    }

    private static boolean arm() {
        return System.getProperty("os.arch").equals("aarch64");
    }

    private static byte[] x86Exit(int status) {
        return new byte[] {(byte) 0xbf, (byte) status, 0, 0, 0, (byte) 0xb8, 60, 0, 0, 0, 0x0f, 0x05};
    }

    private static byte[] code(int... instructions) {
        var code = ByteBuffer.allocate(instructions.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int instruction : instructions) {
            code.putInt(instruction);
        }
        return code.array();
    }

    private static byte[] program(byte[] code, int size) {
        var elf = ByteBuffer.allocate(Math.max(size, HEADERS + code.length)).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).position(16);
        elf.putShort((short) 2).putShort((short) (arm() ? 183 : 62)).putInt(1);
        elf.putLong(ADDRESS + HEADERS).putLong(64).putLong(0).putInt(0);
        elf.putShort((short) 64).putShort((short) 56).putShort((short) 1).putShort((short) 0);
        elf.putShort((short) 0).putShort((short) 0);
        elf.putInt(1).putInt(5).putLong(0).putLong(ADDRESS).putLong(ADDRESS);
        elf.putLong(HEADERS + code.length).putLong(HEADERS + code.length).putLong(0x1000);
        elf.put(code);
        return elf.array();
    }
}
