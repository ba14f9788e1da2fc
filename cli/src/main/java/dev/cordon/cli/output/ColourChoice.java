package dev.cordon.cli.output;

/** Whether answers are coloured. Names as people type them. */
public enum ColourChoice {
    /** On terminals, unless {@code NO_COLOR} or a dumb terminal says otherwise. */
    auto,
    /** Also where answers go elsewhere, for example to a pager. */
    always,
    never
}
