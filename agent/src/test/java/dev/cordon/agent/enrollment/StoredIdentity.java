package dev.cordon.agent.enrollment;

import dev.cordon.agent.storage.StateDirectory;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Puts an identity where an enrollment would have put it. */
public final class StoredIdentity {

    private StoredIdentity() {}

    public static void store(StateDirectory state, Identity identity) throws IOException, GeneralSecurityException {
        state.create();
        new IdentityStore(state).save(identity);
    }
}
