/** Updaters beside DL4J's: plain momentum, and the application of momentum to a whole network in one pass. */
package io.github.shufflenet4j.updater;
