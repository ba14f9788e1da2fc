package dev.cordon.agent.hash;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.HexFormat;

/** MD5, SHA-1 or SHA-256 of a file's content; its length says which. Immutable, equal by value, ordered by its bytes. */
public final class FileHash implements Comparable<FileHash> {

    private final HashAlgorithm algorithm;
    private final byte[] value;

    private FileHash(HashAlgorithm algorithm, byte[] value) {
        this.algorithm = algorithm;
        this.value = value;
    }

    /** @throws IllegalArgumentException unless there are 16, 20 or 32 bytes */
    public static FileHash of(byte[] value) {
        return new FileHash(HashAlgorithm.ofLength(value.length), value.clone());
    }

    /** @throws IllegalArgumentException unless there are 16, 20 or 32 bytes */
    public static FileHash of(ByteString value) {
        return new FileHash(HashAlgorithm.ofLength(value.size()), value.toByteArray());
    }

    /**
     * @param hex in upper or lower case
     * @throws IllegalArgumentException unless it is hex of 32, 40 or 64 digits
     */
    public static FileHash parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    public HashAlgorithm algorithm() {
        return algorithm;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return value.clone();
    }

    /** Lower-case hex. */
    public String hex() {
        return HexFormat.of().formatHex(value);
    }

    public ByteString toByteString() {
        return ByteString.copyFrom(value);
    }

    /** Compares with the hash of the same kind that lies in an array. */
    int compare(byte[] values, int at) {
        return Arrays.compareUnsigned(value, 0, value.length, values, at, at + value.length);
    }

    void copyTo(byte[] values, int at) {
        System.arraycopy(value, 0, values, at, value.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileHash hash && Arrays.equals(value, hash.value);
    }

    /** The first four bytes: they are as good as random. */
    @Override
    public int hashCode() {
        return (value[0] << 24) | ((value[1] & 0xff) << 16) | ((value[2] & 0xff) << 8) | (value[3] & 0xff);
    }

    @Override
    public int compareTo(FileHash other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return hex();
    }
}
