package kshot.run.report;

import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Values as JSON inside a page. */
final class Json {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final MathContext SIX_DIGITS = new MathContext(6);

    private Json() {}

    /** A data island of the page. No tag can begin inside it, so no value ends it. */
    static Html island(String id, Object value) {
        String json = MAPPER.writeValueAsString(value)
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026");
        return Html.of("<script type=\"application/json\" id=\"{}\">{}</script>", id, new Html(json));
    }

    /** Six digits are more than a chart shows; JSON has no NaN and no infinity. */
    static @Nullable Double number(double value) {
        return Double.isFinite(value)
                ? (Double) new BigDecimal(value).round(SIX_DIGITS).doubleValue()
                : null;
    }
}
