package dev.cordon.server.signin;

/** Text that is safe to stand in a page. Whatever comes from outside goes through {@link #text}. */
record Html(String source) {

    static final Html NOTHING = new Html("");

    /** Text, between tags or in a quoted attribute. */
    static Html text(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return new Html(escaped.toString());
    }

    /**
     * Fills {@code %s} in a template that is written in our source: other Html as it is, anything else as text.
     */
    static Html of(String template, Object... values) {
        var sources = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            sources[i] = values[i] instanceof Html html
                    ? html.source()
                    : text(String.valueOf(values[i])).source();
        }
        return new Html(template.formatted(sources));
    }

    Html and(Html next) {
        return new Html(source + next.source());
    }

    @Override
    public String toString() {
        return source;
    }
}
