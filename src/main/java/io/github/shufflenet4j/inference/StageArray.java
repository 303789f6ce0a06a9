package io.github.shufflenet4j.inference;

/**
 * The memory that holds the blocks of channels of one stage.
 *
 * @param index  which of the stages; 0 is what comes before the first
 * @param floats of one image
 * @param images how many images it holds; if one, each takes the place of the one before
 */
record StageArray(int index, int floats, int images) {

    void reserve(Workspace.Layout layout) {
        layout.stage(index, (long) images * floats);
    }

    /** Where an image begins. */
    int at(Workspace.Layout layout, int image) {
        return layout.stageAt(index) + (images == 1 ? 0 : image * floats);
    }
}
