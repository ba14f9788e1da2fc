package dev.cordon.server;

import static java.util.Objects.requireNonNull;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.ApplicationSecret;
import dev.cordon.server.identity.ApplicationSecrets;
import dev.cordon.server.identity.Applications;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.keys.PrivateFile;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Permissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Lets the operator in: the home tenant, an application in it that may operate the server, and {@code operator.json}
 * with its secret, which the {@code cordon} commands read.
 *
 * <p>The database comes first, the file second. A server that was killed in between, or whose file was lost or belongs
 * to another database, finds the application and gives it a fresh secret: the old one cannot be read back.
 */
final class OperatorAccess {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorAccess.class);

    private static final String TENANT_NAME = "Home";
    private static final String APPLICATION_NAME = "Cordon operator";
    private static final List<String> PERMISSIONS = List.of(Permissions.CORDON_OPERATE, Permissions.CORDON_ADMINISTER);
    private static final Duration SECRET_LIFETIME = Duration.ofDays(730);
    private static final int MOST_SECRETS = 20;
    private static final Duration RENEW_BEFORE_END = Duration.ofDays(90);

    /** What the file holds. */
    record Content(String url, String tenantId, String clientId, String clientSecret, String caFile, String expiresAt) {

        @Override
        public String toString() {
            return "operator.json of " + clientId;
        }
    }

    private final Database database;
    private final Tenants tenants;
    private final Applications applications;
    private final ApplicationSecrets secrets;
    private final TenantKeys keys;
    private final AuditLog audit;
    private final InstantSource clock;

    OperatorAccess(
            Database database,
            Tenants tenants,
            Applications applications,
            ApplicationSecrets secrets,
            TenantKeys keys,
            AuditLog audit,
            InstantSource clock) {
        this.database = database;
        this.tenants = tenants;
        this.applications = applications;
        this.secrets = secrets;
        this.keys = keys;
        this.audit = audit;
        this.clock = clock;
    }

    /** Makes sure that the file lets the operator in at this URL. */
    void ensure(Path file, String url, Path caFile) {
        var known = read(file).filter(this::valid);
        var content = known.map(old -> new Content(
                        url, old.tenantId(), old.clientId(), old.clientSecret(), caFile.toString(), old.expiresAt()))
                .orElseGet(() -> database.write(sql -> renewed(sql, url, caFile)));
        if (known.isEmpty() || !known.get().equals(content)) {
            write(file, content);
        }
    }

    private Content renewed(DSLContext sql, String url, Path caFile) {
        var tenant = tenants.all(sql).stream().findFirst().orElseGet(() -> home(sql));
        var application = operator(sql, tenant)
                .orElseGet(() -> applications.create(sql, tenant.id(), APPLICATION_NAME, PERMISSIONS));
        makeRoom(sql, application);
        var secret = secrets.create(sql, application, SECRET_LIFETIME);
        audit.append(
                sql,
                tenant.id(),
                "server",
                "operator.secret.created",
                "application:" + application.id(),
                Map.of("secret", secret.about().id()));
        return new Content(
                url,
                tenant.id(),
                application.id(),
                secret.secret(),
                caFile.toString(),
                secret.about().expiresAt().toString());
    }

    /** An application holds a limited number of secrets; servers that share a database have one each. */
    private void makeRoom(DSLContext sql, Application application) {
        var all = secrets.all(sql, application);
        if (all.size() >= MOST_SECRETS) {
            all.stream()
                    .min(Comparator.comparing(ApplicationSecret::expiresAt))
                    .ifPresent(oldest -> secrets.delete(sql, application, oldest.id()));
        }
    }

    private Tenant home(DSLContext sql) {
        var tenant = tenants.create(sql, TENANT_NAME, Optional.empty());
        keys.create(sql, tenant.id());
        return tenant;
    }

    /** The oldest application of that name that may operate the server. */
    private Optional<Application> operator(DSLContext sql, Tenant tenant) {
        return applications.all(sql, tenant.id()).stream()
                .filter(application -> application.displayName().equals(APPLICATION_NAME)
                        && application.permissions().containsAll(PERMISSIONS))
                .findFirst();
    }

    private boolean valid(Content content) {
        try {
            if (clock.instant().isAfter(Instant.parse(content.expiresAt()).minus(RENEW_BEFORE_END))) {
                return false;
            }
        } catch (DateTimeParseException e) {
            return false;
        }
        return database.read(sql -> applications
                .find(sql, content.tenantId(), content.clientId())
                .filter(application -> application.displayName().equals(APPLICATION_NAME))
                .isPresent());
    }

    private static Optional<Content> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            var content = Json.MAPPER.readValue(Files.readAllBytes(file), Content.class);
            requireNonNull(content.tenantId());
            requireNonNull(content.clientId());
            requireNonNull(content.clientSecret());
            requireNonNull(content.expiresAt());
            return Optional.of(content);
        } catch (IOException | JacksonException | NullPointerException e) {
            LOG.atWarn().addKeyValue("file", file).log("operator.json is damaged; it gets a fresh secret");
            return Optional.empty();
        }
    }

    private static void write(Path file, Content content) {
        try {
            PrivateFile.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
            LOG.atInfo().addKeyValue("file", file).log("operator's credentials written");
        } catch (IOException e) {
            throw new StartException(
                    file + " cannot be written: " + e.getMessage()
                            + ". Make the data directory writable, look for free space, and start again.",
                    e);
        }
    }
}
