package dev.cordon.agent.files;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder that stands for a machine of an rpm distribution: packages are built by rpmbuild and put there, replaced and
 * removed by rpm itself, which keeps its database below {@code var/lib/rpm}.
 *
 * @param root the machine's files
 * @param work where packages are built
 */
public record RpmRoot(Path root, Path work) {

    private static final String DATABASE = "/var/lib/rpm";

    /** Leaves the test out where rpm cannot build packages. */
    public static RpmRoot in(Path folder) throws IOException {
        boolean builds =
                Stream.of("/usr/bin/rpm", "/usr/bin/rpmbuild").allMatch(name -> Files.isExecutable(Path.of(name)));
        assumeTrue(builds, "needs rpm and rpmbuild");
        return new RpmRoot(
                Files.createDirectories(folder.resolve("root")), Files.createDirectories(folder.resolve("packages")));
    }

    /**
     * Builds a package whose programs hold their package's name and version.
     *
     * @param lines further ones of its description, such as {@code Requires: other}
     * @param files absolute, as its list of files has them: {@code %ghost} may stand in front
     */
    public Path build(String name, String version, List<String> lines, String... files) throws Exception {
        var install = new StringBuilder("mkdir -p %{buildroot}\n");
        for (var file : files) {
            String path = "\"%{buildroot}" + file.substring(file.indexOf('/')) + '"';
            install.append("mkdir -p \"$(dirname ")
                    .append(path)
                    .append(")\"\nprintf '%s' '")
                    .append(content(name, version))
                    .append("' > ")
                    .append(path)
                    .append("\nchmod 755 ")
                    .append(path)
                    .append('\n');
        }
        var listed = Arrays.stream(files)
                .map(file -> file.substring(0, file.indexOf('/')) + '"' + file.substring(file.indexOf('/')) + '"')
                .toList();
        var description = work.resolve(name + ".spec");
        Files.writeString(description, """
                Name: %s
                Version: %s
                Release: 1
                Summary: for a test
                License: none
                BuildArch: noarch
                AutoReqProv: no
                %%define __os_install_post %%{nil}
                %s
                %%description
                For a test.
                %%install
                %s
                %%files
                %s
                """.formatted(
                        name, version, String.join("\n", lines), install, String.join("\n", listed)));
        Shell.run("rpmbuild --quiet --define '_topdir " + work + "' -bb '" + description + "'");
        return work.resolve("RPMS/noarch/" + name + "-" + version + "-1.noarch.rpm");
    }

    /** What each program of a package holds. */
    public static String content(String name, String version) {
        return name + " " + version;
    }

    public void install(Path... packages) throws Exception {
        rpm("-i", packages);
    }

    public void upgrade(Path... packages) throws Exception {
        rpm("-U", packages);
    }

    public void erase(String name) throws Exception {
        rpm("-e", Path.of(name));
    }

    private void rpm(String what, Path... packages) throws Exception {
        var names = Arrays.stream(packages).map(each -> "'" + each + "'").collect(Collectors.joining(" "));
        Shell.run("rpm --root '" + root + "' --dbpath " + DATABASE + " --nodeps " + what + " " + names);
    }
}
