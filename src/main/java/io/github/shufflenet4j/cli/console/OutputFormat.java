package io.github.shufflenet4j.cli.console;

/** For people or for programs. */
public enum OutputFormat {
    TEXT, JSON
}
