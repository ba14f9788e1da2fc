package dev.cordon.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.server.web.ApiException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TenantSettingsJsonTest {

    @Test
    void whenNothingIsSetThenDefaultsHold() {
        assertThat(TenantSettingsJson.parse("{}")).isEqualTo(TenantSettings.DEFAULT);
        assertThat(TenantSettings.DEFAULT.actionLifetime()).isEqualTo(Duration.ofDays(3));
        assertThat(TenantSettings.DEFAULT.isolation().deadManSeconds()).isEqualTo(120);
    }

    @Test
    void whenAddressesAreSpeltOddlyThenTheyAreKeptInTheUsualSpelling() {
        var settings =
                TenantSettingsJson.parse("{\"isolation\":{\"exclusions\":[{\"name\":\"dns\",\"protocol\":\"UDP\","
                        + "\"destinations\":[\"2001:DB8::/32\",\"192.0.2.1\"],\"direction\":\"inbound\"}]}}");
        var exclusion = settings.isolation().exclusions().getFirst();
        assertThat(exclusion.destinations()).containsExactly("2001:db8::/32", "192.0.2.1");
        assertThat(exclusion.toWire().getProtocol()).isEqualTo("udp");
        assertThat(TenantSettingsJson.read(TenantSettingsJson.write(settings))).isEqualTo(settings);
    }

    @Test
    void whenExecutionAndObjectsAreSetThenTheyAreKeptAndWhatIsLeftOutHasItsDefault() {
        var hash = "AB".repeat(32);
        var settings = TenantSettingsJson.parse("{\"execution\":{\"monitorOnly\":true,\"trustedHashes\":[\"" + hash
                + "\"],\"trustedPaths\":[\"/opt/tools/\"]},\"objects\":{\"retentionDays\":7}}");
        assertThat(settings.execution())
                .isEqualTo(new ExecutionSettings(true, false, List.of("ab".repeat(32)), List.of("/opt/tools/")));
        assertThat(settings.objects().retention()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.objects().linkLifetime()).isEqualTo(Duration.ofMinutes(5));
        assertThat(TenantSettingsJson.read(TenantSettingsJson.write(settings))).isEqualTo(settings);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "[] | must be a JSON object",
                "{'isolatoin':{}} | isolatoin: is unknown; known here: actionLifetimeSeconds, execution, isolation, objects, signIn.",
                "{'actionLifetimeSeconds':59} | actionLifetimeSeconds: must be an integer from 60",
                "{'actionLifetimeSeconds':'3 days'} | actionLifetimeSeconds: must be an integer",
                "{'isolation':{'deadManSeconds':-1}} | isolation.deadManSeconds: must be an integer from 0",
                "{'isolation':{'exclusions':{}}} | isolation.exclusions: must be an array",
                "{'isolation':{'exclusions':[{'destinations':['192.0.2.1']}]}} | isolation.exclusions[0].name: is missing",
                "{'isolation':{'exclusions':[{'name':'x'}]}} | isolation.exclusions[0]: needs at least one of",
                "{'isolation':{'exclusions':[{'name':'x','destinations':['example.com']}]}} | destinations[0]: 'example.com' is no IP address",
                "{'isolation':{'exclusions':[{'name':'x','destinations':['10.1']}]}} | '10.1' is no IP address",
                "{'isolation':{'exclusions':[{'name':'x','destinations':['fe80::1%eth0']}]}} | is no IP address",
                "{'isolation':{'exclusions':[{'name':'x','destinations':['192.0.2.1/33']}]}} | no prefix length between 0 and 32",
                "{'isolation':{'exclusions':[{'name':'x','destinations':['192.0.2.1/24']}]}} | has bits set behind its prefix",
                "{'isolation':{'exclusions':[{'name':'x','destinations':['0.0.0.0/0']}]}} | open to everything",
                "{'isolation':{'exclusions':[{'name':'x','destinations':['192.0.2.1'],'ports':[0]}]}} | ports[0]: must be an integer from 1 to 65535",
                "{'isolation':{'exclusions':[{'name':'x','destinations':['192.0.2.1'],'protocol':'icmp'}]}} | protocol: must be one of tcp, udp.",
                "{'isolation':{'exclusions':[{'name':'x','user':'a b'}]}} | user: must be a local user's name",
                "{'isolation':{'exclusions':[{'name':'x','service':'sshd'}]}} | service: must be a systemd unit",
                "{'isolation':{'exclusions':[{'name':'x','service':'../sshd.service'}]}} | service: must be a systemd unit",
                "{'isolation':{'exclusions':[{'name':'x','user':'backup','direction':'Inbound'}]}} | only for direction Outbound",
                "{'isolation':{'exclusions':[{'name':'x','user':'backup','direction':'Both'}]}} | direction: must be one of Outbound, Inbound.",
                "{'execution':{'monitorOnly':1}} | execution.monitorOnly: must be true or false",
                "{'execution':{'trustedHashes':['ab']}} | execution.trustedHashes[0]: must be a SHA-256",
                "{'execution':{'trustedPaths':['opt/x']}} | execution.trustedPaths[0]: must be an absolute path",
                "{'execution':{'trustedPaths':['/opt/../bin/x']}} | execution.trustedPaths[0]: must be an absolute path",
                "{'execution':{'trustedPaths':['/']}} | execution.trustedPaths[0]: must be an absolute path",
                "{'objects':{'largestSampleBytes':4294967296}} | objects.largestSampleBytes: must be an integer from 1",
                "{'objects':{'linkLifetimeSeconds':1}} | objects.linkLifetimeSeconds: must be an integer from 10",
            })
    void whenSettingIsWrongThenTheErrorNamesIt(String json, String message) {
        assertThatThrownBy(() -> TenantSettingsJson.parse(json.replace('\'', '"')))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining(message);
    }
}
