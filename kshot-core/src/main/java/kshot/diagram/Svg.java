package kshot.diagram;

import java.util.List;
import java.util.Locale;

/** An SVG document, for light and for dark pages, with text that cannot break out of it. */
final class Svg {
    /** Told apart on white and on black, and, beside each other, also by those who do not see red or green. */
    static final List<String> COLOURS = List.of("#2a6cb3", "#ad5514", "#23794a", "#7b52ab", "#9b3560", "#6f7680");

    private static final String STYLE = "svg:root{color:#1f2328;background:#fff}"
            + "@media(prefers-color-scheme:dark){svg:root{color:#e6e9ee;background:#15181c}}";

    private Svg() {}

    /**
     * A whole document. In an HTML page its text takes the colour of the page, as a file it follows the viewer's scheme.
     *
     * @param title what it shows, as text
     * @param body elements
     */
    static String document(String title, int width, int height, CharSequence body) {
        String escaped = escape(title);
        return format(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' role='img'"
                        + " aria-label='%s' font-family='system-ui,sans-serif' font-size='13' fill='currentColor'>"
                        + "<title>%s</title><style>%s</style>%s</svg>%n",
                width, height, width, height, escaped, escaped, STYLE, body);
    }

    /** A line of text. */
    static String text(double x, double y, String attributes, String text) {
        return format("<text x='%.1f' y='%.1f' %s>%s</text>", x, y, attributes, escape(text));
    }

    /** A straight line in the colour of text, unless the attributes name another. */
    static String line(double x1, double y1, double x2, double y2, String attributes) {
        return format("<path d='M%.1f %.1f L%.1f %.1f' fill='none' %s/>", x1, y1, x2, y2, attributes);
    }

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }
}
