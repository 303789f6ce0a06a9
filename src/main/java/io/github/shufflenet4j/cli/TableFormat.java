package io.github.shufflenet4j.cli;

/** For people, for programs, or for a spreadsheet. */
enum TableFormat {
    TEXT, JSON, CSV
}
