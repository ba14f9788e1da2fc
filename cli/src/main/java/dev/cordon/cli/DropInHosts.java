package dev.cordon.cli;

import java.util.List;

/**
 * The hosts that scripts for the original have hard-coded. The server keeps the same list; it is repeated here so that
 * commands load none of the server's classes, and a test holds the two together.
 */
final class DropInHosts {

    /** All of them, the token service first. */
    static final List<String> ALL = List.of(
            "login.microsoftonline.com",
            "login.windows.net",
            "login.microsoft.com",
            "sts.windows.net",
            "login.microsoftonline.us",
            "api.security.microsoft.com",
            "us.api.security.microsoft.com",
            "eu.api.security.microsoft.com",
            "uk.api.security.microsoft.com",
            "au.api.security.microsoft.com",
            "swa.api.security.microsoft.com",
            "ina.api.security.microsoft.com",
            "aea.api.security.microsoft.com",
            "api.securitycenter.microsoft.com",
            "api-us.securitycenter.microsoft.com",
            "api-eu.securitycenter.microsoft.com",
            "api-uk.securitycenter.microsoft.com",
            "api-gcc.securitycenter.microsoft.us",
            "api-gov.securitycenter.microsoft.us",
            "api.securitycenter.windows.com",
            "api-us.securitycenter.windows.com",
            "api-eu.securitycenter.windows.com",
            "api-uk.securitycenter.windows.com",
            "graph.microsoft.com");

    private DropInHosts() {}
}
