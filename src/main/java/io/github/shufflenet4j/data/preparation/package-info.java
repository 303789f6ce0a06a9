/** Published datasets: their descriptions, archives and layouts. */
package io.github.shufflenet4j.data.preparation;
