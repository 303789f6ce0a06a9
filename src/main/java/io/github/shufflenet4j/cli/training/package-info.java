/** Commands that train. */
package io.github.shufflenet4j.cli.training;
