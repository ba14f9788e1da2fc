package dev.cordon.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --wait} and {@code --wait=TIMEOUT}. */
final class Wait {

    static final String USUAL = "10m";

    @Option(
            names = "--wait",
            paramLabel = "TIMEOUT",
            arity = "0..1",
            fallbackValue = USUAL,
            preprocessor = Attached.class,
            converter = Span.class,
            description = "Wait for the end of the action, at most so long: 30s, 5m, 2h (alone: " + USUAL + ")")
    private Optional<Duration> patience = Optional.empty();

    Optional<Duration> patience() {
        return patience;
    }

    /** Takes a value only where it is attached by "=", so that the word after a bare option stays a machine. */
    static final class Attached implements IParameterPreprocessor {
        @Override
        @SuppressWarnings("JdkObsolete") // picocli's own signature
        public boolean preprocess(
                Stack<String> arguments, CommandSpec command, ArgSpec argument, Map<String, Object> info) {
            if (" ".equals(info.get("separator"))) {
                arguments.push(USUAL);
            }
            return false;
        }
    }

    /** Reads 45, 45s, 10m, 2h. */
    static final class Span implements ITypeConverter<Duration> {

        private static final Pattern TEXT = Pattern.compile("(\\d{1,6})([smh]?)");

        @Override
        public Duration convert(String value) {
            Matcher text = TEXT.matcher(value);
            if (!text.matches()) {
                throw new TypeConversionException("'" + value + "' is no time-out: write 30s, 5m or 2h");
            }
            long number = Long.parseLong(text.group(1));
            return switch (text.group(2)) {
                case "h" -> Duration.ofHours(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofSeconds(number);
            };
        }
    }
}
