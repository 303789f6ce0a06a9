/** From files to batches. Knows nothing of networks; randomness is a function of seed, epoch and sample alone. */
package io.github.shufflenet4j.data;
