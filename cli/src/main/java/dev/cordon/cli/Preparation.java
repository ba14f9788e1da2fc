package dev.cordon.cli;

import dev.cordon.cli.connection.NativeTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Readies, once after a build, what commands need to start at once: the library for TLS, and picocli with class files of
 * today. Those it is published with are of a format that is so old that the run time cannot keep them in its cache of
 * start-up work, nor any class that uses them; nothing but their format is changed. Commands run without all this, too.
 */
public final class Preparation {

    private Preparation() {}

    /** @param arguments where it goes, and picocli's jar, which is on the class path as well */
    public static void main(String... arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        NativeTls.unpack(folder);
        Path fresh = folder.resolve("picocli.jar.new");
        renew(Path.of(arguments[1]), fresh);
        Files.move(fresh, folder.resolve("picocli.jar"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Writes a jar anew with its class files in the format of this release of Java. */
    static void renew(Path jar, Path renewed) throws IOException {
        ClassFile format = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ConstantPoolSharingOption.NEW_POOL,
                ClassFile.ClassHierarchyResolverOption.of(
                        ClassHierarchyResolver.ofClassLoading(Preparation.class.getClassLoader())));
        try (InputStream from = Files.newInputStream(jar);
                ZipInputStream in = new ZipInputStream(from);
                OutputStream to = Files.newOutputStream(renewed);
                ZipOutputStream out = new ZipOutputStream(to)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(isOld(entry.getName()) ? renewed(format, content) : content);
                out.closeEntry();
            }
        }
    }

    /** What is for Groovy only extends classes that are not here. */
    private static boolean isOld(String name) {
        return name.endsWith(".class") && name.startsWith("picocli/") && !name.contains("/groovy/");
    }

    private static byte[] renewed(ClassFile format, byte[] content) {
        ClassFileVersion version = ClassFileVersion.of(ClassFile.JAVA_25_VERSION, 0);
        ClassTransform newVersion =
                (builder, element) -> builder.with(element instanceof ClassFileVersion ? version : element);
        ClassTransform newCode =
                ClassTransform.transformingMethodBodies((builder, instruction) -> builder.with(instruction));
        return format.transformClass(format.parse(content), newVersion.andThen(newCode));
    }
}
