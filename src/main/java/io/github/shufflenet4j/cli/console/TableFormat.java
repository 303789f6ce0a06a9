package io.github.shufflenet4j.cli.console;

/** For people, for programs, or for a spreadsheet. */
public enum TableFormat {
    TEXT, JSON, CSV
}
