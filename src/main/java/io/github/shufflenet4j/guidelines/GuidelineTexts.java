package io.github.shufflenet4j.guidelines;

/** What the pages say whatever was measured. */
final class GuidelineTexts {

    static final String TITLE = "The guidelines of ShuffleNet V2, measured";

    static final String INTRODUCTION = "The experiments of tables 1 to 4 and 8 of \"ShuffleNet V2: Practical Guidelines"
            + " for Efficient CNN Architecture Design\" (Ma, Zhang, Zheng and Sun, 2018) on this machine: one image at"
            + " a time, single precision, random weights, the channels of the paper's ARM columns.";

    static final String NETWORKS_HEADING = "Table 8: networks";

    static final String NETWORKS = "One image at a time. 'Graph' is what DL4J's ComputationGraph.output takes, the same"
            + " means for all networks; 'plan' is what this library's fused plan takes, for networks that it can run."
            + " Errors are those that the networks' sources print. Memory access is counted in elements.";

    private GuidelineTexts() {
    }
}
