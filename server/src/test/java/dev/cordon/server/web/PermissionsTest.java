package dev.cordon.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PermissionsTest {

    @ParameterizedTest
    @CsvSource({
        "Machine.Read.All, Machine.Read",
        "Machine.ReadWrite.All, Machine.ReadWrite",
        "Machine.Isolate, Machine.Isolate",
        "Alert.ReadWrite.All, Alert.ReadWrite",
        "File.Read.All, File.Read.All",
        "Ip.Read.All, Ip.Read.All",
        "Url.Read.All, Url.Read.All",
        "User.Read.All, User.Read.All",
        "Ti.ReadWrite, Ti.ReadWrite",
        "Cordon.Administer, Cordon.Administer",
    })
    void whenAUserCallsThenTheDelegatedNameCounts(String permission, String delegated) {
        Permissions.require(user(delegated), List.of(permission));
        if (!permission.equals(delegated)) {
            assertThatThrownBy(() -> Permissions.require(user(permission), List.of(permission)))
                    .isInstanceOf(ApiException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"Ti.ReadWrite.All", "Ti.Read.All", "Event.Write"})
    void whenThereIsNoDelegatedFormThenNoUserMay(String permission) {
        assertThat(Permissions.delegated(permission)).isEmpty();
        assertThatThrownBy(() -> Permissions.require(user(permission), List.of(permission)))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void whenAnApplicationHoldsTheDelegatedNameThenThatIsNotEnough() {
        var caller = new Caller("t", "s", "n", Caller.Context.APPLICATION, Set.of("Machine.Read"));
        assertThatThrownBy(() -> Permissions.require(caller, List.of("Machine.Read.All")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(403));
    }

    @Test
    void whenTheUsersRoleLacksThePortalPermissionThenTheDelegatedOneIsNotEnough() {
        var viewer = user(List.of(role(MachineScope.ALL, PortalPermission.VIEW_DATA)), "Machine.Isolate");
        assertThatThrownBy(() -> Permissions.require(viewer, List.of("Machine.Isolate")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(403))
                .hasMessageContaining("ActiveRemediationActions");
    }

    @Test
    void whenARoleDoesNotOpenTheRouteThenItsMachinesDoNotCount() {
        var servers = new MachineScope.Groups(Set.of(1L));
        var desktops = new MachineScope.Groups(Set.of(2L));
        var user = user(
                List.of(
                        role(servers, PortalPermission.VIEW_DATA),
                        role(desktops, PortalPermission.VIEW_DATA, PortalPermission.ACTIVE_REMEDIATION)),
                "Machine.Isolate",
                "Machine.Read");
        assertThat(user.machines()).isEqualTo(new MachineScope.Groups(Set.of(1L, 2L)));
        assertThat(Permissions.require(user, List.of("Machine.Isolate")).machines())
                .isEqualTo(desktops);
        assertThat(Permissions.require(user, List.of("Machine.Read.All")).machines())
                .isEqualTo(new MachineScope.Groups(Set.of(1L, 2L)));
    }

    @ParameterizedTest
    @CsvSource({
        "Machine.Isolate, false, ActiveRemediationActions",
        "Machine.Scan, false, ActiveRemediationActions",
        "Machine.CollectForensics, false, AlertsInvestigation",
        "Machine.CollectForensics, true, AlertsInvestigation",
        "Machine.Offboard, false, ManageSecuritySettings",
        "Library.Manage, true, LiveResponseAdvanced",
        "Machine.ReadWrite.All, true, ViewData",
        "Machine.ReadWrite.All, false, AlertsInvestigation",
        "AdvancedQuery.Read.All, false, ViewData",
        "Cordon.Administer, true, ManagePortalSettings",
    })
    void whenAPermissionIsUsedThenThePortalPermissionOfTheContractGoesWithIt(
            String permission, boolean reading, String portal) {
        assertThat(PortalPermission.with(permission, reading))
                .extracting(PortalPermission::word)
                .containsExactly(portal);
    }

    private static PortalRole role(MachineScope machines, PortalPermission... permissions) {
        return new PortalRole("role", Set.of(permissions), machines);
    }

    private static Caller user(String... permissions) {
        return user(List.of(role(MachineScope.ALL, PortalPermission.values())), permissions);
    }

    private static Caller user(List<PortalRole> roles, String... permissions) {
        return new Caller("t", "s", "n", Caller.Context.USER, Set.of(permissions), roles);
    }
}
