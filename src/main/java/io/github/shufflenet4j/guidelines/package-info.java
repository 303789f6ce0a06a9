/** The paper's guidelines as benchmarks: the experiments, their timing, and reports of the results. */
package io.github.shufflenet4j.guidelines;
