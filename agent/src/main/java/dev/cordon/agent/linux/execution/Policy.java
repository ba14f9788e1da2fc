package dev.cordon.agent.linux.execution;

import dev.cordon.agent.execution.TrustPolicy;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.hash.Hashes;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What decides about a file, as of one moment. Immutable; a change makes a new one with a higher generation, so that
 * what was judged by an older one is judged again.
 *
 * @param blocked the tenant's list
 * @param denied refused for the time of a task
 * @param restriction null where everything else may start
 * @param kept never refused
 */
record Policy(
        long generation,
        FileHashSet blocked,
        FileHashSet denied,
        @Nullable Restriction restriction,
        KeptFiles kept) {

    static final Policy NOTHING = new Policy(0, FileHashSet.EMPTY, FileHashSet.EMPTY, null, KeptFiles.NONE);

    /** The next policy, which differs in what is kept only. */
    Policy keeping(KeptFiles files) {
        return new Policy(generation + 1, blocked, denied, restriction, files);
    }

    /**
     * A restriction in force.
     *
     * @param baseline hashes of what the installed packages brought
     */
    record Restriction(TrustPolicy policy, FileHashSet baseline) {

        boolean trusts(Hashes hashes) {
            return baseline.containsAny(hashes) || policy.trusted().containsAny(hashes);
        }
    }

    /** Whether nothing at all would be refused or reported. */
    boolean idle() {
        return blocked.isEmpty() && denied.isEmpty() && restriction == null;
    }

    /** Whether a program can be refused, and not only be reported. */
    boolean refusesAnything() {
        return !blocked.isEmpty()
                || !denied.isEmpty()
                || (restriction != null && !restriction.policy().monitorOnly());
    }

    /** Whether programs are refused that lie on file systems of other machines or of programs, unread. */
    boolean refusesForeign() {
        return restriction != null;
    }

    /** What is said of a file whose content cannot be relied on. */
    Verdict judgeUnseen(boolean trustedByPath) {
        if (restriction == null || trustedByPath) {
            return Verdict.ALLOWED;
        }
        return restriction.policy().monitorOnly() ? Verdict.WATCHED : Verdict.UNTRUSTED;
    }

    /** Whether opens are judged too, not only the start of programs. */
    boolean coversOpens() {
        return restriction != null && restriction.policy().coverInterpreters();
    }

    /** What has to be computed of a file to judge it. */
    Set<HashAlgorithm> algorithms() {
        var needed = EnumSet.noneOf(HashAlgorithm.class);
        needed.addAll(blocked.algorithms());
        needed.addAll(denied.algorithms());
        if (restriction != null) {
            needed.add(HashAlgorithm.SHA256);
            needed.addAll(restriction.baseline().algorithms());
        }
        return needed;
    }

    /**
     * What is said of a file with this content, unless it is one that is never refused, which {@link #kept} knows.
     *
     * @param trustedByPath the file lies where the restriction trusts all files
     */
    Verdict judge(Hashes hashes, boolean trustedByPath) {
        if (blocked.containsAny(hashes) || denied.containsAny(hashes)) {
            return Verdict.BLOCKED;
        }
        if (restriction == null || trustedByPath || restriction.trusts(hashes)) {
            return Verdict.ALLOWED;
        }
        return restriction.policy().monitorOnly() ? Verdict.WATCHED : Verdict.UNTRUSTED;
    }
}
