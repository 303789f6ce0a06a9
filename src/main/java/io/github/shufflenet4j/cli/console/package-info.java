/** Options, progress, output and error messages that commands share. */
package io.github.shufflenet4j.cli.console;
