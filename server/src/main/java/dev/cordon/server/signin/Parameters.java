package dev.cordon.server.signin;

import com.nimbusds.oauth2.sdk.util.URLUtils;
import dev.cordon.server.identity.TokenRefusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The query of a request: each name once. */
final class Parameters {

    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /** @throws TokenRefusal if a parameter comes twice (RFC 6749, 3.1) */
    static Parameters parse(String query) {
        var parsed = new LinkedHashMap<>(URLUtils.parseParameters(query));
        parsed.forEach((name, all) -> {
            if (all.size() > 1) {
                throw TokenRefusal.malformed("a parameter is given more than once.");
            }
        });
        return new Parameters(parsed);
    }

    Optional<String> optional(String name) {
        var all = values.get(name);
        return all == null || all.isEmpty() || all.getFirst().isBlank()
                ? Optional.empty()
                : Optional.of(all.getFirst());
    }

    String required(String name) {
        return optional(name).orElseThrow(() -> TokenRefusal.missingParameter(name));
    }

    /** The same with another value of one parameter, as a query; an empty value takes the parameter out. */
    String with(String name, String value) {
        var changed = new LinkedHashMap<>(values);
        if (value.isEmpty()) {
            changed.remove(name);
        } else {
            changed.put(name, List.of(value));
        }
        return URLUtils.serializeParameters(changed);
    }
}
