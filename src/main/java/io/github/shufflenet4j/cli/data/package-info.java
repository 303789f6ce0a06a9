/** Commands on datasets. */
package io.github.shufflenet4j.cli.data;
