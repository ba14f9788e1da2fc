package dev.cordon.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.agent.files.Shell;
import dev.cordon.protocol.wire.FileStatus;
import dev.cordon.protocol.wire.Restore;
import dev.cordon.protocol.wire.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that would start the file again is taken away with a backup, and nothing else; all of it comes back. */
final class PersistenceTest {

    private static final String EVIL = "/usr/local/bin/evil";

    @TempDir
    private Path folder;

    /** A hash over every file, link, owner, permission and time below etc, home and so on. */
    private static String fingerprint(Stage stage) throws Exception {
        return Shell.run("cd '" + stage.root
                + "'; find etc home root var usr -not -type d -printf '%p %y %l %m %U %G %T@ %s\\n' | sort;"
                + " find etc home root var usr -type f -print0 | sort -z | xargs -0 sha256sum");
    }

    private static void lay(Stage stage) throws Exception {
        stage.write("usr/local/bin/evil", "evil " + EVIL);
        stage.write("etc/passwd", "root:x:0:0::/root:/bin/bash\nu:x:1:1::/home/u:/bin/sh\nv:x:2:2::/srv/v:/bin/sh\n");
        stage.write(
                "etc/systemd/system/evil.service",
                "[Unit]\n[Service]\nExecStart=-" + EVIL + " --run\nRestart=always\n");
        stage.write("etc/systemd/system/evil.timer", "[Timer]\nOnBootSec=1\n");
        stage.write(
                "etc/systemd/system/good.service", "[Service]\nExecStart=/usr/bin/good\nExecStartPost=" + EVIL + "\n");
        stage.write("etc/systemd/system/innocent.service", "[Service]\nExecStart=" + EVIL + "-not-this\n");
        stage.write("etc/systemd/system/ssh.service.d/x.conf", "[Service]\nExecStartPre=" + EVIL + "\n");
        stage.write(
                "etc/systemd/system/ssh.service.d/y.conf",
                "[Service]\nMemoryMax=1G\nExecStart=\nExecStart=" + EVIL + "\n");
        stage.write("usr/lib/systemd/system/ssh.service", "[Service]\nExecStart=/usr/sbin/sshd -D\n");
        stage.write("etc/systemd/system/cups.service", "[Service]\nExecStart=" + EVIL + "\n");
        stage.write("usr/lib/systemd/system/cups.service", "[Service]\nExecStart=/usr/sbin/cupsd\n");
        stage.write("home/u/.config/systemd/user/ssh.service", "[Service]\nExecStart=" + EVIL + "\n");
        stage.write("home/u/.config/systemd/user/mine.service", "[Service]\nExecStart=" + EVIL + "\n");
        Shell.run(
                "cd '" + stage.root + "/etc/systemd/system'; mkdir multi-user.target.wants timers.target.wants;"
                        + " ln -s /etc/systemd/system/evil.service multi-user.target.wants/; ln -s ../evil.timer timers.target.wants/;"
                        + " ln -s ../good.service multi-user.target.wants/;"
                        + " ln -s /usr/lib/systemd/system/ssh.service /usr/lib/systemd/system/cups.service multi-user.target.wants/");
        stage.write(
                "etc/crontab",
                "SHELL=/bin/sh\n* * * * * root " + EVIL + "\n# " + EVIL + "\n1 * * * * root run-parts\n");
        stage.write("etc/cron.d/evil", "PATH=/bin\n\n* * * * * root " + EVIL + " x\n");
        stage.write("etc/cron.d/mixed", "* * * * * root good\n* * * * * root " + EVIL + "\n");
        stage.write("etc/cron.daily/evil", "#!/bin/sh\nset -e\n" + EVIL + "\n");
        Shell.run("mkdir '" + stage.root + "/etc/cron.hourly'; ln -s " + EVIL + " '" + stage.root
                + "/etc/cron.hourly/job'");
        stage.write("var/spool/cron/crontabs/u", "@reboot " + EVIL + "\n@daily mail\n");
        stage.write("var/spool/cron/atjobs/a0001", "#!/bin/sh\ncd /\n" + EVIL + "\n");
        stage.write("etc/xdg/autostart/evil.desktop", "[Desktop Entry]\nExec=\"" + EVIL + "\" %U\n");
        stage.write("home/u/.config/autostart/evil.desktop", "[Desktop Entry]\nExec=" + EVIL + "\n");
        stage.write("etc/rc.local", "#!/bin/sh\n" + EVIL + " &\nexit 0\n");
        stage.write("home/u/.bashrc", "alias l=ls\n(" + EVIL + " &)\n");
        stage.write("srv/v/.profile", EVIL + "\n");
        stage.write("root/.zshrc", "true; " + EVIL + " \\\n  --quiet\necho\n");
        stage.write("etc/ld.so.preload", "/lib/good.so\n" + EVIL + "\n");
        stage.write("etc/udev/rules.d/99.rules", "KERNEL==\"sda\", RUN+=\"" + EVIL + "\"\nKERNEL==\"sdb\"\n");
        stage.write("etc/pam.d/sshd", "auth required pam_unix.so\nauth optional pam_exec.so " + EVIL + "\n");
        stage.write(
                "root/.ssh/authorized_keys", "ssh-ed25519 AAAA me\ncommand=\"" + EVIL + "\" ssh-ed25519 BBBB them\n");
        stage.write("etc/profile.d/evil.sh", EVIL + "\n");
    }

    @Test
    void whenItIsStartedFromEverywhereThenAllOfThatIsTakenAwayAndComesBackBitForBit() throws Exception {
        try (var stage = new Stage(folder)) {
            lay(stage);
            var before = fingerprint(stage);

            var outcome = stage.quarantine(Stage.sha1(stage.root.resolve("usr/local/bin/evil")));

            assertThat(outcome.getResult()).as(outcome.getMessage()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(stage.places(outcome))
                    .containsExactly(
                            "PERSISTENCE_REMOVED /etc/cron.d/evil",
                            "PERSISTENCE_REMOVED /etc/cron.d/mixed",
                            "PERSISTENCE_REMOVED /etc/cron.daily/evil",
                            "PERSISTENCE_REMOVED /etc/cron.hourly/job",
                            "PERSISTENCE_REMOVED /etc/crontab",
                            "PERSISTENCE_REMOVED /etc/ld.so.preload",
                            "PERSISTENCE_REMOVED /etc/pam.d/sshd",
                            "PERSISTENCE_REMOVED /etc/profile.d/evil.sh",
                            "PERSISTENCE_REMOVED /etc/rc.local",
                            "PERSISTENCE_REMOVED /etc/systemd/system/cups.service",
                            "PERSISTENCE_REMOVED /etc/systemd/system/evil.service",
                            "PERSISTENCE_REMOVED /etc/systemd/system/evil.timer",
                            "PERSISTENCE_REMOVED /etc/systemd/system/good.service",
                            "PERSISTENCE_REMOVED /etc/systemd/system/multi-user.target.wants/evil.service",
                            "PERSISTENCE_REMOVED /etc/systemd/system/ssh.service.d/x.conf",
                            "PERSISTENCE_REMOVED /etc/systemd/system/ssh.service.d/y.conf",
                            "PERSISTENCE_REMOVED /etc/systemd/system/timers.target.wants/evil.timer",
                            "PERSISTENCE_REMOVED /etc/udev/rules.d/99.rules",
                            "PERSISTENCE_REMOVED /etc/xdg/autostart/evil.desktop",
                            "PERSISTENCE_REMOVED /home/u/.bashrc",
                            "PERSISTENCE_REMOVED /home/u/.config/autostart/evil.desktop",
                            "PERSISTENCE_REMOVED /home/u/.config/systemd/user/mine.service",
                            "PERSISTENCE_REMOVED /home/u/.config/systemd/user/ssh.service",
                            "PERSISTENCE_REMOVED /root/.ssh/authorized_keys",
                            "PERSISTENCE_REMOVED /root/.zshrc",
                            "PERSISTENCE_REMOVED /srv/v/.profile",
                            "PERSISTENCE_REMOVED /var/spool/cron/atjobs/a0001",
                            "PERSISTENCE_REMOVED /var/spool/cron/crontabs/u",
                            "QUARANTINED /usr/local/bin/evil");
            assertThat(stage.reloads).isEqualTo(1);
            assertThat(stage.stoppedUnits)
                    .as("no unit that others need, whatever a user calls his own")
                    .containsExactlyInAnyOrder("evil.service", "evil.timer");
            assertThat(Files.readString(stage.root.resolve("etc/systemd/system/ssh.service.d/y.conf"))
                            .replaceAll("#cordon-\\w+# ", "# "))
                    .isEqualTo("[Service]\nMemoryMax=1G\n# ExecStart=\n# ExecStart=" + EVIL + "\n");
            assertThat(Shell.run("grep -rhE '^[^#]*" + EVIL + "( |\"|$)' '" + stage.root + "' || true"))
                    .isEmpty();
            assertThat(Files.readString(stage.root.resolve("etc/rc.local")))
                    .startsWith("#!/bin/sh\n#cordon-")
                    .endsWith("\nexit 0\n");
            assertThat(Files.readString(stage.root.resolve("etc/cron.d/mixed"))).startsWith("* * * * * root good\n");
            Shell.run("bash -n '" + stage.root + "/root/.zshrc'");

            var restored = stage.restore(Restore.newBuilder().setOfActionId("q1"));

            assertThat(restored.getResult()).as(restored.getMessage()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(restored.getFilesList())
                    .extracting(file -> file.getStatus())
                    .containsOnlyOnce(FileStatus.FILE_STATUS_RESTORED);
            assertThat(fingerprint(stage)).isEqualTo(before);
            assertThat(stage.reloads).isEqualTo(2);
        }
    }

    @Test
    void whenOneLineOfAnotherServiceStartsItThenOnlyThatGoesAndTheServiceManagerIsTold() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.write("usr/local/bin/evil", "evil");
            var unit = stage.write(
                    "etc/systemd/system/good.service",
                    "[Service]\nExecStart=/usr/bin/good\nExecStartPost=" + EVIL + "\n");

            var outcome = stage.quarantine(Stage.sha1(evil));

            assertThat(outcome.getResult()).as(outcome.getMessage()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(Files.readString(unit)).startsWith("[Service]\nExecStart=/usr/bin/good\n#cordon-");
            assertThat(stage.reloads).isEqualTo(1);
            assertThat(stage.stoppedUnits).isEmpty();
        }
    }
}
