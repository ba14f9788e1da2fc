package dev.cordon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A build as people have it, with the tools of this computer: many short-lived programs (a C project under make), or
 * few that live longer (a Java project).
 */
final class SmallBuild {

    private static final int C_FILES = 40;
    private static final int CLASSES = 60;

    private final String name;
    private final PrivateRoot root;
    private final String script;

    private SmallBuild(String name, PrivateRoot root, String script) {
        this.name = name;
        this.root = root;
        this.script = script;
    }

    String name() {
        return name;
    }

    /** From nothing to the finished artefact; milliseconds. */
    double run() throws IOException, InterruptedException {
        return root.run("/bin/sh", "-ec", script);
    }

    /** Nothing where gcc or make is missing. */
    static Optional<SmallBuild> ofC(PrivateRoot root) throws IOException {
        if (!there("/usr/bin/gcc") || !there("/usr/bin/make")) {
            return Optional.empty();
        }
        var folder = Files.createDirectories(root.folder().resolve("tmp/cordon-build-c"));
        var objects = new StringBuilder();
        var calls = new StringBuilder();
        for (int i = 0; i < C_FILES; i++) {
            Files.writeString(
                    folder.resolve("part" + i + ".c"),
                    "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint part" + i
                            + "(int x) { char b[64]; snprintf(b, sizeof b, \"%d\", x); return atoi(b) + " + i
                            + "; }\n");
            objects.append(" part").append(i).append(".o");
            calls.append("int part").append(i).append("(int);\n");
        }
        calls.append("int main(void) { return part0(0); }\n");
        Files.writeString(folder.resolve("main.c"), calls);
        Files.writeString(
                folder.resolve("Makefile"),
                "whole: main.o" + objects + "\n\tgcc -o $@ $^\n%.o: %.c\n"
                        + "\t@echo compiling $< | sed s/compiling/gcc/ > /dev/null\n\tgcc -O1 -c -o $@ $<\n");
        return Optional.of(new SmallBuild(
                "c", root, "cd /tmp/cordon-build-c; rm -f *.o whole; make -s -j2; ./whole; test -x whole"));
    }

    /** Nothing where this run time has no compiler. */
    static Optional<SmallBuild> ofJava(PrivateRoot root) throws IOException {
        var bin = Path.of(System.getProperty("java.home"), "bin");
        if (!there(bin.resolve("javac").toString())) {
            return Optional.empty();
        }
        var folder = Files.createDirectories(root.folder().resolve("tmp/cordon-build-java/src/example"));
        for (int i = 0; i < CLASSES; i++) {
            Files.writeString(
                    folder.resolve("Part" + i + ".java"),
                    "package example;\nimport java.util.*;\npublic record Part" + i
                            + "(int x, List<String> names) {\n  public Map<String, Integer> lengths() {\n"
                            + "    var all = new TreeMap<String, Integer>();\n"
                            + "    for (var name : names) all.merge(name, name.length() + x, Integer::sum);\n"
                            + "    return all;\n  }\n}\n");
        }
        return Optional.of(new SmallBuild(
                "java",
                root,
                "cd /tmp/cordon-build-java; rm -rf out whole.jar; mkdir out; " + bin + "/javac -d out $(find src -name"
                        + " '*.java'); " + bin + "/jar --create --file whole.jar -C out ."));
    }

    private static boolean there(String program) {
        return Files.isExecutable(Path.of(program));
    }

    static List<String> names() {
        return List.of("c", "java");
    }
}
