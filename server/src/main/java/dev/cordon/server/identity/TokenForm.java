package dev.cordon.server.identity;

import com.nimbusds.oauth2.sdk.util.URLUtils;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The form of a token request. It is read from the body whatever the Content-Type says, and also from the body of a GET,
 * because real clients send both. The query is not looked at: parameters there would end up in logs.
 */
public final class TokenForm {

    private static final int LONGEST = 64 * 1024;
    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?!\\p{XDigit}{2})");

    private final Map<String, List<String>> parameters;

    private TokenForm(Map<String, List<String>> parameters) {
        this.parameters = parameters;
    }

    /** @throws TokenRefusal if there is no form, or it is too large or malformed */
    public static TokenForm read(HandlerType method, byte[] bytes) {
        if (bytes.length == 0 && !HandlerType.POST.equals(method)) {
            throw TokenRefusal.wrongMethod(method.name());
        }
        if (bytes.length > LONGEST) {
            throw TokenRefusal.malformed("the body is larger than " + LONGEST + " bytes.");
        }
        return parse(new String(bytes, StandardCharsets.UTF_8));
    }

    public static TokenForm parse(String body) {
        if (BROKEN_ESCAPE.matcher(body).find()) {
            throw TokenRefusal.malformed("the body is not form-encoded; a percent sign in a value is written %25.");
        }
        var parameters = URLUtils.parseParameters(body.strip());
        parameters.forEach((name, values) -> {
            if (values.stream().distinct().count() > 1) {
                throw TokenRefusal.malformed("the parameter '" + Excerpt.of(name) + "' is given more than once.");
            }
        });
        return new TokenForm(parameters);
    }

    /** The value of a parameter; one without a value counts as absent (RFC 6749, 3.2). */
    public Optional<String> optional(String name) {
        return raw(name).filter(value -> !value.isBlank());
    }

    /** @throws TokenRefusal if the parameter is absent or has no value */
    public String required(String name) {
        return optional(name).orElseThrow(() -> TokenRefusal.missingParameter(name));
    }

    /** Whether the parameter is there, with a value or without. */
    public boolean has(String name) {
        return raw(name).isPresent();
    }

    private Optional<String> raw(String name) {
        var values = parameters.get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }
}
