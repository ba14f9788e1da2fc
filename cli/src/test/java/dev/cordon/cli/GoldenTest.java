package dev.cordon.cli;

import dev.cordon.agent.simulation.SimulatedNetworkIsolation.Behaviour;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What commands print against a real server and simulated machines, held against the files in {@code golden}. Times,
 * ids and secrets are replaced by others of the same length. {@code -Dcordon.golden=write} writes the files anew.
 */
class GoldenTest {

    private static final String CERTIFICATE = Path.of(
                    System.getProperty("cordon.root"), "cli/src/test/resources/client.pem")
            .toString();

    @TempDir
    Path directory;

    /** One story on one server; later steps rest on earlier ones. */
    @Test
    void whenCommandsRunAgainstAServerThenEachPrintsWhatItShould() throws IOException {
        try (Bed bed = Bed.open(directory, "db-1.example.test", "web-1.example.test", "web-2.example.test")) {
            var story = new Story(bed, directory);
            machines(story);
            isolation(bed, story);
            otherActions(story);
            files(bed, story);
            cancellation(bed, story);
            access(story);
            administration(bed, story);
            operator(bed, story);
            login(bed, story);
            story.end();
        }
    }

    private static void machines(Story story) throws IOException {
        story.tell("machines", "machines");
        story.tell("machines-csv", "machines", "list", "--output", "csv", "--search", "web");
        story.tell("machines-filter", "machines", "list", "--filter", "computerDnsName eq 'db-1.example.test'");
        story.tell("machines-none", "machines", "--tag", "nothing");
        story.tell("machines-tag", "machines", "tag", "web", "web-1.example.test", "web-2.example.test", "--yes");
        story.tell("machines-show", "machines", "show", "db-1.example.test");
        story.tell("machines-unknown", "machines", "show", "nobody.example.test");
    }

    private static void isolation(Bed bed, Story story) throws IOException {
        story.tell("isolate-refuses-many", "isolate", "tag:web", "--comment", "case 42");
        story.tell("isolate-wait", "isolate", "tag:web", "--comment", "case 42", "--yes", "--wait");
        story.tell("isolate-json", "isolate", "db-1.example.test", "-c", "case 42", "--wait=2m", "-o", "json");
        story.tell("machines-state", "machines", "state", "db-1.example.test");
        story.asAdministrator("break-glass-code", "break-glass-code", "db-1.example.test");
        story.tell("release-yaml", "release", "db-1.example.test", "-c", "case 42", "--wait=2m", "-o", "yaml");
        bed.machine(2).isolation().behave(Behaviour.failingToRelease("the rules could not be taken out"));
        story.tell("release-one-fails", "release", "tag:web", "--comment", "case 42", "--yes", "--wait");
        bed.machine(2).isolation().behave(Behaviour.OBEDIENT);
        story.tell("actions-failed", "actions", "list", "--status", "Failed");
    }

    private static void otherActions(Story story) throws IOException {
        story.tell("restrict", "restrict", "db-1.example.test", "--comment", "case 42", "--wait");
        story.tell("allow", "allow", "db-1.example.test", "--comment", "case 42", "--wait");
        story.tell("scan", "scan", "db-1.example.test", "--comment", "case 42", "--full", "--wait");
        story.tell("collect", "collect", "db-1.example.test", "-c", "case 42", "--download", story.folder("packages"));
        story.tell("actions-watch", "actions", "watch");
    }

    private static void files(Bed bed, Story story) throws IOException {
        byte[] unwanted = "unwanted program".getBytes(StandardCharsets.UTF_8);
        String hash = sha1(unwanted);
        bed.machine(1).tasks().put("/opt/unwanted", unwanted);
        bed.machine(2).tasks().put("/opt/unwanted", unwanted);
        story.tell(
                "sample", "sample", hash, "db-1.example.test", "-c", "case 42", "--download", story.folder("samples"));
        String both = "db-1.example.test web-1.example.test";
        story.tell("quarantine", ("quarantine " + hash + " " + both + " -c case-42 -y --wait").split(" "));
        story.tell("files-quarantined", "files", "quarantined", "--machine", "db-1.example.test");
        String action =
                story.firstId("actions", "list", "--type", "StopAndQuarantineFile", "--machine", "db-1.example.test");
        story.tell("restore-action", "restore", "--action", action, "--comment", "harmless", "--wait");
        story.tell("restore-refuses-everywhere", "restore", "--hash", hash, "--comment", "harmless");
        story.tell("restore-everywhere", "restore", "--hash", hash, "--comment", "harmless", "--yes", "--wait");
        story.tell("restore-nothing", "restore", "--comment", "harmless");
        story.tell("block-refuses", "block", hash, "--comment", "case 42");
        story.tell("block", "block", hash, "--comment", "case 42", "--stop-running", "--yes");
        story.tell("files-blocked", "files", "blocked");
        story.tell("unblock", "unblock", hash, "--comment", "harmless", "--yes");
        bed.awaitEnforced();
        story.tell("files-enforcement", "files", "enforcement", "--output", "csv");
    }

    private static void cancellation(Bed bed, Story story) throws IOException {
        bed.disconnect(3);
        story.tell("isolate-in-vain", "isolate", "web-2.example.test", "--comment", "case 43", "--wait=0s");
        story.tell("isolate-again", "isolate", "web-2.example.test", "--comment", "case 43");
        story.tell("isolate-one-refused", "isolate", "web-1.example.test", "web-2.example.test", "-c", "x", "-y");
        String open = story.firstId("actions", "list", "--open", "--machine", "web-2.example.test");
        story.tell("actions-cancel", "actions", "cancel", open, "--comment", "by mistake");
        story.tell("actions-show", "actions", "show", open, "--output", "yaml");
        story.tell("actions-unknown", "actions", "show", "00000000-0000-0000-0000-00000000dead");
        story.tell("offboard-refuses", "offboard", "web-2.example.test", "--comment", "scrapped");
        story.tell("offboard", "offboard", "web-2.example.test", "--comment", "scrapped", "--yes");
    }

    private static void access(Story story) throws IOException {
        story.asAdministrator("apps-create", "apps", "create", "SOAR", "--grant", "Machine.Read.All");
        String app = story.idWith("SOAR", "apps", "list");
        story.asAdministrator("apps-grant", "apps", "grant", app, "Machine.Isolate");
        story.asAdministrator("apps-revoke", "apps", "revoke", app, "machine.read.all");
        story.asAdministrator("apps-revoke-unknown", "apps", "revoke", app, "Machine.Scan");
        story.asAdministrator("apps-show", "apps", "show", app, "--output", "json");
        story.asAdministrator("apps-disable", "apps", "disable", app);
        story.asAdministrator("apps-enable", "apps", "enable", app);
        story.asAdministrator("apps-secret-add", "apps", "secret", "add", app, "--days", "30");
        story.asAdministrator("apps-secret-list", "apps", "secret", "list", app);
        story.asAdministrator(
                "apps-secret-remove", "apps", "secret", "remove", app, story.id("apps", "secret", "list", app));
        story.asAdministrator("apps-certificate-add", "apps", "certificate", "add", app, CERTIFICATE);
        story.asAdministrator("apps-certificate-list", "apps", "certificate", "list", app);
        String certificate = story.id("apps", "certificate", "list", app);
        story.asAdministrator("apps-certificate-remove", "apps", "certificate", "remove", app, certificate);
        story.asAdministrator(
                "apps-federated-add",
                ("apps federated add " + app + " --name ci --issuer https://ci.example.test --subject job:1")
                        .split(" "));
        story.asAdministrator("apps-federated-list", "apps", "federated", "list", app);
        String federated = story.id("apps", "federated", "list", app);
        story.asAdministrator("apps-federated-remove", "apps", "federated", "remove", app, federated);
        story.asAdministrator(
                "apps-sign-in-set", "apps", "sign-in", "set", app, "--public", "--permission", "Machine.Read");
        story.asAdministrator("apps-sign-in-show", "apps", "sign-in", "show", app);
        story.asAdministrator("apps-sign-in-consent", "apps", "sign-in", "consent", app);
        story.asAdministrator("apps-list", "apps", "list");
        story.tell("apps-denied", "apps", "list");
    }

    private static void issuers(Bed bed, Story story) throws IOException {
        // the server is its own outside issuer here: it is one as good as any
        String issuer = bed.place().url() + "/" + bed.tenancy().administrator().tenantId() + "/v2.0";
        String authority = bed.place().caFile().toString();
        String secret = story.folder("issuer-secret");
        Files.writeString(Path.of(secret), "issuer-secret\n");
        story.asAdministrator(
                "issuers-add",
                ("issuers add " + issuer + " --name Example --client-id cordon --client-secret-file " + secret
                                + " --authority " + authority + " --second-factor-amr mfa --link-claim email")
                        .split(" "));
        String id = story.id("issuers", "list");
        story.asAdministrator(
                "issuers-change",
                ("issuers change " + id + " --create-users true --map soc=Responder --roles-claim realm_access.roles")
                        .split(" "));
        story.asAdministrator("issuers-list", "issuers", "list");
        story.asAdministrator("issuers-show", "issuers", "show", id);
        story.asAdministrator("issuers-link", "issuers", "link", id, "ada@example.test", "sub-1");
        story.asAdministrator("issuers-users", "issuers", "users", id);
        story.asAdministrator("issuers-unlink", "issuers", "unlink", id, "ada@example.test");
        story.asAdministrator("issuers-remove", "issuers", "remove", id);
        story.asAdministrator(
                "issuers-tokens-add",
                ("issuers tokens add " + issuer + " --audience api://cordon --authority " + authority
                                + " --role soc=Machine.Read.All")
                        .split(" "));
        story.asAdministrator("issuers-tokens-list", "issuers", "tokens", "list");
        story.asAdministrator(
                "issuers-tokens-remove", "issuers", "tokens", "remove", story.id("issuers", "tokens", "list"));
    }

    private static void administration(Bed bed, Story story) throws IOException {
        story.asAdministrator("groups-create", "groups", "create", "Web", "--tag", "web");
        story.asAdministrator("groups-list", "groups", "list");
        story.asAdministrator("roles-create", "roles", "create", "Responder", "--permission", "ViewData");
        story.asAdministrator("roles-list", "roles", "list");
        story.asAdministrator("users-create", "users", "create", "ada@example.test", "--role", "Responder");
        story.asAdministrator("users-list", "users", "list");
        story.asAdministrator("users-show", "users", "show", "ada@example.test");
        story.asAdministrator("users-roles", "users", "roles", "ada@example.test");
        story.asAdministrator(
                "users-directory-roles", "users", "directory-roles", "ada@example.test", "SecurityReader");
        story.asAdministrator("users-invite", "users", "invite", "ada@example.test");
        story.asAdministrator("users-sign-out", "users", "sign-out", "ada@example.test");
        story.asAdministrator("users-disable", "users", "disable", "ada@example.test");
        story.asAdministrator("users-enable", "users", "enable", "ada@example.test");
        issuers(bed, story);
        story.asAdministrator("roles-remove", "roles", "remove", "Responder");
        story.asAdministrator("groups-remove", "groups", "remove", "Web");
        story.asAdministrator(
                "enroll-token-create", "enroll", "token", "create", "--description", "more", "--uses", "3");
        story.asAdministrator("enroll-token-list", "enroll", "token", "list");
        String token = story.idWith("more", "enroll", "token", "list");
        story.asAdministrator("enroll-token-revoke", "enroll", "token", "revoke", token);
        story.asAdministrator("settings-show", "settings", "show", "--output", "json");
        Path settings = Files.writeString(Path.of(story.folder("settings.json")), story.settings());
        story.asAdministrator("settings-set", "settings", "set", settings.toString());
        story.asAdministrator(
                "audit-list", "audit", "list", "--event", "application.created", "--top", "1", "-o", "csv");
        story.asAdministrator("audit-verify", "audit", "verify", "--output", "json");
        story.asAdministrator("audit-export", "audit", "export", story.folder("audit.jsonl"));
        story.tell("audit-denied", "audit", "verify");
    }

    private static void operator(Bed bed, Story story) throws IOException {
        story.as(bed.place().operatorFile().toString(), "tenants-create", "tenants", "create", "Second");
        story.as(bed.place().operatorFile().toString(), "tenants-list", "tenants", "list");
        story.as(bed.place().operatorFile().toString(), "keys-list", "keys", "list");
        story.as(bed.place().operatorFile().toString(), "keys-rotate", "keys", "rotate");
        story.tell("hosts-print", "hosts", "print", "--address", "192.0.2.7");
        story.tell("completion-zsh", "completion", "zsh");
    }

    private static void login(Bed bed, Story story) throws IOException {
        Path secret = Files.writeString(
                Path.of(story.folder("secret")), bed.tenancy().application().clientSecret());
        String server = "login --name ci --url " + bed.place().url() + " --tenant example.test --client-id "
                + bed.tenancy().application().clientId() + " --secret-file " + secret;
        story.tell("login-not-trusted", server.split(" "));
        story.tell("login-other-fingerprint", (server + " --fingerprint 00:11").split(" "));
        story.tell("login", (server + " --ca " + bed.place().caFile()).split(" "));
        story.as("ci", "login-machines", "machines", "list", "--top", "1");
        story.as("ci", "logout", "logout");
        story.as("ci", "logout-again", "logout");
    }

    private static String sha1(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
