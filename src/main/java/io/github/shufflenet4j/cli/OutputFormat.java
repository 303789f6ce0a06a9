package io.github.shufflenet4j.cli;

/** For people or for programs. */
enum OutputFormat {
    TEXT, JSON
}
