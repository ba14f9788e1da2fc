package dev.cordon.cli.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The profiles of this user, in {@code CORDON_CONFIG}, else {@code $XDG_CONFIG_HOME/cordon}, else
 * {@code ~/.config/cordon}: one file each, readable by its owner only, and the name of the one in use.
 */
public final class Profiles {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final String SUFFIX = ".json";

    private final Map<String, String> environment;

    public Profiles(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The folder of everything that is kept; absent where there is no home. */
    public Optional<Path> folder() {
        return variable("CORDON_CONFIG")
                .or(() -> variable("XDG_CONFIG_HOME").map(folder -> folder + "/cordon"))
                .or(() -> variable("HOME").map(folder -> folder + "/.config/cordon"))
                .map(Path::of);
    }

    /**
     * The profile to use: the one asked for, else that of {@code CORDON_PROFILE}, else the one that was logged in to
     * last, else the operator file of a server in this folder. A name stands for a kept one, a path for a file.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Profile choose(Optional<String> wanted) {
        return Profile.read(wanted.or(() -> variable("CORDON_PROFILE"))
                .map(this::file)
                .or(() -> current().map(this::file))
                .orElse(Path.of("cordon-data", "operator.json")));
    }

    /** The file of a kept profile, or the file itself. */
    Path file(String nameOrPath) {
        return NAME.matcher(nameOrPath).matches() && !Files.exists(Path.of(nameOrPath))
                ? kept(nameOrPath)
                : Path.of(nameOrPath);
    }

    /** The name of the profile that was logged in to last. */
    public Optional<String> current() {
        return folder().map(folder -> folder.resolve("current"))
                .filter(Files::exists)
                .flatMap(file -> {
                    try {
                        String name = Files.readString(file).strip();
                        return NAME.matcher(name).matches() && Files.exists(kept(name))
                                ? Optional.of(name)
                                : Optional.empty();
                    } catch (IOException e) {
                        throw new UncheckedIOException("cannot read " + file, e);
                    }
                });
    }

    /** Keeps a profile under a name and uses it from now on. */
    public Path keep(String name, Profile profile) {
        try {
            Path file = kept(name);
            PrivateFile.write(file, profile.write());
            PrivateFile.write(home().resolve("current"), name + "\n");
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("the profile could not be kept in " + home() + ": " + e.getMessage(), e);
        }
    }

    /** Forgets a profile; false if there was none of this name. */
    public boolean remove(String name) {
        try {
            return Files.deleteIfExists(kept(name));
        } catch (IOException e) {
            throw new UncheckedIOException("the profile could not be removed: " + e.getMessage(), e);
        }
    }

    /** The names of the kept profiles. */
    public List<String> names() {
        Path folder = home().resolve("profiles");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
    }

    private Path kept(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a profile's name has letters, digits, - and _ only, at most 64: " + name);
        }
        return home().resolve("profiles").resolve(name + SUFFIX);
    }

    private Path home() {
        return folder().orElseThrow(() ->
                new IllegalArgumentException("there is no home folder to keep profiles in: set HOME or CORDON_CONFIG"));
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }
}
