package io.github.shufflenet4j.inference.plan;

import io.github.shufflenet4j.inference.plan.WorkerShare.Split;
import io.github.shufflenet4j.kernel.CacheLine;
import io.github.shufflenet4j.kernel.Rounding;

/** The memory of one running prediction, made once and used again for every image, with buffers by a {@link Layout}. */
final class Workspace {

    /** All buffers, and where they are. */
    final float[] memory;
    final Layout layout;
    /** Where the first convolution finds its inputs, for each member. */
    final int[][] taps;

    /** The pixels to work on, planes of [channels][height][width], and where the first image begins. */
    float[] input;
    int inputAt;

    private Workspace(Layout layout) {
        this.layout = layout;
        this.memory = new float[layout.floats];
        this.taps = new int[layout.members][layout.taps];
    }

    /**
     * Where the buffers between the convolutions of a unit begin.
     *
     * @param gathered  inputs side by side
     * @param middle    before the depthwise convolution of the main branch
     * @param filtered  behind it
     * @param projected behind the depthwise convolution of the projection
     */
    record Scratch(int gathered, int middle, int filtered, int projected) {
    }

    /** The buffers of outputs, image after image: means over pixels, logits, feature maps. */
    enum Output { FEATURES, LOGITS, MAPS }

    /** The places of all buffers, each as large as the most demanding step asks for. */
    static final class Layout {

        private static final int SCRATCHES = 4;

        private final int members;
        private final int line;
        private final int[] stages;
        private final int[] member = new int[SCRATCHES];
        private final int[] shared = new int[SCRATCHES];
        private final int[] outputs = new int[Output.values().length];
        private int taps;

        private final int[] stageAt;
        private final Scratch[] memberScratch;
        private Scratch sharedScratch;
        private final int[] outputAt = new int[outputs.length];
        private int floats;

        /**
         * @param members of a team
         * @param stages  arrays of blocks of channels
         * @param line    multiple of floats at which buffers begin, and how many copies may touch beyond an end
         */
        Layout(int members, int stages, int line) {
            this.members = members;
            this.line = line;
            this.stages = new int[stages];
            this.stageAt = new int[stages];
            this.memberScratch = new Scratch[members];
        }

        void stage(int stage, long wanted) {
            stages[stage] = larger(stages[stage], wanted);
        }

        void output(Output output, long wanted) {
            outputs[output.ordinal()] = larger(outputs[output.ordinal()], wanted);
        }

        void taps(int count) {
            taps = count;
        }

        void gathered(long wanted) {
            member[0] = larger(member[0], wanted);
        }

        void scratch(Split split, long middle, long filtered, long projected) {
            int[] sizes = split == Split.CHANNELS ? shared : member;
            sizes[1] = larger(sizes[1], middle);
            sizes[2] = larger(sizes[2], filtered);
            sizes[3] = larger(sizes[3], projected);
        }

        private static int larger(int size, long wanted) {
            return Math.max(size, Math.toIntExact(wanted));
        }

        /** Places every buffer. */
        void close() {
            floats = CacheLine.START;
            for (int stage = 0; stage < stages.length; stage++) {
                stageAt[stage] = place(stages[stage]);
            }
            sharedScratch = place(shared);
            for (int i = 0; i < members; i++) {
                memberScratch[i] = place(member);
            }
            for (int output = 0; output < outputs.length; output++) {
                outputAt[output] = place(outputs[output]);
            }
        }

        private Scratch place(int[] sizes) {
            return new Scratch(place(sizes[0]), place(sizes[1]), place(sizes[2]), place(sizes[3]));
        }

        private int place(int size) {
            int at = floats;
            floats = Math.addExact(floats, Rounding.up(Math.addExact(size, line), line));
            return at;
        }

        Workspace workspace() {
            return new Workspace(this);
        }

        int stageAt(int stage) {
            return stageAt[stage];
        }

        /** The buffers that a member has for itself. */
        Scratch of(int number) {
            return memberScratch[number];
        }

        /** The buffers through which members exchange channels. */
        Scratch shared() {
            return sharedScratch;
        }

        int at(Output output) {
            return outputAt[output.ordinal()];
        }
    }
}
