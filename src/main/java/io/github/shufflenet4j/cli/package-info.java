/**
 * The command line: picocli commands, one class each. They parse, print and choose exit codes; the work is done
 * below.
 */
package io.github.shufflenet4j.cli;
