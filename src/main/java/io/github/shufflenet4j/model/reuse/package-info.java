/** Feature reuse: which channels of a block's input come unchanged from which earlier block (figure 4 of the paper). */
package io.github.shufflenet4j.model.reuse;
