package dev.cordon.server.signin;

import dev.cordon.server.identity.Graph;
import java.util.Map;

/** Delegated permissions in words that a user understands. */
final class PermissionText {

    private static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry("AdvancedQuery.Read", "Run advanced hunting queries"),
            Map.entry("Alert.Read", "Read alerts"),
            Map.entry("Alert.ReadWrite", "Read and change alerts"),
            Map.entry("File.Read.All", "Read file profiles"),
            Map.entry(
                    Graph.PERMISSION,
                    "Sign you in and read your profile; if you administer the directory, also call the API of the preview"),
            Map.entry("Ip.Read.All", "Read IP address profiles"),
            Map.entry("Library.Manage", "Manage live response library files"),
            Map.entry("Machine.CollectForensics", "Collect investigation packages from machines"),
            Map.entry("Machine.Isolate", "Isolate machines from the network and release them"),
            Map.entry("Machine.LiveResponse", "Run live response on machines"),
            Map.entry("Machine.Offboard", "Offboard machines"),
            Map.entry("Machine.Read", "Read machines and the actions on them"),
            Map.entry("Machine.ReadWrite", "Read and change machine information"),
            Map.entry("Machine.RestrictExecution", "Restrict which code runs on machines"),
            Map.entry("Machine.Scan", "Start virus scans on machines"),
            Map.entry("Machine.StopAndQuarantine", "Stop and quarantine files on machines"),
            Map.entry("Ti.ReadWrite", "Read and change indicators"),
            Map.entry("Url.Read.All", "Read URL profiles"),
            Map.entry("User.Read.All", "Read user profiles"),
            Map.entry("Cordon.Administer", "Administer this organization in Cordon"),
            Map.entry("Cordon.Operate", "Operate the whole Cordon server"));

    private PermissionText() {}

    static String of(String permission) {
        var text = TEXTS.get(permission);
        return text == null ? permission : text + " (" + permission + ")";
    }
}
