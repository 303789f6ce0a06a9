package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.model.NetworkPart;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The outputs that a plan computes.
 *
 * @param logits whether the plan ends with the classifier
 * @param maps   the parts whose feature maps are wanted, and nothing behind the last of them; if empty, the pooled
 *               features or the logits
 */
public record PlanOutputs(boolean logits, Set<NetworkPart> maps) {

    public static final PlanOutputs LOGITS = new PlanOutputs(true, Set.of());
    public static final PlanOutputs FEATURES = new PlanOutputs(false, Set.of());

    /** @throws IllegalArgumentException for {@code conv1}, which has no feature map */
    public PlanOutputs {
        if (maps.contains(NetworkPart.CONV1)) {
            throw new IllegalArgumentException("conv1 gives no feature map: its outputs are pooled as they come;"
                    + " choose stage2, stage3, stage4 or conv5");
        }
        maps = maps.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(maps));
    }

    /** The last part that has to be computed. */
    NetworkPart last() {
        return maps.isEmpty() ? NetworkPart.CONV5 : Collections.max(maps);
    }
}
