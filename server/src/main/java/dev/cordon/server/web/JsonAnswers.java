package dev.cordon.server.web;

import io.javalin.json.JsonMapper;
import java.io.InputStream;
import java.lang.reflect.Type;

/** Lets {@code Context.json} write with the one mapper. */
@SuppressWarnings("TypeParameterUnusedInFormals") // the signatures are Javalin's
final class JsonAnswers implements JsonMapper {

    @Override
    public String toJsonString(Object value, Type type) {
        return Json.MAPPER.writeValueAsString(value);
    }

    @Override
    public <T> T fromJsonString(String json, Type type) {
        return Json.MAPPER.readValue(json, Json.MAPPER.constructType(type));
    }

    @Override
    public <T> T fromJsonStream(InputStream json, Type type) {
        return Json.MAPPER.readValue(json, Json.MAPPER.constructType(type));
    }
}
