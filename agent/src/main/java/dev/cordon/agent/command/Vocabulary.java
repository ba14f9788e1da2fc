package dev.cordon.agent.command;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Direction;
import dev.cordon.protocol.wire.Isolate;
import dev.cordon.protocol.wire.IsolationExclusion;
import dev.cordon.protocol.wire.IsolationMode;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.RequestSample;
import dev.cordon.protocol.wire.Restore;
import dev.cordon.protocol.wire.RestrictExecution;
import dev.cordon.protocol.wire.Scan;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The orders this agent understands, and their limits. A signed order is still checked: what it says ends up in rules
 * of the kernel. Stateless.
 */
final class Vocabulary {

    private static final int MOST_EXCLUSIONS = 256;
    private static final int MOST_DESTINATIONS = 256;
    private static final int MOST_PORTS = 256;
    private static final int MOST_TRUSTED = 10_000;
    private static final int MOST_PATH = 4_096;
    private static final int MOST_ID = 64;
    private static final int HASH_BYTES = 32;
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}\\$?");
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9:_.@\\\\-]{1,200}");

    private Vocabulary() {}

    /** What is wrong with the order, if something is. */
    static Optional<Verdict.Refusal> check(Command command) {
        var wrong = switch (command.getOrderCase()) {
            case ISOLATE -> check(command.getIsolate());
            case RELEASE -> "";
            case CANCEL ->
                command.getCancel().getTargetSequence() > 0 ? "" : "a cancellation without the command it is about";
            case RESTRICT_EXECUTION -> check(command.getRestrictExecution());
            case SCAN -> check(command.getScan());
            case STOP_AND_QUARANTINE -> checkHash(command.getStopAndQuarantine().getHash());
            case RESTORE -> check(command.getRestore());
            case REQUEST_SAMPLE -> check(command.getRequestSample());
            case ALLOW_EXECUTION, COLLECT, OFFBOARD -> "";
            case ORDER_NOT_SET -> "an order this agent does not know: it may be older than the server";
        };
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(new Verdict.Refusal(RefusalReason.REFUSAL_REASON_MALFORMED, wrong));
    }

    private static String check(RestrictExecution restrict) {
        if (restrict.getTrustedHashesCount() > MOST_TRUSTED || restrict.getTrustedPathsCount() > MOST_TRUSTED) {
            return "more than " + MOST_TRUSTED + " trusted hashes or paths";
        }
        if (restrict.getTrustedHashesList().stream().anyMatch(hash -> hash.size() != HASH_BYTES)) {
            return "a trusted hash that is no SHA-256";
        }
        return restrict.getTrustedPathsList().stream()
                .filter(path -> !path.startsWith("/") || !isPath(path))
                .findFirst()
                .map(path -> "a trusted path that is none")
                .orElse("");
    }

    private static String check(Scan scan) {
        return switch (scan.getDepth()) {
            case SCAN_DEPTH_QUICK, SCAN_DEPTH_FULL -> "";
            default -> "a depth of scan this agent does not know";
        };
    }

    private static String check(Restore restore) {
        if (restore.getOfActionId().length() > MOST_ID) {
            return "an action id of " + restore.getOfActionId().length() + " characters";
        }
        return restore.getHash().isEmpty() ? "" : checkHash(restore.getHash());
    }

    private static String check(RequestSample sample) {
        return isPath(sample.getPath()) ? checkHash(sample.getHash()) : "a path that is none";
    }

    /** MD5, SHA-1 or SHA-256. */
    private static String checkHash(ByteString hash) {
        return hash.size() == 16 || hash.size() == 20 || hash.size() == HASH_BYTES
                ? ""
                : "a file hash of " + hash.size() + " bytes";
    }

    private static boolean isPath(String text) {
        return text.length() <= MOST_PATH && text.indexOf('\0') < 0;
    }

    private static String check(Isolate isolate) {
        int hash = isolate.getBreakGlassHash().size();
        if (hash != 0 && hash != HASH_BYTES) {
            return "a break-glass hash of " + hash + " bytes";
        }
        if (isolate.getDeadManSeconds() < 0) {
            return "a dead-man time beyond all measure";
        }
        return switch (isolate.getMode()) {
            case ISOLATION_MODE_FULL -> "";
            case ISOLATION_MODE_SELECTIVE -> {
                if (isolate.getExclusionsCount() > MOST_EXCLUSIONS) {
                    yield "more than " + MOST_EXCLUSIONS + " exclusions";
                }
                yield isolate.getExclusionsList().stream()
                        .map(Vocabulary::check)
                        .filter(wrong -> !wrong.isEmpty())
                        .findFirst()
                        .orElse("");
            }
            default -> "an isolation mode this agent does not know";
        };
    }

    private static String check(IsolationExclusion exclusion) {
        var in = "exclusion '" + exclusion.getName() + "': ";
        if (exclusion.getDestinationsCount() == 0
                && exclusion.getUser().isEmpty()
                && exclusion.getService().isEmpty()) {
            return in + "it names no destination, user or service";
        }
        if (exclusion.getDestinationsCount() > MOST_DESTINATIONS || exclusion.getPortsCount() > MOST_PORTS) {
            return in + "too many destinations or ports";
        }
        for (var destination : exclusion.getDestinationsList()) {
            if (!isNetwork(destination)) {
                return in + "'" + destination + "' is no IP address or CIDR";
            }
        }
        if (exclusion.getPortsList().stream().anyMatch(port -> port < 1 || port > 65_535)) {
            return in + "a port out of range";
        }
        if (!exclusion.getProtocol().isEmpty()
                && !exclusion.getProtocol().equals("tcp")
                && !exclusion.getProtocol().equals("udp")) {
            return in + "a protocol other than tcp and udp";
        }
        if (exclusion.getDirection() != Direction.DIRECTION_OUTBOUND
                && exclusion.getDirection() != Direction.DIRECTION_INBOUND) {
            return in + "no direction";
        }
        boolean byProcess =
                !exclusion.getUser().isEmpty() || !exclusion.getService().isEmpty();
        if (byProcess && exclusion.getDirection() != Direction.DIRECTION_OUTBOUND) {
            return in + "users and services can be told apart only outbound";
        }
        if (!exclusion.getUser().isEmpty() && !USER.matcher(exclusion.getUser()).matches()) {
            return in + "no user name";
        }
        if (!exclusion.getService().isEmpty()
                && !SERVICE.matcher(exclusion.getService()).matches()) {
            return in + "no systemd unit";
        }
        return "";
    }

    private static boolean isNetwork(String text) {
        int slash = text.indexOf('/');
        try {
            var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int bits = address.getAddress().length * 8;
            int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            return prefix >= 0 && prefix <= bits && text.indexOf('%') < 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static boolean isSelective(Isolate isolate) {
        return isolate.getMode() == IsolationMode.ISOLATION_MODE_SELECTIVE;
    }
}
