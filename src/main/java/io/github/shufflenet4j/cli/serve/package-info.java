/** The command that serves models over HTTP. */
package io.github.shufflenet4j.cli.serve;
