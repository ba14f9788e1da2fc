package dev.cordon.cli;

/**
 * A machine that a command is about.
 *
 * @param machine what the server is told: an id, or a name that names exactly one
 * @param name what people are told
 */
record Target(String machine, String name) {}
