package dev.cordon.agent.linux;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts rulesets into the kernel and reads them back.
 *
 * <p>What the kernel should show is found out by loading the same rules into tables that are not in force and listing
 * those: each version of nftables prints rules in its own way, and this way a comparison is exact without knowing it.
 * The same load is a rehearsal: rules that the kernel would refuse are refused before anything is changed.
 */
final class Tables {

    private static final int RETRIES = 10;
    private static final String OPENING = "(?m)^table (inet|netdev) \\S+ \\{.*$";
    private static final Pattern PACKETS = Pattern.compile("packets (\\d+) bytes");
    private static final Pattern TABLE = Pattern.compile("^table (inet|netdev) (cordon_[a-z0-9_]+)$");

    private final Nft nft;
    private final String guard;
    private final int mark;
    private final boolean frames;

    /** @param suffix makes the guard's name this process's own */
    Tables(Nft nft, String suffix, int mark) {
        this.nft = nft;
        this.guard = Ruleset.GUARD_PREFIX + suffix;
        this.mark = mark;
        this.frames = tryFrames(nft);
    }

    /** @param frames empty if there is no device to hook */
    record Expected(String inet, Optional<String> frames) {}

    /** Whether this kernel lets raw frames be stopped; hooks for them came with Linux 5.16. */
    boolean stopsFrames() {
        return frames;
    }

    boolean ownsTables() {
        return nft.ownsTables();
    }

    private static boolean tryFrames(Nft nft) {
        String table = "netdev " + Ruleset.REFERENCE;
        try {
            clearReference(nft);
            nft.run("""
                table %s {
                flags dormant;
                chain sent { type filter hook egress devices = { "lo" } priority -200; policy drop; }
                }
                """.formatted(table));
            nft.run("delete table " + table);
            return true;
        } catch (NftException e) {
            return false;
        }
    }

    /** Why the kernel would refuse tables of ours; empty if it takes them. */
    static Optional<String> refusal(Nft nft) {
        String table = "inet " + Ruleset.REFERENCE;
        try {
            nft.run("table " + table + " { flags dormant; }\ndelete table " + table + "\n");
            return Optional.empty();
        } catch (NftException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    Expected rehearse(Plan plan, List<String> devices) throws NftException {
        List<String> hooked = frames ? devices : List.of();
        clearReference(nft);
        nft.run(new Ruleset(plan, mark).reference(hooked));
        try {
            String inet = normalized(awake(nft.run("list table inet " + Ruleset.REFERENCE)));
            Optional<String> listed = hooked.isEmpty()
                    ? Optional.empty()
                    : Optional.of(normalized(awake(nft.run("list table netdev " + Ruleset.REFERENCE))));
            return new Expected(inet, listed);
        } finally {
            clearReference(nft);
        }
    }

    private static void clearReference(Nft nft) throws NftException {
        nft.run(Ruleset.removal(ours(nft).stream()
                .filter(table -> table.endsWith(" " + Ruleset.REFERENCE))
                .toList()));
    }

    /** Somebody else may take a table away between the look and the load, so that the load is refused: look again. */
    void load(Plan plan, List<String> devices) throws NftException {
        for (int attempt = 1; ; attempt++) {
            List<String> present = replaceable();
            try {
                nft.run(new Ruleset(plan, mark).load(present, guard, nft.ownsTables(), frames ? devices : List.of()));
                return;
            } catch (NftException e) {
                if (attempt == RETRIES || present.equals(replaceable())) {
                    throw e;
                }
            }
        }
    }

    /** Guards of another process cannot be touched; they end with it. */
    private List<String> replaceable() throws NftException {
        return ours().stream()
                .filter(table -> !table.contains(" " + Ruleset.GUARD_PREFIX) || table.endsWith(" " + guard))
                .toList();
    }

    String stateFile(Plan plan) {
        return new Ruleset(plan, mark).stateFile();
    }

    /** What differs from what should be there, as a sentence; empty if nothing does. */
    Optional<String> difference(Expected expected) throws NftException {
        Optional<String> found = difference("inet", Ruleset.TABLE, expected.inet());
        if (found.isEmpty() && nft.ownsTables()) {
            found = difference("inet", guard, expected.inet());
        }
        if (found.isEmpty() && expected.frames().isPresent()) {
            found = difference("netdev", Ruleset.FRAMES, expected.frames().get());
        }
        return found;
    }

    private Optional<String> difference(String family, String table, String expected) throws NftException {
        Optional<String> listed = list(family, table);
        if (listed.isEmpty()) {
            return Optional.of("table " + family + " " + table + " was deleted");
        }
        List<String> actual = normalized(listed.get()).lines().toList();
        List<String> wanted = expected.lines().toList();
        if (actual.equals(wanted)) {
            return Optional.empty();
        }
        for (String line : wanted) {
            if (!actual.contains(line)) {
                return Optional.of("table " + family + " " + table + " lacks '" + line.strip() + "'");
            }
        }
        for (String line : actual) {
            if (!wanted.contains(line)) {
                return Optional.of("table " + family + " " + table + " has an alien '" + line.strip() + "'");
            }
        }
        return Optional.of("table " + family + " " + table + " has its rules in another order or number");
    }

    private Optional<String> list(String family, String table) throws NftException {
        try {
            return Optional.of(nft.run("list table " + family + " " + table));
        } catch (NftException e) {
            if (ours().contains(family + " " + table)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static String awake(String listing) {
        return listing.replaceAll("(?m)^\\s*flags dormant\\s*$", "");
    }

    private static String normalized(String listing) {
        return listing.replaceAll(OPENING, "table {")
                .replaceAll("(?m)^\\s*flags owner\\s*$", "")
                .replaceAll("(?m)^\\s*\\R", "");
    }

    /** Every table that an agent made, as {@code family name}. */
    List<String> ours() throws NftException {
        return ours(nft);
    }

    private static List<String> ours(Nft nft) throws NftException {
        return nft.run("list tables")
                .lines()
                .map(TABLE::matcher)
                .filter(Matcher::matches)
                .map(match -> match.group(1) + " " + match.group(2))
                .toList();
    }

    boolean inForce() throws NftException {
        return ours().stream()
                .anyMatch(table ->
                        table.equals("inet " + Ruleset.TABLE) || table.startsWith("inet " + Ruleset.GUARD_PREFIX));
    }

    void remove() throws NftException {
        for (int attempt = 1; ; attempt++) {
            List<String> present = ours();
            try {
                nft.run(Ruleset.removal(present));
                return;
            } catch (NftException e) {
                if (attempt == RETRIES || present.equals(ours())) {
                    throw e;
                }
            }
        }
    }

    /** How many packets of local programs were cut off since the rules were loaded. */
    long cutPackets() throws NftException {
        String counter = " " + Ruleset.COUNTER + "\n";
        String command = "list counter inet " + Ruleset.TABLE + counter
                + (nft.ownsTables() ? "list counter inet " + guard + counter : "");
        return PACKETS.matcher(nft.runWithCounters(command))
                .results()
                .mapToLong(result -> Long.parseLong(result.group(1)))
                .sum();
    }
}
