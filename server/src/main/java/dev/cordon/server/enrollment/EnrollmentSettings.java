package dev.cordon.server.enrollment;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;

/**
 * What enrollment tells machines of this server.
 *
 * @param gateways {@code host:port} of every gateway, asked at each enrollment
 * @param serverAuthority the server's own authority, for the agent to pin
 */
public record EnrollmentSettings(Supplier<List<String>> gateways, X509Certificate serverAuthority) {}
