package kshot.app.cli;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results as JSON. */
final class Json {
    private static final JsonMapper LINE = JsonMapper.builder().build();
    private static final JsonMapper INDENTED =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** One document, indented. */
    static String document(Object value) {
        return INDENTED.writeValueAsString(value);
    }

    /** One line. */
    static String line(Object value) {
        return LINE.writeValueAsString(value);
    }
}
