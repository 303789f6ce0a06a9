package io.github.shufflenet4j.inference;

/** How the members of a team share the work on one unit. */
enum Schedule {

    /**
     * By rows, in bands that fit into the cache: all three convolutions of a band follow each other. At the border of
     * two members, rows of the first convolution are computed twice.
     */
    ROWS,

    /**
     * By output channels, for planes with few rows and convolutions with many weights: each member reads its part of
     * the weights only, and does so once for a whole group of images.
     */
    CHANNELS;

    /** The buffers between the convolutions: a member's own, or those in which all find all channels. */
    Workspace.Scratch scratch(Workspace.Layout layout, int member) {
        return this == CHANNELS ? layout.shared() : layout.of(member);
    }
}
