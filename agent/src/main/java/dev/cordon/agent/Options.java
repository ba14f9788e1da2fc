package dev.cordon.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code --name value} options of one command line; anything it does not know is an error that says what is known. */
final class Options {

    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    /** @throws UsageException if an option is unknown, given twice or without a value */
    static Options parse(String command, List<String> arguments, Set<String> known) throws UsageException {
        var values = new HashMap<String, String>();
        for (int i = 0; i < arguments.size(); i += 2) {
            var name = arguments.get(i);
            if (!known.contains(name)) {
                throw new UsageException("'" + command + "' does not know '" + name + "'; it takes "
                        + String.join(", ", known.stream().sorted().toList()));
            }
            if (i + 1 == arguments.size()) {
                throw new UsageException(name + " needs a value");
            }
            if (values.put(name, arguments.get(i + 1)) != null) {
                throw new UsageException(name + " is given twice; give it once");
            }
        }
        return new Options(values);
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    String require(String name) throws UsageException {
        var value = values.get(name);
        if (value == null || value.isBlank()) {
            throw new UsageException("give " + name);
        }
        return value;
    }
}
