package dev.cordon.server.users;

import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.PortalRole;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The roles of Entra's directory that count at the Defender API, for whoever has no finer ones. Tokens tell them as
 * {@code wids}, by the ids of their templates, which are the same in all tenants.
 */
public enum DirectoryRole {
    GLOBAL_ADMINISTRATOR("GlobalAdministrator", "62e90394-69f5-4237-9190-012177145e10"),
    SECURITY_ADMINISTRATOR("SecurityAdministrator", "194ae4cb-b126-40b2-bd5b-6091b380977d"),
    SECURITY_READER("SecurityReader", "5d6b6bb7-de71-4623-b4af-96380a352509");

    private final String word;
    private final String templateId;

    DirectoryRole(String word, String templateId) {
        this.word = word;
        this.templateId = templateId;
    }

    /** The name in JSON and in the database. */
    public String word() {
        return word;
    }

    /** GUID, as tokens have it. */
    public String templateId() {
        return templateId;
    }

    /** Whether its holders may everything on all machines; a reader may only look. */
    public boolean administers() {
        return this != SECURITY_READER;
    }

    /** The role with this name, in any case. */
    static Optional<DirectoryRole> of(String word) {
        return Arrays.stream(values())
                .filter(role -> role.word.equalsIgnoreCase(word))
                .findFirst();
    }

    PortalRole portalRole() {
        Set<PortalPermission> permissions =
                administers() ? EnumSet.allOf(PortalPermission.class) : Set.of(PortalPermission.VIEW_DATA);
        return new PortalRole(word, permissions, MachineScope.ALL);
    }

    static String words(Set<DirectoryRole> roles) {
        return roles.stream().sorted().map(DirectoryRole::word).collect(Collectors.joining(" "));
    }

    /** A word that this version does not know is no role. */
    static Set<DirectoryRole> parse(String words) {
        return Arrays.stream(words.toLowerCase(Locale.ROOT).split(" ", -1))
                .map(DirectoryRole::of)
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
    }
}
