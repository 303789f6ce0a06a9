package io.github.shufflenet4j.inference;

/**
 * The array that holds the blocks of channels of one stage.
 *
 * @param index  which of the workspace's
 * @param floats of one image
 * @param images how many images it holds; if one, each takes the place of the one before
 */
record StageArray(int index, int floats, int images) {

    void reserve(Workspace.Sizes sizes) {
        sizes.stage(index, (long) images * floats);
    }

    float[] of(Workspace workspace) {
        return workspace.stages[index];
    }

    /** Where an image begins. */
    int image(int image) {
        return images == 1 ? 0 : image * floats;
    }
}
