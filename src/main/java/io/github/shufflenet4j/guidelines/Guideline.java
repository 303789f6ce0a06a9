package io.github.shufflenet4j.guidelines;

import io.github.shufflenet4j.kernel.Rounding;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The paper's four guidelines: its tables 1 to 4 with the settings of their ARM column (one image of 56x56 pixels), and
 * the figures that are printed there. {@code x2} and {@code x4} have two and four times the channels of {@code x1}.
 */
enum Guideline {

    /** Table 1: ten blocks of two 1x1 convolutions, from c1 to c2 channels and back. */
    G1("Equal channel width minimizes memory access cost",
            "Table 1: ten blocks of two 1x1 convolutions, c1 to c2 channels and back, at nearly equal multiply-adds.",
            List.of(ratio("1:1", 32, 32), ratio("1:2", 22, 44), ratio("1:6", 13, 78), ratio("1:12", 9, 108)),
            new double[][] {{76.2, 21.7, 5.3}, {72.9, 20.5, 5.1}, {69.1, 17.9, 4.6}, {57.6, 15.1, 4.4}},
            new double[][] {{1480, 723, 232}, {1296, 586, 206}, {876, 489, 189}, {748, 392, 163}},
            new int[][] {{0, 3}, {0, 1}, {0, 2}, {1, 2}, {1, 3}, {2, 3}}),

    /** Table 2: ten 1x1 convolutions with groups; 184 channels where the paper's 180 are no multiple of 8. */
    G2("Excessive group convolution increases memory access cost",
            "Table 2: ten 1x1 convolutions with groups, with more channels for more groups, at nearly equal"
                    + " multiply-adds. Channels are rounded up to a multiple of the groups (180 to 184).",
            List.of(groups(1, 64), groups(2, 90), groups(4, 128), groups(8, 180)),
            new double[][] {{40.0, 10.2, 2.3}, {35.0, 9.5, 2.2}, {32.9, 8.7, 2.1}, {27.8, 7.5, 1.8}},
            new double[][] {{2451, 1289, 437}, {1725, 873, 341}, {1026, 644, 338}, {634, 445, 230}},
            new int[][] {{0, 3}, {0, 1}, {0, 2}, {1, 2}, {1, 3}, {2, 3}}),

    /** Table 3: ten blocks of one, two or four 1x1 convolutions, in series, or in parallel and summed up. */
    G3("Network fragmentation reduces degree of parallelism",
            "Table 3: ten blocks of one, two or four 1x1 convolutions, in series, or in parallel and summed up, with"
                    + " fewer channels for more of them, at nearly equal multiply-adds.",
            List.of(series("1-fragment", 1), series("2-series", 2), series("4-series", 4), parallel("2-parallel", 2),
                    parallel("4-parallel", 4)),
            new double[][] {{40.2, 10.1, 2.3}, {38.6, 10.1, 2.2}, {38.4, 10.1, 2.3}, {33.4, 9.1, 2.2},
                {35.0, 8.4, 2.1}},
            new double[][] {{2446, 1274, 434}, {1790, 909, 336}, {752, 745, 349}, {1537, 803, 320}, {691, 572, 292}},
            new int[][] {{0, 4}, {0, 1}, {0, 2}, {0, 3}, {1, 2}, {3, 4}}),

    /** Table 4: ten of ResNet's bottlenecks (1x1, 3x3, 1x1, a quarter of the channels between), and parts of them. */
    G4("Element-wise operations are non-negligible",
            "Table 4: ten bottlenecks (1x1, 3x3 and 1x1 convolution with a quarter of the channels in between), with"
                    + " and without ReLU and shortcut.",
            List.of(bottleneck("ReLU, shortcut", true, true), bottleneck("ReLU", true, false),
                    bottleneck("shortcut", false, true), bottleneck("neither", false, false)),
            new double[][] {{56.7, 16.9, 5.0}, {61.9, 18.8, 5.2}, {57.3, 18.2, 5.1}, {66.3, 20.2, 5.4}},
            new double[][] {{2427, 2066, 1436}, {2647, 2256, 1735}, {2672, 2121, 1458}, {2842, 2376, 1782}},
            new int[][] {{3, 0}, {3, 1}, {3, 2}, {1, 0}, {2, 0}});

    /** Factors on the channels, for the columns x1, x2 and x4. */
    static final List<Integer> SCALES = List.of(1, 2, 4);

    private static final int SIDE = 56;
    private static final int BLOCKS = 10;
    /** Channels of table 3's single fragment. */
    private static final int FRAGMENT_CHANNELS = 64;
    private static final int BOTTLENECK_CHANNELS = 32;
    private static final int REDUCTION = 4;

    private final String claim;
    private final String setting;
    private final List<Row> rows;
    private final double[][] arm;
    private final double[][] gpu;
    private final List<Claim> claims;

    Guideline(String claim, String setting, List<Row> rows, double[][] arm, double[][] gpu, int[][] claims) {
        this.claim = claim;
        this.setting = setting;
        this.rows = rows;
        this.arm = arm;
        this.gpu = gpu;
        this.claims = Arrays.stream(claims).map(rowPair -> new Claim(rowPair[0], rowPair[1])).toList();
    }

    /** A row of the table: channels as text and network, by scale. */
    record Row(String name, IntFunction<String> channels, IntFunction<Stack> stack) {
    }

    /** The statement that row {@code fast} takes less time than row {@code slow}. */
    record Claim(int fast, int slow) {
    }

    /** The guideline in the paper's words. */
    String claim() {
        return claim;
    }

    String setting() {
        return setting;
    }

    List<Row> rows() {
        return rows;
    }

    String row(int index) {
        return rows.get(index).name();
    }

    /** The order of rows that the guideline claims; the first claim is on the most different rows. */
    List<Claim> claims() {
        return claims;
    }

    /** The paper's images per second on ARM. */
    double arm(int row, int scale) {
        return arm[row][SCALES.indexOf(scale)];
    }

    /** The paper's batches per second on its GPU, which ran more channels. */
    double gpu(int row, int scale) {
        return gpu[row][SCALES.indexOf(scale)];
    }

    /** Adds a block to a stack, and returns the number of its output. */
    private interface Block {
        int add(Stack stack, int input, int width, int scale);
    }

    private static Row row(String name, IntFunction<String> channels, IntUnaryOperator width, Block block) {
        return new Row(name, channels, scale -> {
            Stack stack = new Stack(SIDE, width.applyAsInt(scale));
            int value = 0;
            for (int i = 0; i < BLOCKS; i++) {
                value = block.add(stack, value, width.applyAsInt(scale), scale);
            }
            return stack;
        });
    }

    private static Row row(String name, IntUnaryOperator width, Block block) {
        return row(name, scale -> Integer.toString(width.applyAsInt(scale)), width, block);
    }

    private static Row ratio(String name, int narrow, int wide) {
        return row(name, scale -> narrow * scale + ", " + wide * scale, scale -> narrow * scale,
                (stack, input, width, scale) -> stack.pointwise(stack.pointwise(input, wide * scale), width));
    }

    private static Row groups(int groups, int channels) {
        return row(groups == 1 ? "1 group" : groups + " groups",
                scale -> Rounding.up(channels * scale, groups),
                (stack, input, width, scale) -> stack.convolution(input, width, 1, groups, false));
    }

    /** Channels of each of {@code fragments} at the multiply-adds of a single one. */
    private static IntUnaryOperator fragmentWidth(int fragments) {
        return scale -> (int) Math.round(FRAGMENT_CHANNELS * scale / Math.sqrt(fragments));
    }

    private static Row series(String name, int fragments) {
        return row(name, fragmentWidth(fragments), (stack, input, width, scale) -> {
            int value = input;
            for (int i = 0; i < fragments; i++) {
                value = stack.pointwise(value, width);
            }
            return value;
        });
    }

    private static Row parallel(String name, int fragments) {
        return row(name, fragmentWidth(fragments), (stack, input, width, scale) -> {
            List<Integer> branches =
                    IntStream.range(0, fragments).mapToObj(branch -> stack.pointwise(input, width)).toList();
            return branches.stream().reduce((left, right) -> stack.sum(left, right, false)).orElseThrow();
        });
    }

    private static Row bottleneck(String name, boolean relu, boolean shortcut) {
        return row(name, scale -> BOTTLENECK_CHANNELS * scale, (stack, input, width, scale) -> {
            int narrow = stack.convolution(input, width / REDUCTION, 1, 1, relu);
            int middle = stack.convolution(narrow, width / REDUCTION, 3, 1, relu);
            int wide = stack.convolution(middle, width, 1, 1, relu && !shortcut);
            return shortcut ? stack.sum(input, wide, relu) : wide;
        });
    }
}
