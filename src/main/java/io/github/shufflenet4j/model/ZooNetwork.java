package io.github.shufflenet4j.model;

import java.util.Objects;

import io.github.shufflenet4j.model.architecture.Architecture;

/**
 * A DL4J zoo model of any {@link Architecture}.
 *
 * <pre>{@code
 * ComputationGraph network = ZooNetwork.builder(MobileNetV2.X1_0).numClasses(10).build().init();
 * }</pre>
 */
public final class ZooNetwork extends ImageModel {

    private ZooNetwork(Builder builder) {
        super(builder.architecture, builder);
    }

    /** A builder for a network of this form. */
    public static Builder builder(Architecture architecture) {
        return new Builder(architecture);
    }

    /** Builds a {@link ZooNetwork}. */
    public static final class Builder extends ImageModel.Builder<Builder> {

        private final Architecture architecture;

        private Builder(Architecture architecture) {
            this.architecture = Objects.requireNonNull(architecture, "architecture");
        }

        @Override
        Builder self() {
            return this;
        }

        @Override
        public ZooNetwork build() {
            return new ZooNetwork(this);
        }
    }
}
