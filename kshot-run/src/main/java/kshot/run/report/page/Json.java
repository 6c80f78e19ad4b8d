package kshot.run.report.page;

import java.math.BigDecimal;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes values as JSON inside a page. */
public final class Json {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final MathContext SIX_DIGITS = new MathContext(6);

    private Json() {}

    /** Returns a data island of the page. No tag can begin inside it, so no value ends it. */
    public static Html island(String id, Object value) {
        String json = MAPPER.writeValueAsString(value)
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026");
        return Html.of("<script type=\"application/json\" id=\"{}\">{}</script>", id, new Html(json));
    }

    /** Returns a number rounded to six digits, or null. Six digits are more than a chart shows; JSON has no NaN and no infinity. */
    public static @Nullable Double number(double value) {
        return Double.isFinite(value)
                ? (Double) new BigDecimal(value).round(SIX_DIGITS).doubleValue()
                : null;
    }
}
