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

    private static Caller user(String... permissions) {
        return new Caller("t", "s", "n", Caller.Context.USER, Set.of(permissions));
    }
}
