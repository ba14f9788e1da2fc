package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.agent.execution.ExecutionException;
import dev.cordon.agent.files.RpmRoot;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.linux.files.RpmProgram;
import dev.cordon.agent.log.Log;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is trusted of packages that rpm itself installed, upgraded and removed. */
final class RpmTest {

    private static final List<String> OLD_DIGESTS = List.of("%define _binary_filedigest_algorithm 1");
    private static final List<String> NEW_DIGESTS = List.of("%define _binary_filedigest_algorithm 10");

    @TempDir
    Path folder;

    private RpmRoot machine;

    @BeforeEach
    void machine() throws Exception {
        machine = RpmRoot.in(folder);
    }

    @Test
    void whenPackagesAreInstalledThenTheirProgramsAreTrustedByTheirCheckValues() throws Exception {
        machine.install(
                machine.build("tool", "1", List.of(), "/usr/bin/tool", "/usr/bin/with blank", "%ghost /usr/bin/made"),
                machine.build("changed", "1", List.of(), "/usr/bin/changed"),
                machine.build("removed", "1", List.of(), "/usr/bin/removed"),
                machine.build("old", "1", OLD_DIGESTS, "/usr/lib/old.so.1"),
                machine.build("strong", "1", NEW_DIGESTS, "/usr/bin/strong"),
                machine.build("empty", "1", List.of()));
        program("usr/bin/changed", "changed by somebody");
        program("usr/bin/made", "made by a package's script");
        program("usr/bin/alien", "of no package");
        Files.delete(machine.root().resolve("usr/bin/removed"));
        Files.createSymbolicLink(machine.root().resolve("usr/bin/removed"), Path.of("alien"));

        var trusted = capture();

        assertThat(trusted.contains(sha256(RpmRoot.content("tool", "1")))).isTrue();
        assertThat(trusted.contains(hash(RpmRoot.content("old", "1"), HashAlgorithm.MD5)))
                .as("from the time of MD5")
                .isTrue();
        assertThat(trusted.contains(sha256(RpmRoot.content("strong", "1"))))
                .as("by a hash that is not known here: read")
                .isTrue();
        assertThat(trusted.contains(sha256("made by a package's script"))).isTrue();
        assertThat(trusted.contains(sha256("changed by somebody"))).isFalse();
        assertThat(trusted.contains(sha256("of no package"))).isFalse();
        assertThat(trusted.contains(FileHash.of(new byte[32])))
                .as("what stands for no check value")
                .isFalse();
        // the check value of what was changed is trusted, should it come back
        assertThat(trusted.size()).isEqualTo(5);
    }

    @Test
    void whenPackagesAreUpgradedAndRemovedThenWhatIsCapturedAnewFollows() throws Exception {
        machine.install(
                machine.build("tool", "1", List.of(), "/usr/bin/tool"),
                machine.build("other", "1", List.of(), "/usr/bin/other"));
        assertThat(capture().contains(sha256(RpmRoot.content("tool", "1")))).isTrue();

        machine.upgrade(machine.build("tool", "2", List.of(), "/usr/bin/tool"));
        var upgraded = capture();
        assertThat(upgraded.contains(sha256(RpmRoot.content("tool", "2")))).isTrue();
        assertThat(upgraded.contains(sha256(RpmRoot.content("tool", "1")))).isFalse();
        assertThat(upgraded.size()).isEqualTo(2);

        machine.erase("tool");
        var left = capture();
        assertThat(left.contains(sha256(RpmRoot.content("other", "1")))).isTrue();
        assertThat(left.size()).isOne();
    }

    @Test
    void whenTheDatabaseIsDamagedThenNothingIsTrustedByHalf() throws Exception {
        machine.install(machine.build("tool", "1", List.of(), "/usr/bin/tool"));
        var database = machine.root().resolve("var/lib/rpm/rpmdb.sqlite");
        Files.writeString(database, "no database");
        Files.deleteIfExists(database.resolveSibling("rpmdb.sqlite-wal"));
        Files.deleteIfExists(database.resolveSibling("rpmdb.sqlite-shm"));

        assertThatThrownBy(this::capture)
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("see whether its database is whole");
    }

    @Test
    void whenThereIsOnlyTheFolderOfAnUnusedRpmThenThereIsNoDatabase() throws Exception {
        Files.createDirectories(machine.root().resolve("var/lib/rpm"));
        assertThat(RpmProgram.below(machine.root())).isEmpty();
    }

    private FileHashSet capture() throws Exception {
        var database = RpmProgram.below(machine.root()).orElseThrow();
        return new TrustBaseline(folder, List.of(new Rpm(database, machine.root())), Log.silent())
                .capture(false, false);
    }

    private void program(String path, String content) throws Exception {
        var file = Files.writeString(machine.root().resolve(path), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static FileHash sha256(String content) throws Exception {
        return hash(content, HashAlgorithm.SHA256);
    }

    private static FileHash hash(String content, HashAlgorithm algorithm) throws Exception {
        var digest = MessageDigest.getInstance(algorithm == HashAlgorithm.MD5 ? "MD5" : "SHA-256");
        return FileHash.of(digest.digest(content.getBytes(StandardCharsets.UTF_8)));
    }
}
