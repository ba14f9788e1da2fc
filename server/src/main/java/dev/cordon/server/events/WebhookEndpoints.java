package dev.cordon.server.events;

import static dev.cordon.server.events.WebhookTable.AT;
import static dev.cordon.server.events.WebhookTable.CREATED_AT;
import static dev.cordon.server.events.WebhookTable.DELIVERIES;
import static dev.cordon.server.events.WebhookTable.DELIVERY_SEQ;
import static dev.cordon.server.events.WebhookTable.ENABLED;
import static dev.cordon.server.events.WebhookTable.ERROR;
import static dev.cordon.server.events.WebhookTable.EVENT_NUMBER;
import static dev.cordon.server.events.WebhookTable.FAILING_SINCE;
import static dev.cordon.server.events.WebhookTable.FAILURES;
import static dev.cordon.server.events.WebhookTable.ID;
import static dev.cordon.server.events.WebhookTable.KIND;
import static dev.cordon.server.events.WebhookTable.KINDS;
import static dev.cordon.server.events.WebhookTable.LEASED_UNTIL;
import static dev.cordon.server.events.WebhookTable.MILLISECONDS;
import static dev.cordon.server.events.WebhookTable.NAME;
import static dev.cordon.server.events.WebhookTable.NEXT_ATTEMPT_AT;
import static dev.cordon.server.events.WebhookTable.NUMBER;
import static dev.cordon.server.events.WebhookTable.PARKED_AT;
import static dev.cordon.server.events.WebhookTable.SECRET;
import static dev.cordon.server.events.WebhookTable.STATUS;
import static dev.cordon.server.events.WebhookTable.TENANT_ID;
import static dev.cordon.server.events.WebhookTable.URL;
import static dev.cordon.server.events.WebhookTable.WEBHOOKS;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.feed.FeedReader;
import dev.cordon.server.identity.StrictObject;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jooq.DSLContext;

/**
 * {@code /cordon/v1/webhooks}: an administrator says where a tenant's events go, within what the server's operator
 * allows. The secret is shown once. Thread-safe.
 */
final class WebhookEndpoints {

    private static final String PATH = "/cordon/v1/webhooks";
    private static final int MOST_WEBHOOKS = 20;
    private static final int MOST_KINDS = 50;
    private static final int SECRET_BYTES = 32;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_URL = 2_000;
    private static final Pattern KIND_WORDS = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,99}(\\.\\*)?");

    private final Database database;
    private final KeyVault vault;
    private final AuditLog audit;
    private final WebhookTargets targets;
    private final WebhookCall calls;
    private final WebhookSender sender;
    private final InstantSource time;
    private final SecureRandom random = new SecureRandom();

    WebhookEndpoints(
            Database database,
            KeyVault vault,
            AuditLog audit,
            WebhookTargets targets,
            WebhookCall calls,
            WebhookSender sender,
            InstantSource time) {
        this.database = database;
        this.vault = vault;
        this.audit = audit;
        this.targets = targets;
        this.calls = calls;
        this.sender = sender;
        this.time = time;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.POST, PATH, this::create),
                Route.administration(HandlerType.GET, PATH + "/{id}", this::get),
                Route.administration(HandlerType.PATCH, PATH + "/{id}", this::change),
                Route.administration(HandlerType.DELETE, PATH + "/{id}", this::delete),
                Route.administration(HandlerType.GET, PATH + "/{id}/deliveries", this::deliveries),
                Route.administration(HandlerType.POST, PATH + "/{id}/test", this::test));
    }

    private void list(Context http, Caller caller) {
        var answer = Json.MAPPER.createObjectNode();
        var allowed = answer.putArray("allowedTargets");
        targets.allowed().forEach(uri -> allowed.add(uri.toString()));
        var value = answer.putArray("value");
        database.read(sql -> WebhookStore.all(sql, caller.tenantId())).forEach(webhook -> value.add(webhook.json()));
        http.json(answer);
    }

    private void create(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var name = body.text("name", LONGEST_NAME).orElseThrow(() -> body.wrong("name", "is missing."));
        var url = url(body);
        var kinds = body.list("kinds", MOST_KINDS, WebhookEndpoints::kind);
        body.end();
        var id = UUID.randomUUID().toString();
        var secret = secret();
        var wrapped = vault.wrap(secret.getBytes(StandardCharsets.US_ASCII), Webhook.context(caller.tenantId(), id));
        var made = database.write(sql -> {
            if (sql.fetchCount(WEBHOOKS, TENANT_ID.eq(caller.tenantId())) >= MOST_WEBHOOKS) {
                throw ApiException.invalidInput(
                        "The organisation has " + MOST_WEBHOOKS + " webhooks, which is the limit. Delete one.");
            }
            audit.append(
                    sql,
                    caller.tenantId(),
                    caller.actor(),
                    "webhook.created",
                    "webhook:" + id,
                    Map.of("name", name, "url", url, "kinds", kinds));
            sql.insertInto(WEBHOOKS)
                    .set(TENANT_ID, caller.tenantId())
                    .set(ID, id)
                    .set(NAME, name)
                    .set(URL, url)
                    .set(KINDS, Json.MAPPER.writeValueAsString(kinds))
                    .set(SECRET, wrapped)
                    .set(ENABLED, true)
                    .set(CREATED_AT, Instants.micros(time.instant()))
                    .set(NUMBER, FeedReader.newest(sql, caller.tenantId()))
                    .set(FAILURES, 0L)
                    .set(NEXT_ATTEMPT_AT, 0L)
                    .set(LEASED_UNTIL, 0L)
                    .execute();
            return WebhookStore.find(sql, caller.tenantId(), id).orElseThrow();
        });
        http.status(201).header("Cache-Control", "no-store").json(made.json().put("secret", secret));
    }

    private void get(Context http, Caller caller) {
        http.json(database.read(sql -> require(sql, http, caller)).json());
    }

    private void change(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var name = body.text("name", LONGEST_NAME);
        var url = body.has("url") ? url(body) : null;
        var kinds = body.has("kinds") ? body.list("kinds", MOST_KINDS, WebhookEndpoints::kind) : null;
        var enabled = body.bool("enabled");
        body.end();
        var changed = database.write(sql -> {
            var webhook = require(sql, http, caller);
            boolean on = enabled.orElse(webhook.enabled());
            sql.update(WEBHOOKS)
                    .set(NAME, name.orElse(webhook.name()))
                    .set(URL, url == null ? webhook.url() : url)
                    .set(KINDS, Json.MAPPER.writeValueAsString(kinds == null ? webhook.kinds() : kinds))
                    .set(ENABLED, on)
                    .where(WebhookStore.is(caller.tenantId(), webhook.id()))
                    .execute();
            if (enabled.orElse(false)) {
                sql.update(WEBHOOKS)
                        .set(FAILURES, 0L)
                        .setNull(FAILING_SINCE)
                        .setNull(PARKED_AT)
                        .set(NEXT_ATTEMPT_AT, 0L)
                        .where(WebhookStore.is(caller.tenantId(), webhook.id()))
                        .execute();
            }
            var after = WebhookStore.find(sql, caller.tenantId(), webhook.id()).orElseThrow();
            audit.append(
                    sql,
                    caller.tenantId(),
                    caller.actor(),
                    "webhook.changed",
                    "webhook:" + webhook.id(),
                    Map.of("name", after.name(), "url", after.url(), "kinds", after.kinds(), "enabled", on));
            return after;
        });
        sender.wake();
        http.json(changed.json());
    }

    private void delete(Context http, Caller caller) {
        database.write(sql -> {
            var webhook = require(sql, http, caller);
            sql.deleteFrom(DELIVERIES).where(WebhookStore.ofWebhook(webhook)).execute();
            sql.deleteFrom(WEBHOOKS)
                    .where(WebhookStore.is(caller.tenantId(), webhook.id()))
                    .execute();
            audit.append(
                    sql,
                    caller.tenantId(),
                    caller.actor(),
                    "webhook.deleted",
                    "webhook:" + webhook.id(),
                    Map.of("name", webhook.name(), "url", webhook.url()));
            return webhook;
        });
        http.status(204);
    }

    private void deliveries(Context http, Caller caller) {
        var answer = Json.MAPPER.createObjectNode();
        database.read(sql -> {
            var webhook = require(sql, http, caller);
            var value = answer.putArray("value");
            sql.select(EVENT_NUMBER, KIND, AT, MILLISECONDS, STATUS, ERROR)
                    .from(DELIVERIES)
                    .where(WebhookStore.ofWebhook(webhook))
                    .orderBy(DELIVERY_SEQ.desc())
                    .forEach(row -> value.addObject()
                            .put("number", row.get(EVENT_NUMBER))
                            .put("kind", row.get(KIND))
                            .put("at", Webhook.instant(row.get(AT)))
                            .put("milliseconds", row.get(MILLISECONDS))
                            .put("status", row.get(STATUS))
                            .put("error", row.get(ERROR)));
            return answer;
        });
        http.json(answer);
    }

    /** Sends an event of kind {@code test} now, whatever waits, and tells what the receiver said. */
    private void test(Context http, Caller caller) throws InterruptedException {
        var webhook = database.read(sql -> require(sql, http, caller));
        var now = time.instant();
        var event = Json.MAPPER.createObjectNode();
        event.put("number", 0);
        event.put("time", ApiJson.instant(now));
        event.put("kind", "test");
        event.put("actor", caller.actor());
        event.put("subject", "webhook:" + webhook.id());
        event.putNull("machineId").putNull("actionId").putObject("detail");
        event.putNull("machine").putNull("action");
        var secret = webhook.secret(vault);
        var delivery = webhook.id() + "-test-" + UUID.randomUUID();
        var result = calls.post(webhook.url(), secret, "test", delivery, event.toString());
        database.write(sql -> {
            if (WebhookStore.find(sql, caller.tenantId(), webhook.id()).isPresent()) {
                WebhookStore.log(sql, webhook, 0, "test", now, result);
            }
            return 0;
        });
        http.json(Json.MAPPER
                .createObjectNode()
                .put("delivered", result.delivered())
                .put("status", result.status())
                .put("error", result.error())
                .put("milliseconds", result.milliseconds()));
    }

    private static Webhook require(DSLContext sql, Context http, Caller caller) {
        return WebhookStore.find(sql, caller.tenantId(), http.pathParam("id").toLowerCase(Locale.ROOT))
                .orElseThrow(() -> ApiException.resourceNotFound("There is no webhook with this id."));
    }

    private String url(StrictObject body) {
        var url = body.text("url", LONGEST_URL).orElseThrow(() -> body.wrong("url", "is missing."));
        if (targets.permitted(url).isEmpty()) {
            throw body.wrong(
                    "url",
                    targets.allowed().isEmpty()
                            ? "is not allowed: the server's operator allows no targets; see --webhook-target."
                            : "is not below a target that the server's operator allows, or is no plain URL.");
        }
        return url;
    }

    private static String kind(tools.jackson.databind.JsonNode value, String path) {
        var kind = StrictObject.text(value, path, 100);
        if (!KIND_WORDS.matcher(kind).matches()) {
            throw ApiException.invalidInput(path + " is no kind of event, such as action.failed or machine.*.");
        }
        return kind;
    }

    private String secret() {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return "whsec_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
