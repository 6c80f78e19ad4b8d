package kshot.app.cli;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results as JSON: records, whose components and enum constants are written in lower case with underscores. */
final class Json {
    private static final JsonMapper LINE = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .build();
    private static final JsonMapper INDENTED =
            LINE.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** Returns a value as an indented document. */
    static String document(Object value) {
        return INDENTED.writeValueAsString(value);
    }

    /** Returns a value as one line. */
    static String line(Object value) {
        return LINE.writeValueAsString(value);
    }
}
