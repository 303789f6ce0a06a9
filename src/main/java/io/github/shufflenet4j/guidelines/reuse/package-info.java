/** Feature reuse as a page, Markdown and CSV. */
package io.github.shufflenet4j.guidelines.reuse;
