package dev.cordon.server.events;

import dev.cordon.server.feed.Event;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Json;
import java.util.Base64;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.node.ObjectNode;

/**
 * Somewhere that a tenant's events go by HTTP.
 *
 * @param kinds kinds, or beginnings of them; empty for all
 * @param wrappedSecret base64 of what the vault wrapped
 * @param number everything up to this event was delivered, or is none of its kinds
 * @param failingSince microseconds; null while nothing fails
 * @param parkedAt microseconds; null unless it was given up
 */
record Webhook(
        String tenantId,
        String id,
        String name,
        String url,
        List<String> kinds,
        String wrappedSecret,
        boolean enabled,
        long createdAt,
        long number,
        @Nullable Long failingSince,
        long failures,
        long nextAttemptAt,
        @Nullable Long parkedAt) {

    static final List<Field<?>> COLUMNS = List.of(
            WebhookTable.TENANT_ID,
            WebhookTable.ID,
            WebhookTable.NAME,
            WebhookTable.URL,
            WebhookTable.KINDS,
            WebhookTable.SECRET,
            WebhookTable.ENABLED,
            WebhookTable.CREATED_AT,
            WebhookTable.NUMBER,
            WebhookTable.FAILING_SINCE,
            WebhookTable.FAILURES,
            WebhookTable.NEXT_ATTEMPT_AT,
            WebhookTable.PARKED_AT);

    static Webhook of(Record row) {
        return new Webhook(
                row.get(WebhookTable.TENANT_ID),
                row.get(WebhookTable.ID),
                row.get(WebhookTable.NAME),
                row.get(WebhookTable.URL),
                Json.MAPPER.readValue(row.get(WebhookTable.KINDS), new TypeReference<List<String>>() {}),
                Base64.getEncoder().encodeToString(row.get(WebhookTable.SECRET)),
                row.get(WebhookTable.ENABLED),
                row.get(WebhookTable.CREATED_AT),
                row.get(WebhookTable.NUMBER),
                row.get(WebhookTable.FAILING_SINCE),
                row.get(WebhookTable.FAILURES),
                row.get(WebhookTable.NEXT_ATTEMPT_AT),
                row.get(WebhookTable.PARKED_AT));
    }

    boolean wants(Event event) {
        return kinds.isEmpty() || kinds.stream().anyMatch(kind -> EventKinds.fits(kind, event.kind()));
    }

    byte[] secret(KeyVault vault) {
        return vault.unwrap(Base64.getDecoder().decode(wrappedSecret), context(tenantId, id));
    }

    /** Under which the secret is wrapped. */
    static String context(String tenantId, String id) {
        return "webhook/" + tenantId + "/" + id;
    }

    ObjectNode json() {
        var json = Json.MAPPER.createObjectNode();
        json.put("id", id);
        json.put("name", name);
        json.put("url", url);
        kinds.forEach(json.putArray("kinds")::add);
        json.put("enabled", enabled);
        json.put("createdAt", instant(createdAt));
        json.put("state", state());
        json.put("deliveredUpTo", number);
        json.put("failingSince", instant(failingSince));
        json.put("failures", failures);
        json.put("nextAttemptAt", failures == 0 || parkedAt != null ? null : instant(nextAttemptAt));
        json.put("parkedAt", instant(parkedAt));
        return json;
    }

    private String state() {
        if (!enabled) {
            return "Disabled";
        }
        if (parkedAt != null) {
            return "Parked";
        }
        return failures > 0 ? "Failing" : "Active";
    }

    static @Nullable String instant(@Nullable Long micros) {
        return micros == null ? null : ApiJson.instant(Instants.instant(micros));
    }
}
