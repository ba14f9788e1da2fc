package dev.cordon.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonTest {

    private static final String WHOLE = """
            {"text":"a \\"b\\" \\\\ \\u001b 서버 \\ud83d\\ude00 /","none":null,"yes":true,"no":false,"small":-1,
             "long":9007199254740993,"huge":123456789012345678901234567890,"part":0.10,
             "empty":{},"nothing":[],"list":[1,[2,[]],{"a":[{"b":{}}]}],"":""}""";

    /** What Jackson's own mapper makes of it, which other programs know. */
    @Test
    void whenATreeIsReadAndWrittenThenItIsAsJacksonWritesIt() {
        JsonMapper jackson =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        JsonNode tree = Json.read(WHOLE);

        assertThat(tree.path("long").asLong()).isEqualTo(9007199254740993L);
        assertThat(Json.write(tree)).isEqualTo(jackson.writeValueAsString(tree));
        assertThat(Json.line(tree)).isEqualTo(new JsonMapper().writeValueAsString(tree));
        assertThat(Json.read(Json.write(tree))).isEqualTo(tree);
    }

    @Test
    void whenThereIsNothingThenItIsMissing() {
        assertThat(Json.read(" \n").isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1,", "{\"a\"", "[1] 2", "}", "<html>", "{\"a\":NaN}"})
    void whenItIsNoJsonThenThatIsSaid(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(JacksonException.class);
    }

    @Test
    void whenItIsNestedWithoutEndThenItIsRefused() {
        assertThatThrownBy(() -> Json.read("[".repeat(100_000))).isInstanceOf(JacksonException.class);
    }
}
