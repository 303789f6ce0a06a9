/** The ND4J backend that computes: choosing it, which one it is, and bulk access to the arrays of the CPU's. */
package io.github.shufflenet4j.backend;
