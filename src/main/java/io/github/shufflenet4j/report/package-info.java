/** Reports as self-contained web pages or Markdown: text, tables, charts and pictures, whatever the subject. */
package io.github.shufflenet4j.report;
