package dev.cordon.agent.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Socket addresses in the kernel's form: {@code struct sockaddr_in}, {@code _in6}, {@code _nl}, {@code _ll}. */
final class SocketAddress {

    private SocketAddress() {}

    static byte[] of(InetAddress address, int port) {
        boolean ipv4 = address.getAddress().length == 4;
        ByteBuffer buffer = ByteBuffer.allocate(ipv4 ? 16 : 28).order(ByteOrder.nativeOrder());
        buffer.putShort((short) (ipv4 ? LibC.AF_INET : LibC.AF_INET6));
        buffer.put((byte) (port >> 8)).put((byte) port);
        if (!ipv4) {
            buffer.putInt(0);
        }
        buffer.put(address.getAddress());
        if (address instanceof Inet6Address inet6) {
            buffer.putInt(inet6.getScopeId());
        }
        return buffer.array();
    }

    static byte[] netlink(int groups) {
        return ByteBuffer.allocate(12)
                .order(ByteOrder.nativeOrder())
                .putShort((short) LibC.AF_NETLINK)
                .putShort((short) 0)
                .putInt(0)
                .putInt(groups)
                .array();
    }

    static byte[] frame(int interfaceIndex, int etherType, byte[] destination) {
        return ByteBuffer.allocate(20)
                .order(ByteOrder.nativeOrder())
                .putShort((short) LibC.AF_PACKET)
                .put((byte) (etherType >> 8))
                .put((byte) etherType)
                .putInt(interfaceIndex)
                .putShort((short) 0)
                .put((byte) 0)
                .put((byte) destination.length)
                .put(destination)
                .array();
    }
}
