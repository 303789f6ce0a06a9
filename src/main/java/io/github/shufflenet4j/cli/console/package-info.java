/** What all commands share: options, progress, output and error messages. */
package io.github.shufflenet4j.cli.console;
