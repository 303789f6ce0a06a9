/** State dicts, the key schemes of several frameworks, and metadata. Declared sizes are checked before allocation. */
package io.github.shufflenet4j.weights;
