/** Commands on models and weight files. */
package io.github.shufflenet4j.cli.model;
