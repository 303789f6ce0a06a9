package io.github.shufflenet4j.inference.plan;

/**
 * The memory that holds the blocks of channels of one stage.
 *
 * @param index  which of the stages; 0 is the stem
 * @param floats of one image
 * @param images number of images it holds; if one, each takes the place of the one before
 */
record StageBuffer(int index, int floats, int images) {

    void reserve(Workspace.Layout layout) {
        layout.stage(index, (long) images * floats);
    }

    /** Where an image begins. */
    int at(Workspace.Layout layout, int image) {
        return layout.stageAt(index) + (images == 1 ? 0 : image * floats);
    }
}
