package dev.cordon.agent.hash;

/** The hashes a file is known by; told apart by their length. */
public enum HashAlgorithm {
    MD5("MD5", 16),
    SHA1("SHA-1", 20),
    SHA256("SHA-256", 32);

    private final String standardName;
    private final int bytes;

    HashAlgorithm(String standardName, int bytes) {
        this.standardName = standardName;
        this.bytes = bytes;
    }

    /** As Java's security providers call it. */
    public String standardName() {
        return standardName;
    }

    /** Length of a hash in bytes. */
    public int bytes() {
        return bytes;
    }

    static HashAlgorithm ofLength(int length) {
        for (var algorithm : values()) {
            if (algorithm.bytes == length) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException("a hash has 16 (MD5), 20 (SHA-1) or 32 (SHA-256) bytes, not " + length);
    }
}
