package dev.cordon.agent.linux;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The text of an isolation for nftables (nft(8)): pure, made from numbers and addresses only.
 *
 * <p>Three tables. {@value #TABLE} cuts the machine off and stays when the agent dies. The guard says the same in a
 * table that the agent's process owns: nobody else can delete it, and {@code flush ruleset} passes it over; it goes
 * with the process. {@value #FRAMES} hooks every device, because programs that send raw frames bypass the other two.
 * A packet passes only if all three accept it.
 *
 * <p>The control flow is told by addresses, ports and TCP flags, not by connection tracking: tracking knows nothing of a
 * connection that was there before the rules, so it would cut the agent's own. Only flows bound to a user or a service
 * use it, to tell their answers. Names and addresses of the local link (ARP, neighbour discovery and its multicast
 * reports, DHCP, link aggregation, wired port authentication) pass, or the machine would lose its link and with it the
 * agent.
 */
final class Ruleset {

    static final String TABLE = "cordon_isolation";
    static final String FRAMES = "cordon_frames";
    static final String GUARD_PREFIX = "cordon_guard_";
    static final String REFERENCE = "cordon_reference";
    static final String COUNTER = "cut_out";

    private static final String NO_NEW_CONNECTION = "tcp flags & (syn|ack) != syn ";

    private final Plan plan;
    private final int mark;

    /** @param mark labels the connections of flows that are bound to a user or service; not zero */
    Ruleset(Plan plan, int mark) {
        this.plan = plan;
        this.mark = mark;
    }

    /**
     * Everything in one transaction.
     *
     * @param present the tables of ours that are there and will be replaced, as {@code family name}
     */
    String load(List<String> present, String guard, boolean owned, List<String> devices) {
        StringBuilder text = new StringBuilder(removal(present)).append(inet(TABLE, "", true));
        if (owned) {
            text.append(inet(guard, "flags owner;", true));
        }
        return text.append(frames(FRAMES, "", devices)).toString();
    }

    /** What the boot unit loads: needs no device, no service and no agent to be there, and may be loaded twice. */
    String stateFile() {
        return "table inet %1$s\ndelete table inet %1$s\n".formatted(TABLE) + inet(TABLE, "", false);
    }

    /** The same rules, not in force, so that the machine's own nftables shows how it prints them. */
    String reference(List<String> devices) {
        return inet(REFERENCE, "flags dormant;", true) + frames(REFERENCE, "flags dormant;", devices);
    }

    /** Adding a table first, to be sure that there is one to delete, would fail for one that is owned or dormant. */
    static String removal(List<String> present) {
        return present.stream().map(table -> "delete table " + table + "\n").collect(Collectors.joining());
    }

    private String inet(String table, String flags, boolean withServices) {
        Predicate<Flow> usable = flow -> withServices || flow.service().isEmpty();
        StringBuilder text = opened("inet", table, flags);
        text.append("\tcounter ").append(COUNTER).append(" { }\n\tcounter cut_in { }\n");
        chain(text, "inbound", "type filter hook input priority -10; policy drop;", rules -> {
            rules.add("iif lo accept");
            controlIn(rules);
            linkIn(rules);
            plan.flows().stream().filter(usable).forEach(flow -> rules.addAll(answersIn(flow, true)));
            rules.add("counter name cut_in drop");
        });
        chain(text, "outbound", "type filter hook output priority -10; policy drop;", rules -> {
            rules.add("oif lo accept");
            controlOut(rules);
            linkOut(rules);
            plan.flows().stream().filter(usable).forEach(flow -> rules.addAll(out(flow, true)));
            rules.add("counter name " + COUNTER);
            rules.add("meta l4proto tcp reject with tcp reset");
            rules.add("reject with icmpx type admin-prohibited");
        });
        chain(text, "forwarded", "type filter hook forward priority -10; policy drop;", rules -> {});
        return text.append("}\n").toString();
    }

    private String frames(String table, String flags, List<String> devices) {
        if (devices.isEmpty()) {
            return "";
        }
        String names = devices.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
        StringBuilder text = opened("netdev", table, flags);
        String hook = "type filter hook %s devices = { " + names + " } priority -200; policy drop;";
        chain(text, "received", hook.formatted("ingress"), rules -> {
            link(rules);
            controlIn(rules);
            linkIn(rules);
            plan.flows().forEach(flow -> rules.addAll(answersIn(flow, false)));
        });
        chain(text, "sent", hook.formatted("egress"), rules -> {
            link(rules);
            controlOut(rules);
            linkOut(rules);
            plan.flows().forEach(flow -> rules.addAll(out(flow, false)));
        });
        return text.append("}\n").toString();
    }

    private StringBuilder opened(String family, String table, String flags) {
        StringBuilder text = new StringBuilder("table ")
                .append(family)
                .append(' ')
                .append(table)
                .append(" {\n");
        if (!flags.isEmpty()) {
            text.append('\t').append(flags).append('\n');
        }
        set(text, "ctl4", "ipv4_addr", endpoint -> endpoint.getAddress() instanceof Inet4Address);
        set(text, "ctl6", "ipv6_addr", endpoint -> !(endpoint.getAddress() instanceof Inet4Address));
        return text;
    }

    private void set(StringBuilder text, String name, String type, Predicate<InetSocketAddress> family) {
        text.append("\tset %s { type %s . inet_service; ".formatted(name, type));
        String elements = plan.control().stream()
                .filter(family)
                .map(endpoint -> Prefix.text(endpoint.getAddress()) + " . " + endpoint.getPort())
                .collect(Collectors.joining(", "));
        text.append(elements.isEmpty() ? "}\n" : "elements = { " + elements + " } }\n");
    }

    private interface Filling {
        void fill(List<String> rules);
    }

    private static void chain(StringBuilder text, String name, String head, Filling filling) {
        List<String> rules = new ArrayList<>();
        filling.fill(rules);
        text.append("\tchain ").append(name).append(" {\n\t\t").append(head).append('\n');
        rules.forEach(rule -> text.append("\t\t").append(rule).append('\n'));
        text.append("\t}\n");
    }

    private static void controlIn(List<String> rules) {
        rules.add("ip saddr . tcp sport @ctl4 " + NO_NEW_CONNECTION + "accept");
        rules.add("ip6 saddr . tcp sport @ctl6 " + NO_NEW_CONNECTION + "accept");
    }

    private static void controlOut(List<String> rules) {
        rules.add("ip daddr . tcp dport @ctl4 accept");
        rules.add("ip6 daddr . tcp dport @ctl6 accept");
    }

    /** RFC 4861 section 7.1 (hop limit 255), RFC 3810 (multicast reports), RFC 2131 and RFC 8415 (DHCP). */
    private static void linkIn(List<String> rules) {
        rules.add("udp sport 67 udp dport 68 accept");
        rules.add("ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept");
        rules.add("ip6 hoplimit 255 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept");
        rules.add("ip6 saddr fe80::/10 ip6 hoplimit 1 icmpv6 type mld-listener-query accept");
    }

    private static void linkOut(List<String> rules) {
        rules.add("udp sport 68 udp dport 67 accept");
        rules.add("ip6 daddr ff02::1:2 udp sport 546 udp dport 547 accept");
        rules.add("ip6 hoplimit 255 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept");
        rules.add("ip6 daddr ff02::16 ip6 hoplimit 1 icmpv6 type mld2-listener-report accept");
    }

    /** Frames to these group addresses are not passed on by switches (IEEE 802.1Q table 8-1). */
    private static void link(List<String> rules) {
        rules.add("meta protocol arp accept");
        rules.add("ether daddr 01:80:c2:00:00:02 ether type 0x8809 accept");
        rules.add("ether daddr 01:80:c2:00:00:03 ether type 0x888e accept");
    }

    private List<String> out(Flow flow, boolean inet) {
        if (flow.inbound()) {
            return rules(flow, "daddr", "sport", "", "accept", true);
        }
        StringBuilder who = new StringBuilder();
        flow.uid().ifPresent(uid -> who.append("meta skuid ").append(uid).append(' '));
        flow.service()
                .ifPresent(service -> who.append(
                        inet
                                ? "socket cgroupv2 level %d \"%s\" ".formatted(service.level(), service.path())
                                : "meta mark " + hex() + " "));
        StringBuilder then = new StringBuilder();
        if (inet && flow.boundToProgram()) {
            then.append("ct mark set ").append(hex()).append(' ');
        }
        if (inet && flow.service().isPresent()) {
            then.append("meta mark set ").append(hex()).append(' ');
        }
        return rules(flow, "daddr", "dport", who.toString(), then + "accept", false);
    }

    private List<String> answersIn(Flow flow, boolean inet) {
        if (flow.inbound()) {
            return rules(flow, "saddr", "dport", "", "accept", false);
        }
        String known = inet && flow.boundToProgram() ? "ct mark " + hex() + " " : "";
        return rules(flow, "saddr", "sport", known, "accept", true);
    }

    private String hex() {
        return "0x%08x".formatted(mark);
    }

    private static List<String> rules(
            Flow flow, String address, String port, String first, String then, boolean answers) {
        List<String> rules = new ArrayList<>();
        for (String addresses : addresses(flow, address)) {
            for (Flow.Transport transport : Flow.Transport.values()) {
                if (flow.transports().contains(transport)) {
                    rules.add(first
                            + addresses
                            + transport(flow, transport, port)
                            + (answers && transport == Flow.Transport.TCP ? NO_NEW_CONNECTION : "")
                            + then);
                }
            }
        }
        return rules;
    }

    private static List<String> addresses(Flow flow, String address) {
        if (flow.destinations().isEmpty()) {
            return List.of("");
        }
        List<String> matches = new ArrayList<>();
        match(flow, Prefix::isIpv4, "ip", matches, address);
        match(flow, prefix -> !prefix.isIpv4(), "ip6", matches, address);
        return matches;
    }

    private static void match(
            Flow flow, Predicate<Prefix> family, String keyword, List<String> matches, String address) {
        List<Prefix> prefixes = flow.destinations().stream().filter(family).toList();
        if (prefixes.isEmpty()) {
            return;
        }
        if (prefixes.getFirst().length() == 0) {
            matches.add("meta protocol " + keyword + " ");
            return;
        }
        String list = prefixes.stream().map(Prefix::text).collect(Collectors.joining(", "));
        matches.add(keyword + " " + address + " { " + list + " } ");
    }

    private static String transport(Flow flow, Flow.Transport transport, String port) {
        String name = transport.name().toLowerCase(Locale.ROOT);
        if (flow.ports().isEmpty()) {
            return "meta l4proto " + name + " ";
        }
        String list = flow.ports().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return name + " " + port + " { " + list + " } ";
    }
}
