package dev.cordon.server.identity;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.RestrictExecution;
import java.util.HexFormat;
import java.util.List;

/**
 * How restricting code execution is done in a tenant. What is set here holds for the restrictions that are asked for
 * from then on.
 *
 * @param monitorOnly whether machines only tell what they would deny
 * @param coverInterpreters whether files that interpreters and the dynamic loader open must be trusted as well
 * @param trustedHashes SHA-256 in lower-case hex of files that may start though no package installed them
 * @param trustedPaths absolute paths of files that may start; a folder ends with a slash
 */
public record ExecutionSettings(
        boolean monitorOnly, boolean coverInterpreters, List<String> trustedHashes, List<String> trustedPaths) {

    /** Deny what no installed package brought; scripts are let be. */
    public static final ExecutionSettings DEFAULT = new ExecutionSettings(false, false, List.of(), List.of());

    public ExecutionSettings {
        trustedHashes = List.copyOf(trustedHashes);
        trustedPaths = List.copyOf(trustedPaths);
    }

    /** The form that agents get. */
    public RestrictExecution toWire() {
        var order = RestrictExecution.newBuilder()
                .setMonitorOnly(monitorOnly)
                .setCoverInterpreters(coverInterpreters)
                .addAllTrustedPaths(trustedPaths);
        trustedHashes.forEach(hash ->
                order.addTrustedHashes(ByteString.copyFrom(HexFormat.of().parseHex(hash))));
        return order.build();
    }
}
