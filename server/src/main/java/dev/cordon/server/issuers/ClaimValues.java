package dev.cordon.server.issuers;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads claims by names that an administrator gave; a dot goes into an object, as in {@code realm_access.roles}. */
public final class ClaimValues {

    private ClaimValues() {}

    /** The words of a claim: a list of them, or words in one string. */
    public static Set<String> words(JWTClaimsSet claims, String name) {
        return switch (claim(claims, name)) {
            case String text -> Set.of(text.strip().split("\\s+", -1));
            case Collection<?> many -> {
                var values = new HashSet<String>();
                many.forEach(one -> values.add(String.valueOf(one)));
                yield values;
            }
            case null, default -> Set.of();
        };
    }

    /** A claim that is a text and not blank. */
    public static Optional<String> text(JWTClaimsSet claims, String name) {
        return claim(claims, name) instanceof String text && !text.isBlank() ? Optional.of(text) : Optional.empty();
    }

    /** A claim as it is; null if it is not there. */
    public static @Nullable Object claim(JWTClaimsSet claims, String name) {
        Object whole = claims.getClaim(name);
        if (whole != null) {
            return whole;
        }
        Object at = claims.getClaims();
        for (var step : name.split("\\.", -1)) {
            at = at instanceof Map<?, ?> object ? object.get(step) : null;
        }
        return at;
    }
}
