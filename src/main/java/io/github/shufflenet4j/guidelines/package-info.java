/** The paper's guidelines as experiments: what their tables hold, how they are timed here, and what comes of it. */
package io.github.shufflenet4j.guidelines;
