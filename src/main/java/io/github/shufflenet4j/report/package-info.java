/**
 * Reports as web pages: text, tables, charts and pictures in one file, which needs no network. Knows nothing of what it
 * reports on.
 */
package io.github.shufflenet4j.report;
