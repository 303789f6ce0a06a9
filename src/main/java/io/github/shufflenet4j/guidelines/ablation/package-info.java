/** The ablation of the channel split as a page, Markdown and CSV. */
package io.github.shufflenet4j.guidelines.ablation;
