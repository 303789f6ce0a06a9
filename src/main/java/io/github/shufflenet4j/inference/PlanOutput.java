package io.github.shufflenet4j.inference;

import java.util.function.ToIntFunction;

/**
 * What a plan leaves in the workspace for each image of a group.
 *
 * @param place  where the first image's is
 * @param pitch  from one image's to the next one's
 * @param floats of an image
 */
record PlanOutput(ToIntFunction<Workspace.Layout> place, int pitch, int floats) {
}
