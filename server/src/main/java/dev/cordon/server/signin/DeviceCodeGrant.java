package dev.cordon.server.signin;

import dev.cordon.server.identity.AuthenticatedClient;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Grant;
import dev.cordon.server.identity.TokenAnswer;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.identity.TokenRequest;
import dev.cordon.server.signin.DeviceCodes.Poll;
import dev.cordon.server.signin.DeviceCodes.Waiting;
import dev.cordon.server.users.SignIn;
import java.util.Optional;

/** The device code grant's poll (RFC 8628, 3.4). Thread-safe. */
final class DeviceCodeGrant implements Grant {

    private final Parts parts;
    private final TokenIssue issue;
    private final DeviceCodes codes;

    DeviceCodeGrant(Parts parts, TokenIssue issue, DeviceCodes codes) {
        this.parts = parts;
        this.issue = issue;
        this.codes = codes;
    }

    @Override
    public TokenAnswer issue(TokenRequest request) {
        var code = request.form()
                .optional("device_code")
                .or(() -> request.endpoint() == Endpoint.V1 ? request.form().optional("code") : Optional.empty())
                .orElseThrow(() -> TokenRefusal.missingParameter("device_code"));
        var waiting = parts.database().read(sql -> codes.peek(sql, code));
        var client = client(request, waiting);
        if (waiting.filter(known -> known.tenantId().equals(client.tenant().id())
                        && known.applicationId().equals(client.application().id()))
                .isEmpty()) {
            throw badCode();
        }
        var signIn = switch (parts.database().write(sql -> codes.poll(sql, code))) {
            case Poll.Approved(var approved) -> approved;
            case Poll.Pending pending ->
                throw refusal(
                        70016,
                        "authorization_pending",
                        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.");
            case Poll.Declined declined ->
                throw refusal(65004, "authorization_declined", "The user declined to let the device sign in.");
            case Poll.Expired expired ->
                throw refusal(70019, "expired_token", "The device code has expired. Ask for a new one.");
            case Poll.Unknown unknown -> throw badCode();
        };
        return tokens(request, client, signIn);
    }

    private TokenAnswer tokens(TokenRequest request, AuthenticatedClient client, SignIn signIn) {
        var scope = ScopeRequest.parse(signIn.scope());
        var user = parts.database()
                .read(sql -> parts.accounts().users().find(sql, signIn.tenantId(), signIn.userId()))
                .orElseThrow(Refusals::grantRevoked);
        if (!user.enabled()) {
            throw Refusals.userDisabled();
        }
        if (signIn.revoked()) {
            throw Refusals.grantRevoked();
        }
        parts.conditions().require(request, user);
        var granted = parts.database().read(sql -> issue.scopes().granted(sql, client.application(), user.id(), scope));
        var signedIn = parts.database().write(sql -> issue.signedIn(sql, signIn, scope));
        return issue.answer(request, client, user, signedIn, scope, granted, Optional.empty());
    }

    private AuthenticatedClient client(TokenRequest request, Optional<Waiting> waiting) {
        var name = request.namesNoTenant()
                ? waiting.map(Waiting::tenantId).orElseThrow(DeviceCodeGrant::badCode)
                : request.tenantName();
        var tenant = parts.database()
                .read(sql -> parts.identity().tenants().find(sql, name))
                .orElseThrow(() -> TokenRefusal.tenantNotFound(name));
        return parts.identity().userClients().authenticate(tenant, request, parts.clients()::isPublic);
    }

    private static TokenRefusal badCode() {
        return refusal(70018, "bad_verification_code", "The device code is unknown, used, or another application's.");
    }

    private static TokenRefusal refusal(int number, String error, String text) {
        return TokenRefusal.of(number, error, 400, text);
    }
}
