package dev.cordon.server.identity;

import com.nimbusds.oauth2.sdk.Scope;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the one resource that a client-credentials request asks for: in {@code resource} at the v1 endpoint, in
 * {@code scope} at the v2 endpoint. Stateless.
 */
final class RequestedResource {

    private static final String DEFAULT = "/.default";

    /** Token libraries add these to every request; without a user they mean nothing. */
    private static final Set<String> OF_USERS = Set.of("openid", "profile", "offline_access", "email");

    private final Audiences audiences;

    RequestedResource(Audiences audiences) {
        this.audiences = audiences;
    }

    /**
     * The resource id as the client wrote it, without {@code /.default}. It need not exist.
     *
     * @throws TokenRefusal if none or more than one is named, or it is named at the wrong place
     */
    String of(TokenForm form, Endpoint endpoint) {
        return switch (endpoint) {
            case V1 -> withoutDefault(form.required("resource"));
            case V2 -> ofScope(form);
        };
    }

    private String ofScope(TokenForm form) {
        var resource = form.optional("resource");
        var scope = form.optional("scope");
        if (scope.isEmpty()) {
            throw resource.isPresent() ? TokenRefusal.resourceAtV2() : TokenRefusal.missingParameter("scope");
        }
        var named = ofScope(scope.get());
        if (resource.isPresent() && !audiences.sameApi(withoutDefault(resource.get()), named)) {
            throw TokenRefusal.resourceAtV2();
        }
        return named;
    }

    private static String ofScope(String text) {
        var resources = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        for (var value : Scope.parse(text)) {
            var word = value.getValue();
            if (OF_USERS.contains(word.toLowerCase(Locale.ROOT))) {
                continue;
            }
            if (!endsWithDefault(word)) {
                throw TokenRefusal.scopeWithoutDefault(word);
            }
            var resource = withoutDefault(word);
            if (resource.isEmpty()) {
                throw TokenRefusal.scopeNotValid(text);
            }
            resources.add(resource);
        }
        if (resources.isEmpty()) {
            throw TokenRefusal.scopeWithoutDefault(text);
        }
        if (resources.size() > 1) {
            throw TokenRefusal.scopesOfSeveralResources();
        }
        return resources.first();
    }

    private static boolean endsWithDefault(String text) {
        return text.regionMatches(true, text.length() - DEFAULT.length(), DEFAULT, 0, DEFAULT.length());
    }

    private static String withoutDefault(String text) {
        return endsWithDefault(text) ? text.substring(0, text.length() - DEFAULT.length()) : text;
    }
}
