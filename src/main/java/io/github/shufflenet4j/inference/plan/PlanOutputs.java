package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.model.NetworkPart;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The outputs that a plan computes: feature maps, and behind them the logits; or the pooled features.
 *
 * @param logits whether the plan ends with the classifier
 * @param maps   the parts whose feature maps are wanted; without logits, nothing behind the last of them is computed
 */
public record PlanOutputs(boolean logits, Set<NetworkPart> maps) {

    public static final PlanOutputs LOGITS = new PlanOutputs(true, Set.of());
    public static final PlanOutputs FEATURES = new PlanOutputs(false, Set.of());
    /** The last convolution's outputs, and the logits that follow from them. */
    public static final PlanOutputs CONV5_AND_LOGITS = new PlanOutputs(true, Set.of(NetworkPart.CONV5));

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
        return pooled() ? NetworkPart.CONV5 : Collections.max(maps);
    }

    /** Whether the means of the last convolution's channels have to be computed. */
    boolean pooled() {
        return logits || maps.isEmpty();
    }
}
