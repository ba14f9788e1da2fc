package dev.cordon.server.objects;

import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.server.actions.ActionFacts;
import dev.cordon.server.identity.ObjectSettings;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.store.Instants;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.UUID;
import org.jooq.DSLContext;

/** Decides which offers of machines are taken: only what an open action asked for, within the tenant's limits. Thread-safe. */
final class Offers {

    private static final int MOST_OF_ACTION = 32;
    private static final int LONGEST_NAME = 200;

    private final ObjectFiles files;
    private final Tenants tenants;
    private final InstantSource time;

    Offers(ObjectFiles files, Tenants tenants, InstantSource time) {
        this.files = files;
        this.tenants = tenants;
        this.time = time;
    }

    /**
     * The object of this offer, new or known.
     *
     * @throws UploadRefusedException with the reason
     */
    StoredObject accept(DSLContext sql, MachineRef machine, UploadOffer offer) {
        var known = ObjectRows.ofUpload(sql, machine, offer.getUploadId());
        if (known.isPresent()) {
            return same(known.get(), offer);
        }
        var kind = kind(offer);
        var action = ActionFacts.ofDelivered(sql, machine, offer.getSequence())
                .filter(facts -> facts.id().equals(offer.getActionId()))
                .orElseThrow(() -> new UploadRefusedException("no command asked this machine for it"));
        if (!action.type().equals(kind.equals(StoredObject.PACKAGE) ? ActionFacts.COLLECT : ActionFacts.SAMPLE)) {
            throw new UploadRefusedException("the command did not ask for such an object");
        }
        if (action.status().isFinal()) {
            throw new UploadRefusedException(
                    "the action has ended as " + action.status().word());
        }
        requireFit(offer, kind, tenants.settings(sql, machine.tenantId()).objects());
        if (ObjectRows.countOfAction(sql, action.id()) >= MOST_OF_ACTION) {
            throw new UploadRefusedException("an action brings at most " + MOST_OF_ACTION + " objects");
        }
        var id = UUID.randomUUID().toString();
        var object = new StoredObject(
                id,
                machine.tenantId(),
                machine.machineId(),
                action.id(),
                offer.getUploadId(),
                kind,
                name(offer.getName()),
                offer.getSize(),
                HexFormat.of().formatHex(offer.getSha256().toByteArray()),
                files.newWrappedKey(id),
                null,
                null);
        ObjectRows.insert(sql, object, Instants.micros(time.instant()));
        return object;
    }

    private static StoredObject same(StoredObject known, UploadOffer offer) {
        boolean same = known.size() == offer.getSize()
                && known.actionId().equals(offer.getActionId())
                && known.sha256()
                        .equals(HexFormat.of().formatHex(offer.getSha256().toByteArray()));
        if (!same || known.deletedAt() != null) {
            throw new UploadRefusedException("this id was used for another object");
        }
        return known;
    }

    private void requireFit(UploadOffer offer, String kind, ObjectSettings settings) {
        if (offer.getUploadId().isEmpty()
                || offer.getUploadId().length() > 64
                || offer.getSha256().size() != 32) {
            throw new UploadRefusedException("the offer lacks an id or a SHA-256");
        }
        long most = kind.equals(StoredObject.PACKAGE) ? settings.largestPackage() : settings.largestSample();
        if (offer.getSize() < 0 || offer.getSize() > most) {
            throw new UploadRefusedException(
                    "it has more than the " + most + " bytes that the tenant's settings allow");
        }
    }

    private static String kind(UploadOffer offer) {
        return switch (offer.getKind()) {
            case OBJECT_KIND_PACKAGE -> StoredObject.PACKAGE;
            case OBJECT_KIND_SAMPLE -> StoredObject.SAMPLE;
            case OBJECT_KIND_UNSPECIFIED, UNRECOGNIZED ->
                throw new UploadRefusedException("objects of this kind are unknown");
        };
    }

    /** The last part of what may be a path, without what a file name or a header cannot carry. */
    private static String name(String said) {
        var name = said.substring(said.lastIndexOf('/') + 1)
                .codePoints()
                .map(c -> c < 0x20 || c == 0x7f || c == '"' || c == '\\' || Character.getType(c) == Character.SURROGATE
                        ? '_'
                        : c)
                .limit(LONGEST_NAME)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return name.isBlank() || name.equals(".") || name.equals("..") ? "object" : name;
    }
}
