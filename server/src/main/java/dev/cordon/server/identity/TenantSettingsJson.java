package dev.cordon.server.identity;

import dev.cordon.server.identity.IsolationSettings.Exclusion;
import dev.cordon.server.identity.IsolationSettings.Flow;
import dev.cordon.server.identity.IsolationSettings.Transport;
import dev.cordon.server.web.ApiException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Settings as JSON, in the database and in {@code /cordon/v1/settings}. A key left out has its default. */
final class TenantSettingsJson {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Pattern USER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}\\$?");
    private static final Pattern UNIT = Pattern.compile("[A-Za-z0-9:_.\\\\@-]{1,240}\\.service");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Duration SHORTEST_LIFETIME = Duration.ofMinutes(1);
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(30);

    private TenantSettingsJson() {}

    /** Settings as the database keeps them. */
    static TenantSettings parse(String json) {
        return read(MAPPER.readTree(json));
    }

    /** @throws ApiException 400 that names the first value that is wrong */
    static TenantSettings read(JsonNode json) {
        var settings = new StrictObject(json, "");
        var isolation = settings.object("isolation").map(TenantSettingsJson::isolation);
        var execution = settings.object("execution").map(TenantSettingsJson::execution);
        var objects = settings.object("objects").map(TenantSettingsJson::objects);
        var signIn = settings.object("signIn").map(TenantSettingsJson::signIn);
        var lifetime = settings.integer(
                        "actionLifetimeSeconds", SHORTEST_LIFETIME.toSeconds(), LONGEST_LIFETIME.toSeconds())
                .map(Duration::ofSeconds);
        settings.end();
        return new TenantSettings(
                isolation.orElse(IsolationSettings.DEFAULT),
                execution.orElse(ExecutionSettings.DEFAULT),
                objects.orElse(ObjectSettings.DEFAULT),
                signIn.orElse(SignInSettings.DEFAULT),
                lifetime.orElse(TenantSettings.DEFAULT.actionLifetime()));
    }

    static ObjectNode write(TenantSettings settings) {
        var json = MAPPER.createObjectNode();
        var isolation = json.putObject("isolation");
        isolation.put("deadManSeconds", settings.isolation().deadManSeconds());
        var exclusions = isolation.putArray("exclusions");
        for (var exclusion : settings.isolation().exclusions()) {
            var one = exclusions.addObject().put("name", exclusion.name());
            exclusion.destinations().forEach(one.putArray("destinations")::add);
            exclusion.ports().forEach(one.putArray("ports")::add);
            one.put("protocol", exclusion.protocol().map(Transport::word).orElse(null));
            one.put("user", exclusion.user().orElse(null));
            one.put("service", exclusion.service().orElse(null));
            one.put("direction", exclusion.direction().word());
        }
        var execution = json.putObject("execution")
                .put("monitorOnly", settings.execution().monitorOnly())
                .put("coverInterpreters", settings.execution().coverInterpreters());
        settings.execution().trustedHashes().forEach(execution.putArray("trustedHashes")::add);
        settings.execution().trustedPaths().forEach(execution.putArray("trustedPaths")::add);
        json.putObject("objects")
                .put("largestPackageBytes", settings.objects().largestPackage())
                .put("largestSampleBytes", settings.objects().largestSample())
                .put("retentionDays", settings.objects().retention().toDays())
                .put("linkLifetimeSeconds", settings.objects().linkLifetime().toSeconds());
        var signIn = json.putObject("signIn")
                .put("requireSecondFactor", settings.signIn().requireSecondFactor())
                .put("roleBasedAccess", settings.signIn().roleBasedAccess())
                .put("passwordDays", settings.signIn().passwordDays().orElse(null));
        settings.signIn().networks().forEach(signIn.putArray("networks")::add);
        return json.put("actionLifetimeSeconds", settings.actionLifetime().toSeconds());
    }

    private static IsolationSettings isolation(StrictObject json) {
        var deadMan = json.integer("deadManSeconds", 0, Duration.ofDays(1).toSeconds());
        var exclusions = json.list("exclusions", 100, TenantSettingsJson::exclusion);
        json.end();
        return new IsolationSettings(
                exclusions, deadMan.map(Math::toIntExact).orElse(IsolationSettings.DEFAULT.deadManSeconds()));
    }

    private static ExecutionSettings execution(StrictObject json) {
        var standard = ExecutionSettings.DEFAULT;
        var settings = new ExecutionSettings(
                json.bool("monitorOnly").orElse(standard.monitorOnly()),
                json.bool("coverInterpreters").orElse(standard.coverInterpreters()),
                json.list("trustedHashes", 2_000, TenantSettingsJson::sha256),
                json.list("trustedPaths", 250, TenantSettingsJson::path));
        json.end();
        return settings;
    }

    private static String sha256(JsonNode value, String where) {
        var text = StrictObject.text(value, where, 64);
        if (!SHA256.matcher(text).matches()) {
            throw ApiException.badRequest(where + ": must be a SHA-256 of 64 hex digits.");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static String path(JsonNode value, String where) {
        var text = StrictObject.text(value, where, 500);
        if (!text.startsWith("/")
                || text.equals("/")
                || text.contains("//")
                || text.indexOf('\0') >= 0
                || List.of(text.split("/")).contains("..")) {
            throw ApiException.badRequest(where + ": must be an absolute path without .. and other than the root;"
                    + " a folder ends with a slash.");
        }
        return text;
    }

    private static ObjectSettings objects(StrictObject json) {
        var standard = ObjectSettings.DEFAULT;
        var settings = new ObjectSettings(
                json.integer("largestPackageBytes", 1, 1L << 40).orElse(standard.largestPackage()),
                json.integer("largestSampleBytes", 1, (4L << 30) - (1 << 20)).orElse(standard.largestSample()),
                json.integer("retentionDays", 1, 3_650).map(Duration::ofDays).orElse(standard.retention()),
                json.integer("linkLifetimeSeconds", 10, 86_400)
                        .map(Duration::ofSeconds)
                        .orElse(standard.linkLifetime()));
        json.end();
        return settings;
    }

    private static SignInSettings signIn(StrictObject json) {
        var settings = new SignInSettings(
                json.bool("requireSecondFactor").orElse(SignInSettings.DEFAULT.requireSecondFactor()),
                json.bool("roleBasedAccess").orElse(SignInSettings.DEFAULT.roleBasedAccess()),
                json.integer("passwordDays", 1, 3_650).map(Math::toIntExact),
                json.list("networks", 100, TenantSettingsJson::network));
        json.end();
        return settings;
    }

    private static String network(JsonNode value, String where) {
        return Destination.parse(StrictObject.text(value, where, 50), where);
    }

    private static Exclusion exclusion(JsonNode node, String path) {
        var json = new StrictObject(node, path);
        var name = json.text("name", 100).orElseThrow(() -> json.wrong("name", "is missing."));
        var destinations = json.list("destinations", 1000, TenantSettingsJson::network);
        var ports = json.list(
                "ports", 100, (value, where) -> Math.toIntExact(StrictObject.integer(value, where, 1, 65_535)));
        var protocol = json.text("protocol", 10)
                .map(word -> word(json, "protocol", word, List.of(Transport.values()), Transport::word));
        var user = matching(json, "user", USER, "a local user's name");
        var service = matching(json, "service", UNIT, "a systemd unit such as sshd.service");
        var direction = json.text("direction", 10)
                .map(word -> word(json, "direction", word, Arrays.asList(Flow.values()), Flow::word))
                .orElse(Flow.OUTBOUND);
        json.end();
        var exclusion = new Exclusion(name, destinations, ports, protocol, user, service, direction);
        check(exclusion, path);
        return exclusion;
    }

    private static void check(Exclusion exclusion, String path) {
        boolean byProgram = exclusion.user().isPresent() || exclusion.service().isPresent();
        if (exclusion.destinations().isEmpty() && !byProgram) {
            throw ApiException.badRequest(path + ": needs at least one of destinations, user and service.");
        }
        if (exclusion.direction() == Flow.INBOUND && byProgram) {
            throw ApiException.badRequest(path + ": user and service hold only for direction Outbound.");
        }
        if (!byProgram
                && exclusion.ports().isEmpty()
                && exclusion.destinations().stream().anyMatch(Destination::isEverything)) {
            throw ApiException.badRequest(
                    path + ": would leave the machine open to everything; name ports, a user or a service as well.");
        }
    }

    private static Optional<String> matching(StrictObject json, String key, Pattern pattern, String what) {
        var text = json.text(key, 256);
        if (text.isPresent() && !pattern.matcher(text.get()).matches()) {
            throw json.wrong(key, "must be " + what + ".");
        }
        return text;
    }

    private static <T> T word(
            StrictObject json,
            String key,
            String word,
            List<T> values,
            java.util.function.Function<T, String> spelling) {
        return values.stream()
                .filter(value -> spelling.apply(value).equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> json.wrong(
                        key,
                        "must be one of "
                                + String.join(
                                        ", ", values.stream().map(spelling).toList()) + "."));
    }
}
