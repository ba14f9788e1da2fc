package dev.cordon.agent.vault;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.vault.VaultException.Why;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What came of one of several things that were tried together: one of the two is there.
 *
 * @param <T> what there is if it went well
 */
public record Attempt<T>(@Nullable T value, @Nullable VaultException problem) {

    /** Something that may not go well. */
    interface Step<T> {
        T run() throws IOException, VaultException;
    }

    static <T> Attempt<T> failed(VaultException problem) {
        return new Attempt<>(null, problem);
    }

    /** @throws VaultException if it did not go well */
    public T orThrow() throws VaultException {
        if (problem != null) {
            throw problem;
        }
        return Objects.requireNonNull(value);
    }

    static <T> Attempt<T> of(RawPath place, Step<T> step) {
        try {
            return new Attempt<>(step.run(), null);
        } catch (VaultException e) {
            return failed(e);
        } catch (IOException e) {
            return failed(said(place, e));
        }
    }

    static VaultException said(RawPath place, IOException e) {
        boolean gone = e instanceof FileCallException call && call.gone();
        return new VaultException(gone ? Why.CHANGED : Why.FAILED, place + ": " + e.getMessage(), e);
    }
}
