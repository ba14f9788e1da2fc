package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Tenant;
import java.util.Optional;
import java.util.Set;

/**
 * A request at the authorization endpoint (RFC 6749, 4.1.1) whose client and redirect URI are good, so that whatever else
 * is wrong with it can be told to the client.
 *
 * @param responseWords words of {@code response_type}, in lower case
 * @param prompt words of {@code prompt}, in lower case
 */
record AuthorizeRequest(
        Endpoint endpoint,
        Tenant tenant,
        Application application,
        Client client,
        String redirectUri,
        Set<String> responseWords,
        ResponseMode responseMode,
        Optional<String> state,
        Parameters parameters,
        Set<String> prompt) {

    /** Where in the answer its parameters stand. */
    enum ResponseMode {
        QUERY,
        FRAGMENT,
        FORM_POST
    }

    AuthorizeRequest {
        responseWords = Set.copyOf(responseWords);
        prompt = Set.copyOf(prompt);
    }

    boolean prompts(String word) {
        return prompt.contains(word);
    }
}
