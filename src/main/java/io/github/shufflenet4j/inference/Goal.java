package io.github.shufflenet4j.inference;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

import io.github.shufflenet4j.model.NetworkPart;

/**
 * What a plan is to compute.
 *
 * @param classifies whether it ends with the classifier
 * @param maps       the parts whose outputs are wanted, and nothing behind the last of them; if empty, the pooled
 *                   features, and what the classifier makes of them
 */
record Goal(boolean classifies, Set<NetworkPart> maps) {

    static final Goal LOGITS = new Goal(true, Set.of());
    static final Goal FEATURES = new Goal(false, Set.of());

    Goal {
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
