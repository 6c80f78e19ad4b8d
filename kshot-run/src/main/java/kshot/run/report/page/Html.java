package kshot.run.report.page;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * A piece of HTML. Text gets into one by {@link #of} alone, which escapes it, so whatever a file or class is called,
 * it stays text.
 *
 * @param markup well-formed HTML
 */
public record Html(String markup) {
    /** A piece without content. */
    public static final Html NOTHING = new Html("");

    /**
     * Fills a constant template in which each {@code {}} is replaced by one value: as it is if it is Html, else as escaped
     * text. Values are not searched for placeholders.
     */
    public static Html of(String template, Object... values) {
        StringBuilder markup = new StringBuilder();
        int from = 0;
        for (Object value : values) {
            int hole = template.indexOf("{}", from);
            if (hole < 0) {
                throw new IllegalArgumentException("more values than holes: " + template);
            }
            markup.append(template, from, hole).append(value instanceof Html html ? html.markup : escape(value));
            from = hole + 2;
        }
        if (template.indexOf("{}", from) >= 0) {
            throw new IllegalArgumentException("more holes than values: " + template);
        }
        return new Html(markup.append(template.substring(from)).toString());
    }

    /** Returns pieces one after the other. */
    public static Html join(Collection<Html> parts) {
        return new Html(parts.stream().map(Html::markup).collect(Collectors.joining("\n")));
    }

    private static String escape(Object value) {
        return String.valueOf(value)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
