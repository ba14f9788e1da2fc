package dev.cordon.cli.output;

/** How answers are shown. */
public enum Format {
    /** For people; may change. */
    table,
    /** As the server answered. */
    json,
    /** The same as JSON, in YAML 1.2. */
    yaml,
    /** RFC 4180: one line of property names, one line for each item. */
    csv
}
