package dev.cordon.agent.hash;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A hash by the run time's own classes: everywhere there, but slow where only the first compiler works. */
final class JdkDigest implements Digest {

    private final MessageDigest digest;

    JdkDigest(HashAlgorithm algorithm) {
        try {
            digest = MessageDigest.getInstance(algorithm.standardName());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java run time has " + algorithm.standardName(), e);
        }
    }

    @Override
    public void start() {
        digest.reset();
    }

    @Override
    public void update(MemorySegment data, long length) {
        digest.update(data.asSlice(0, length).asByteBuffer());
    }

    @Override
    public FileHash finish() {
        return FileHash.of(digest.digest());
    }
}
