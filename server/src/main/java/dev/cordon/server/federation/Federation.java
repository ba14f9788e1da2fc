package dev.cordon.server.federation;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.federation.OutsideUsers.Found;
import dev.cordon.server.federation.StartedSignIns.Started;
import dev.cordon.server.identity.Identity;
import dev.cordon.server.issuers.IssuerException;
import dev.cordon.server.issuers.ProviderMetadata;
import dev.cordon.server.issuers.Providers;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.Accounts;
import dev.cordon.server.users.Session;
import dev.cordon.server.users.User;
import dev.cordon.server.web.Route;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Sign-ins at outside issuers: OpenID Connect's authorization code flow with proof key, state and nonce, this server being
 * the client (OpenID Connect Core 1.0, 3.1; RFC 9700, 2.1). The network is asked outside of transactions. Thread-safe.
 */
public final class Federation {

    private final Database database;
    private final AuditLog audit;
    private final Accounts accounts;
    private final KeyVault vault;
    private final InstantSource time;
    private final Providers providers;
    private final SignInIssuers issuers;
    private final OutsideIdentities identities;
    private final StartedSignIns started;
    private final OutsideUsers users;
    private final IdTokenCheck check;
    private final LogoutTokenCheck logoutCheck;

    public Federation(
            Database database,
            AuditLog audit,
            Identity identity,
            Accounts accounts,
            KeyVault vault,
            InstantSource time) {
        this.database = database;
        this.audit = audit;
        this.accounts = accounts;
        this.vault = vault;
        this.time = time;
        providers = identity.providers();
        issuers = new SignInIssuers(time);
        identities = new OutsideIdentities(time);
        started = new StartedSignIns(time);
        users = new OutsideUsers(accounts, identities, audit);
        check = new IdTokenCheck(identity.outsideSignature(), time);
        logoutCheck = new LogoutTokenCheck(identity.outsideSignature(), time);
    }

    /** Those that the sign-in page of a tenant shows, by name. */
    public List<SignInIssuer> offered(String tenantId) {
        return database.read(sql -> issuers.all(sql, tenantId)).stream()
                .filter(SignInIssuer::enabled)
                .toList();
    }

    /**
     * A browser that is to be sent to an issuer.
     *
     * @param state what it is to come back with
     * @param stateHash of the state
     * @param browser what only this browser can show again
     * @param redirectUri of this server, for this issuer
     * @param returnPath of this server, where the sign-in goes on
     * @param afresh whether the issuer is to ask the person again, though it may know it
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Departure(
            String state,
            byte[] stateHash,
            byte[] browser,
            String redirectUri,
            String returnPath,
            boolean afresh,
            Optional<String> loginHint) {
        @Override
        public String toString() {
            return "Departure[" + redirectUri + "]";
        }
    }

    /**
     * Where to send the browser.
     *
     * @throws FederationException if the issuer cannot be asked
     */
    public URI depart(SignInIssuer issuer, Departure departure) {
        var metadata = metadata(issuer);
        var verifier = new CodeVerifier();
        var nonce = new Nonce(32).getValue();
        var start = new Started(verifier.getValue(), nonce, departure.returnPath(), departure.afresh(), time.instant());
        database.write(sql -> {
            started.add(sql, issuer, departure.stateHash(), departure.browser(), start);
            return start;
        });
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("client_id", issuer.clientId());
        parameters.put("response_type", "code");
        parameters.put("response_mode", "query");
        parameters.put("redirect_uri", departure.redirectUri());
        parameters.put(
                "scope",
                Stream.concat(Stream.of("openid"), issuer.rules().scopes().stream())
                        .distinct()
                        .collect(Collectors.joining(" ")));
        parameters.put("state", departure.state());
        parameters.put("nonce", nonce);
        parameters.put(
                "code_challenge",
                CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue());
        parameters.put("code_challenge_method", "S256");
        if (departure.afresh()) {
            parameters.put("prompt", "login");
            parameters.put("max_age", "0");
        }
        if (!issuer.rules().acr().isEmpty()) {
            parameters.put("acr_values", issuer.rules().acr().stream().sorted().collect(Collectors.joining(" ")));
        }
        departure.loginHint().ifPresent(hint -> parameters.put("login_hint", hint));
        return with(metadata.authorization(), parameters);
    }

    /**
     * A browser that comes back.
     *
     * @param issuerId to whose redirect URI it came
     * @param named the issuer that the answer names, if it does (RFC 9207)
     * @param error what the issuer says went wrong
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Arrival(
            String issuerId,
            byte[] stateHash,
            byte[] browser,
            String redirectUri,
            Optional<String> code,
            Optional<String> named,
            Optional<String> error) {
        @Override
        public String toString() {
            return "Arrival[" + redirectUri + "]";
        }
    }

    /**
     * Somebody who signed in at an issuer.
     *
     * @param returnPath of this server, where the sign-in goes on
     * @param secondFactor whether the issuer checked a second factor, and is trusted with that
     * @param sid what the issuer calls its session, if it says so
     */
    public record Arrived(
            SignInIssuer issuer,
            User user,
            String returnPath,
            boolean secondFactor,
            Instant authenticatedAt,
            Optional<String> sid) {}

    /**
     * Lets somebody in who comes back from an issuer.
     *
     * @throws FederationException with what the person in front of the browser can do
     */
    public Arrived arrive(Arrival arrival) {
        var taken = database.write(sql -> started.take(sql, arrival.stateHash(), arrival.browser()))
                .orElseThrow(() -> new FederationException(
                        "This sign-in is over, was used already, or was begun in another browser. Begin it again."));
        var issuer = database.read(sql -> issuers.find(sql, taken.tenantId(), taken.issuerId()))
                .filter(SignInIssuer::enabled)
                .orElseThrow(() -> new FederationException("This way to sign in is there no longer."));
        if (!issuer.id().equals(arrival.issuerId())) {
            throw mixedUp();
        }
        var metadata = metadata(issuer);
        boolean missing = metadata.namesItself() && arrival.named().isEmpty();
        if (missing
                || arrival.named()
                        .filter(name -> !name.equals(issuer.issuer().issuer()))
                        .isPresent()) {
            throw mixedUp();
        }
        if (arrival.error().isPresent() || arrival.code().isEmpty()) {
            throw new FederationException(issuer.displayName() + " did not sign you in ("
                    + arrival.error()
                            .filter(error -> error.matches("[A-Za-z0-9_.-]{1,100}"))
                            .orElse("no reason given")
                    + ").");
        }
        try {
            var code = new Providers.CodeAnswer(
                    arrival.code().get(), arrival.redirectUri(), taken.started().verifier());
            var claims = check.check(
                    providers.redeem(metadata, issuer.issuer(), client(issuer), code), issuer, taken.started());
            var now = time.instant();
            var at = IdTokenCheck.signedInAt(claims)
                    .filter(then -> then.isBefore(now))
                    .orElse(now);
            return switch (database.write(sql -> users.find(sql, issuer, claims))) {
                case Found.Known(var user) ->
                    new Arrived(
                            issuer,
                            user,
                            taken.started().returnPath(),
                            issuer.rules().showSecondFactor(claims),
                            at,
                            IdTokenCheck.session(claims));
                case Found.Refused(var why) -> throw new FederationException(why);
            };
        } catch (IssuerException e) {
            throw unreachable(issuer, e);
        }
    }

    /**
     * The sessions here that came of an issuer's session; none if the issuer or its session is unknown.
     *
     * @param named the issuer as whoever asks names it
     * @param sid what it calls its session
     */
    public List<Session> sessions(String issuerId, String named, String sid) {
        return database.read(sql -> issuers.find(sql, issuerId)
                .filter(issuer -> issuer.issuer().issuer().equals(named))
                .map(issuer -> accounts.sessions().of(sql, issuer.tenantId(), issuer.id(), sid))
                .orElse(List.of()));
    }

    /**
     * The sessions here of which an issuer says, by a logout token, that theirs have ended.
     *
     * @throws FederationException if the token is not to be believed
     */
    public List<Session> ended(String issuerId, String logoutToken) {
        var issuer = database.read(sql -> issuers.find(sql, issuerId))
                .orElseThrow(() -> new FederationException("There is no such issuer."));
        try {
            var claims = logoutCheck.check(logoutToken, issuer);
            return database.read(sql -> IdTokenCheck.session(claims)
                    .map(sid -> accounts.sessions().of(sql, issuer.tenantId(), issuer.id(), sid))
                    .orElseGet(() -> identities
                            .ofSubject(sql, issuer, claims.getSubject())
                            .flatMap(link -> accounts.users().find(sql, issuer.tenantId(), link.userId()))
                            .map(user -> accounts.sessions().of(sql, user).stream()
                                    .filter(session -> session.issuerId().equals(Optional.of(issuer.id())))
                                    .toList())
                            .orElse(List.of())));
        } catch (IssuerException e) {
            throw new FederationException(e.why());
        }
    }

    /** Where somebody signs out at the issuer, if it has such a place; empty also if it cannot be asked. */
    public Optional<URI> signOut(String tenantId, String issuerId) {
        return database.read(sql -> issuers.find(sql, tenantId, issuerId)).flatMap(issuer -> {
            try {
                return providers
                        .metadata(issuer.issuer(), issuer.rules().tokenEndpoint())
                        .endSession()
                        .map(uri -> with(uri, Map.of("client_id", issuer.clientId())));
            } catch (IssuerException e) {
                return Optional.empty();
            }
        });
    }

    /** The issuer with this id, enabled. */
    public Optional<SignInIssuer> find(String tenantId, String issuerId) {
        return database.read(sql -> issuers.find(sql, tenantId, issuerId)).filter(SignInIssuer::enabled);
    }

    /** The endpoints of administration. */
    public List<Route> routes() {
        var secrets = new ClientSecrets(vault);
        return Stream.of(
                        new SignInIssuerEndpoints(database, issuers, accounts.roles(), providers, secrets, audit)
                                .routes(),
                        new OutsideIdentityEndpoints(database, issuers, identities, accounts, audit).routes())
                .flatMap(List::stream)
                .toList();
    }

    private ProviderMetadata metadata(SignInIssuer issuer) {
        try {
            return providers.metadata(issuer.issuer(), issuer.rules().tokenEndpoint());
        } catch (IssuerException e) {
            throw unreachable(issuer, e);
        }
    }

    private Providers.ClientAt client(SignInIssuer issuer) {
        return new Providers.ClientAt(issuer.clientId(), new ClientSecrets(vault).open(issuer));
    }

    private static FederationException mixedUp() {
        return new FederationException("The answer came from another issuer than the one that was asked.");
    }

    private static FederationException unreachable(SignInIssuer issuer, IssuerException e) {
        return new FederationException("Signing in at " + issuer.displayName() + " does not work: " + e.why());
    }

    private static URI with(URI uri, Map<String, String> parameters) {
        var query = parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return URI.create(uri + (uri.getRawQuery() == null ? "?" : "&") + query);
    }
}
