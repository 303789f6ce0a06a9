package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.kernel.PointwiseWeights;
import io.github.shufflenet4j.kernel.concurrent.Team;

/**
 * A worker's share of each step.
 *
 * @param member number of the worker in its team
 * @param team   all workers
 */
record WorkerShare(int member, Team team) {

    /** How a step is divided among the members of a team. */
    enum Split {
        /**
         * By rows, in bands that fit into the cache: all three convolutions of a band follow each other. At the border
         * of two members, rows of the first convolution are computed twice.
         */
        ROWS,
        /**
         * By output channels, for planes with few rows and convolutions with many weights: each member reads its share
         * of the weights only, and does so once for a whole group of images.
         */
        CHANNELS
    }

    /** The buffers between the convolutions: a member's own, or those in which all find all channels. */
    Workspace.Scratch scratch(Split split, Workspace.Layout layout) {
        return split == Split.CHANNELS ? layout.shared() : layout.of(member);
    }

    int firstRow(Split split, int rows) {
        return split == Split.ROWS ? rows * member / team.size() : 0;
    }

    int endRow(Split split, int rows) {
        return split == Split.ROWS ? rows * (member + 1) / team.size() : rows;
    }

    int firstPanel(Split split, PointwiseWeights weights) {
        return split == Split.ROWS || team.size() == 1 ? 0 : weights.firstPanel(member);
    }

    int endPanel(Split split, PointwiseWeights weights) {
        return split == Split.ROWS || team.size() == 1 ? weights.panels() : weights.firstPanel(member + 1);
    }

    /** Of {@code vectors} vectors of channels, divided as {@link PointwiseWeights} divides its outputs. */
    int firstVector(Split split, int vectors) {
        return split == Split.ROWS ? 0 : vectors * member / team.size();
    }

    int endVector(Split split, int vectors) {
        return split == Split.ROWS ? vectors : vectors * (member + 1) / team.size();
    }
}
