package dev.cordon.agent.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.InterposedCalls;
import dev.cordon.agent.files.PrivateMount;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Shell;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the vault takes it gives back as it was, whatever the file has. */
final class VaultTest extends VaultBed {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 300_000})
    void whenAFileIsTakenAndRestoredThenItIsTheSameInEverything(int size) throws Exception {
        byte[] content = Specimen.bytes(size, size);
        Specimen.make(CALLS, place, content);
        var original = Specimen.at(CALLS, place);
        try (var vault = open()) {
            var taken = vault.take(place, Specimen.sha256(content), REASON);

            assertThat(Specimen.at(CALLS, place)).isEmpty();
            assertThat(taken.namesLeft()).isZero();
            assertThat(vault.ids()).containsExactly(taken.entry().id());
            assertThat(vault.entry(taken.entry().id()))
                    .returns(place, VaultEntry::path)
                    .returns((long) size, VaultEntry::size)
                    .returns(Specimen.sha256(content).hex(), VaultEntry::sha256)
                    .returns(REASON, VaultEntry::reason)
                    .returns(NOW, VaultEntry::at);

            vault.restore(taken.entry().id());

            assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
            assertThat(vault.ids()).isEmpty();
        }
        assertThat(vaultFiles()).containsExactly("key");
    }

    @Test
    void whenAnotherProcessOpensTheVaultThenItFindsAndRestoresWhatWasTaken() throws Exception {
        byte[] content = Specimen.bytes(1000, 1);
        Specimen.make(CALLS, place, content);
        var original = Specimen.at(CALLS, place);
        try (var vault = open()) {
            vault.take(place, null, REASON);
        }
        try (var vault = open()) {
            var id = vault.ids().getFirst();
            assertThat(vault.matches(id, Specimen.digest("MD5", content))).isTrue();
            assertThat(vault.matches(id, Specimen.digest("SHA-1", content))).isTrue();
            assertThat(vault.matches(id, Specimen.digest("SHA-1", new byte[1]))).isFalse();
            vault.restore(id);
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
    }

    @Test
    void whenItIsInTheVaultThenNobodyElseCanReadItAndItsContentIsNotThere() throws Exception {
        byte[] content = "X5O!P%@AP a text that a scanner would find".getBytes(StandardCharsets.UTF_8);
        Specimen.make(CALLS, place, content);
        try (var vault = open()) {
            vault.take(place, null, REASON);
        }
        assertThat(Shell.run("stat -c %a '" + state + "/vault' '" + state + "/vault/key'"))
                .isEqualTo("700\n600\n");
        for (var name : vaultFiles()) {
            assertThat(new String(
                            Files.readAllBytes(state.resolve("vault").resolve(name)), StandardCharsets.ISO_8859_1))
                    .doesNotContain("a scanner")
                    .doesNotContain("evil");
        }
    }

    @Test
    void whenTheNameIsNoTextThenItIsTakenAndRestoredUnderTheSameBytes() throws Exception {
        byte[] name = {'e', '\n', 0x1b, '[', '3', '1', 'm', (byte) 0xff, (byte) 0xc3, ' ', '"', '\\', 'x', '4', '1'};
        var strange = place.parent().resolve(name);
        Specimen.make(CALLS, strange, new byte[] {1});
        var original = Specimen.at(CALLS, strange);
        try (var vault = open()) {
            var taken = vault.take(strange, null, REASON);
            assertThat(Specimen.at(CALLS, strange)).isEmpty();
            assertThat(taken.entry().path().toString()).endsWith("/e\\x0A\\x1B[31m\\xFF\\xC3 \"\\x5Cx41");
            vault.restore(taken.entry().id());
        }
        assertThat(Specimen.at(CALLS, strange)).isEqualTo(original);
    }

    @Test
    void whenItHasAnotherHashThenItStaysWhereItIs() throws Exception {
        Specimen.make(CALLS, place, new byte[] {1});
        var original = Specimen.at(CALLS, place);
        try (var vault = open()) {
            assertThatThrownBy(() -> vault.take(place, Specimen.sha256(new byte[] {2}), REASON))
                    .isInstanceOfSatisfying(
                            VaultException.class, e -> assertThat(e.why()).isEqualTo(VaultException.Why.CHANGED));
            assertThat(vault.ids()).isEmpty();
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
    }

    @Test
    void whenItHasOtherNamesThenTheirNumberIsTold() throws Exception {
        Specimen.make(CALLS, place, new byte[] {1});
        Shell.run("ln '" + place + "' '" + place + ".second'");
        try (var vault = open()) {
            assertThat(vault.take(place, null, REASON).namesLeft()).isEqualTo(1);
            assertThat(vault.take(RawPath.of(place + ".second"), null, REASON).namesLeft())
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"i", "a", "ia"})
    void whenItIsImmutableThenItIsTakenAndIsImmutableAgainWhenItIsRestored(String flags) throws Exception {
        try (var mount = PrivateMount.ext4(folder.resolve("mount"), 16)) {
            var there = RawPath.of(mount.path().resolve("evil"));
            Specimen.make(CALLS, there, new byte[] {1});
            Shell.run("chattr +" + flags + " '" + there + "'");
            var original = Specimen.at(CALLS, there);
            try (var vault = open()) {
                var id = vault.take(there, null, REASON).entry().id();
                assertThat(Specimen.at(CALLS, there)).isEmpty();
                vault.restore(id);
            }
            assertThat(Specimen.at(CALLS, there)).isEqualTo(original);
            Shell.run("chattr -ia '" + there + "'");
        }
    }

    @Test
    void whenTheFileSystemHasNoFilesWithoutNameThenItIsBuiltBesideItsPlace() throws Exception {
        Specimen.make(CALLS, place, Specimen.bytes(100_000, 8));
        var original = Specimen.at(CALLS, place);
        var old = InterposedCalls.withoutUnnamed(CALLS);
        comesBackBesideItsPlace(original, old);
    }

    @Test
    void whenTheFileSystemIsOfANetworkThenItComesBackWithoutReplacingAnything() throws Exception {
        Specimen.make(CALLS, place, Specimen.bytes(100_000, 8));
        open().close();
        comesBackBesideItsPlace(Specimen.at(CALLS, place), InterposedCalls.ofNetwork(CALLS));
    }

    private void comesBackBesideItsPlace(Optional<Specimen> original, FileCalls calls) throws Exception {
        try (var vault = open(calls)) {
            var id = vault.take(place, null, REASON).entry().id();
            Files.write(Path.of(place.toString()), new byte[] {9});
            assertThatThrownBy(() -> vault.restore(id)).hasMessageContaining("move it away");
            Shell.run("rm '" + place + "'");
            vault.restore(id);
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
        assertThat(Shell.run("ls -A '" + place.parent() + "'")).isEqualTo("evil\n");
    }

    @Test
    void whenTheFolderHandsItsAccessControlListDownThenARestoredFileDoesNotGetIt() throws Exception {
        Files.write(Path.of(place.toString()), new byte[] {1});
        var original = Specimen.at(CALLS, place);
        try (var parent = Handle.folder(CALLS, place.parent())) {
            CALLS.setAttribute(parent.descriptor(), new FileCalls.Attribute("system.posix_acl_default", Specimen.ACL));
        }
        try (var vault = open()) {
            vault.restore(vault.take(place, null, REASON).entry().id());
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
    }

    @Test
    void whenALinkIsTakenThenWhatItLeadsToIsLeftAlone() throws Exception {
        Shell.run("echo x > '" + place + "'; cd '" + place.parent()
                + "'; ln -s evil link; touch -h -d '2001-02-03 04:05:06.7' link" + "; chown -h 1000:1001 link");
        var look = "stat -c '%u %g %y %N' '" + place.parent() + "/link'";
        var before = Shell.run(look);
        try (var vault = open()) {
            var entry = vault.takeLink(RawPath.of(place.parent() + "/link"), REASON);
            assertThat(Shell.run("ls '" + place.parent() + "'")).isEqualTo("evil\n");
            vault.restore(entry.id());
        }
        assertThat(Shell.run(look)).isEqualTo(before);
    }

    @Test
    void whenLinesAreCommentedOutThenTheRestStaysAndTheFileComesBackBitForBit() throws Exception {
        Files.writeString(Path.of(place.toString()), "one\ntwo /tmp/evil \\\n  --more\nthree\nlast without end");
        Shell.run("chmod 640 '" + place + "'; chown 1000:1001 '" + place + "'; touch -d '2001-02-03 04:05:06.7' '"
                + place + "'");
        var original = Specimen.at(CALLS, place);
        try (var vault = open()) {
            var entry = vault.commentOut(place, List.of("two /tmp/evil \\\n  --more\n".getBytes()), REASON);
            var mark = "#cordon-" + entry.id().substring(0, 8) + "# ";
            assertThat(Files.readString(Path.of(place.toString())))
                    .isEqualTo("one\n" + mark + "two /tmp/evil \\\n" + mark + "  --more\nthree\nlast without end");
            assertThat(Shell.run("stat -c '%a %u %g' '" + place + "'")).isEqualTo("640 1000 1001\n");
            vault.restore(entry.id());
            assertThat(vault.ids()).isEmpty();
        }
        assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
    }

    @Test
    void whenTheFileWasEditedSinceThenOnlyTheLinesComeBack() throws Exception {
        var file = Path.of(place.toString());
        Files.writeString(file, "one\ntwo\nthree\n");
        try (var vault = open()) {
            var entry = vault.commentOut(place, List.of("two\n".getBytes()), REASON);
            Files.writeString(file, Files.readString(file).replace("one", "uno") + "four\n");
            vault.restore(entry.id());
            assertThat(Files.readString(file)).isEqualTo("uno\ntwo\nthree\nfour\n");

            var again = vault.commentOut(place, List.of("two\n".getBytes()), REASON);
            Files.writeString(file, "uno\nfour\n");
            assertThatThrownBy(() -> vault.restore(again.id())).hasMessageContaining("was changed since");
            assertThat(vault.ids()).containsExactly(again.id());
        }
    }
}
