package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.DropInNames;
import org.junit.jupiter.api.Test;

class DropInHostsTest {

    @Test
    void whenTheServerCoversAHostThenTheHostsFileNamesIt() {
        assertThat(DropInHosts.ALL).isEqualTo(DropInNames.HOSTS);
    }
}
