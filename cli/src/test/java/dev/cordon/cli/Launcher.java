package dev.cordon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The launcher as people start it, before anything is packaged: a copy of it in a folder of its own, whose run time is
 * the one of this test with the classes of this test.
 */
final class Launcher {

    private Launcher() {}

    /** Puts it into a folder as {@code cordon}; {@code JAVA_HOME} must be the folder's {@code jdk}. */
    static void into(Path folder) throws IOException {
        Files.copy(Path.of(System.getProperty("cordon.root"), "cordon"), folder.resolve("cordon"));
        Files.createDirectories(folder.resolve("cli/target"));
        Files.createFile(folder.resolve("cli/target/cordon-cli-0.1.0-SNAPSHOT.jar"));
        Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
        executable(bin.resolve("javac"), "");
        executable(bin.resolve("java"), """
                while [ "$1" != dev.cordon.cli.Cordon ]; do shift; done
                exec '%s' --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' "$@"
                """.formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"), System.getProperty("java.class.path")));
    }

    /** Makes a shell script that may be run. */
    static void executable(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
