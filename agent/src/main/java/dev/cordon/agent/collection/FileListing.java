package dev.cordon.agent.collection;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Lists what lies below folders, one entry a line: mode, owner, group, size, three times, path, and where a link leads.
 * Stays on each folder's own file system and follows no link.
 *
 * @param roots those that are not there are left out
 * @param most entries; the list then ends
 */
record FileListing(List<Path> roots, int depth, int most) implements Item.Writer {

    FileListing {
        roots = List.copyOf(roots);
    }

    @Override
    public void write(OutputStream out, BooleanSupplier stop) throws IOException {
        line(out, "mode\tuid\tgid\tsize\tmodified\tchanged\taccessed\tpath");
        var visitor = new Visitor(out, stop);
        for (var root : roots) {
            if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
                visitor.device = device(root);
                Files.walkFileTree(root, EnumSet.noneOf(FileVisitOption.class), depth, visitor);
            }
        }
    }

    private static Object device(Path path) throws IOException {
        return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final OutputStream out;
        private final BooleanSupplier stop;
        private Object device = "";
        private int listed;

        Visitor(OutputStream out, BooleanSupplier stop) {
            this.out = out;
            this.stop = stop;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            var result = visitFile(folder, attributes);
            return result == FileVisitResult.CONTINUE && !device(folder).equals(device)
                    ? FileVisitResult.SKIP_SUBTREE
                    : result;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (stop.getAsBoolean() || ++listed > most) {
                return FileVisitResult.TERMINATE;
            }
            try {
                var unix = Files.readAttributes(file, "unix:mode,uid,gid,ctime", LinkOption.NOFOLLOW_LINKS);
                var link = attributes.isSymbolicLink()
                        ? " -> " + SafeText.line(Files.readSymbolicLink(file).toString())
                        : "";
                var mode = unix.get("mode") instanceof Integer bits ? Integer.toOctalString(bits) : "?";
                line(
                        out,
                        mode + "\t"
                                + unix.get("uid") + "\t"
                                + unix.get("gid") + "\t" + attributes.size() + "\t" + attributes.lastModifiedTime()
                                + "\t" + unix.get("ctime") + "\t" + attributes.lastAccessTime() + "\t"
                                + SafeText.line(file.toString()) + link);
            } catch (java.nio.file.FileSystemException e) {
                line(out, "?\t\t\t\t\t\t\t" + SafeText.line(file.toString()));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            line(out, "?\t\t\t\t\t\t\t" + SafeText.line(file.toString()));
            return FileVisitResult.CONTINUE;
        }
    }
}
