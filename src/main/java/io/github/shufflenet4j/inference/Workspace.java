package io.github.shufflenet4j.inference;

/**
 * The buffers of one running prediction, made once and used again for every image. The steps of a plan agree on the
 * sizes beforehand; what a buffer holds, only the step that is at work knows.
 */
final class Workspace {

    /** The blocks of channels of each stage; see {@link StageArray}. */
    final float[][] stages;
    /** Means over pixels, image after image, and what the classifier makes of them. */
    final float[] features;
    final float[] logits;
    private final Scratch[] members;
    private final Scratch shared;

    /** The pixels to work on, planes of [channels][height][width], and where the first image begins. */
    float[] input;
    int inputAt;

    Workspace(Sizes sizes, int size) {
        this.stages = new float[sizes.stages.length][];
        for (int stage = 0; stage < stages.length; stage++) {
            stages[stage] = new float[sizes.stages[stage]];
        }
        this.features = new float[sizes.features];
        this.logits = new float[sizes.logits];
        this.shared = new Scratch(sizes.shared, 0);
        this.members = new Scratch[size];
        for (int member = 0; member < members.length; member++) {
            members[member] = new Scratch(sizes.member, sizes.windows);
        }
    }

    /** The buffers that a member of the team has for itself. */
    Scratch of(int member) {
        return members[member];
    }

    /** The buffers through which members exchange channels. */
    Scratch shared() {
        return shared;
    }

    /** What lies between the convolutions of a unit. */
    static final class Scratch {

        /** Inputs side by side. */
        final float[] gathered;
        /** Before the depthwise convolution of the main branch. */
        final float[] middle;
        /** Behind it. */
        final float[] filtered;
        /** Behind the depthwise convolution of the projection. */
        final float[] projected;
        /** Where the rows of the first convolution's windows begin. */
        final int[] windows;

        private Scratch(int[] sizes, int windows) {
            this.windows = new int[windows];
            this.gathered = new float[sizes[0]];
            this.middle = new float[sizes[1]];
            this.filtered = new float[sizes[2]];
            this.projected = new float[sizes[3]];
        }
    }

    /** How large the buffers must be: what the most demanding step asks for. */
    static final class Sizes {

        /** Floats beyond the end of every buffer that rounded copies may touch. */
        private final int slack;
        private final int[] stages;
        private final int[] member = new int[4];
        private final int[] shared = new int[4];
        private int features;
        private int logits;
        private int windows;

        Sizes(int stages, int slack) {
            this.stages = new int[stages];
            this.slack = slack;
        }

        void stage(int stage, long floats) {
            stages[stage] = larger(stages[stage], floats);
        }

        void head(long featureFloats, long logitFloats) {
            features = larger(features, featureFloats);
            logits = larger(logits, logitFloats);
        }

        void windows(int rows) {
            windows = rows;
        }

        void gathered(long floats) {
            member[0] = larger(member[0], floats);
        }

        void scratch(Schedule schedule, long middle, long filtered, long projected) {
            int[] sizes = schedule == Schedule.CHANNELS ? shared : member;
            sizes[1] = larger(sizes[1], middle);
            sizes[2] = larger(sizes[2], filtered);
            sizes[3] = larger(sizes[3], projected);
        }

        private int larger(int size, long floats) {
            return Math.max(size, Math.toIntExact(floats + slack));
        }
    }
}
