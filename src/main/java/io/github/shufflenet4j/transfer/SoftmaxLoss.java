package io.github.shufflenet4j.transfer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.MatrixKernels;
import io.github.shufflenet4j.kernel.Panel;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;
import io.github.shufflenet4j.transfer.FeatureBlocks.Block;

/**
 * The loss of multinomial logistic regression: the mean of the images' cross-entropies, and half of {@code l2} times
 * the sum of the squared weights; biases are not penalised. A point is [classes, features + 1], the bias behind the
 * weights. Products are computed in single precision.
 *
 * <p>Images are divided into a fixed number of parts, whose sums are added in order, so that the value does not depend
 * on the number of threads.
 */
final class SoftmaxLoss implements Lbfgs.Objective {

    private static final int PARTS = 16;

    private final FeatureBlocks features;
    private final int classes;
    private final double l2;
    private final int images;
    private final int length;
    private final int classPitch;
    private final KernelProvider kernels = KernelProviders.get();
    /** A gradient [classes, pitch of the features] of each part. */
    private final float[][] gradients = new float[PARTS][];

    SoftmaxLoss(FeatureBlocks features, int classes, double l2) {
        this.features = features;
        this.classes = classes;
        this.l2 = l2;
        this.images = features.size();
        this.length = features.length() + 1;
        this.classPitch = (Rounding.ceilDiv(classes, kernels.lanes()) | 1) * kernels.lanes();
    }

    int size() {
        return classes * length;
    }

    @Override
    public double at(double[] point, double[] gradient) {
        float[] weights = weights(point);
        double[] losses = new double[PARTS];
        Workers.shared().parallelFor(PARTS, part -> losses[part] = part(part, weights));
        double[] penalties = new double[classes];
        Workers.shared().parallelFor(classes, c -> penalties[c] = sumGradients(c, point, gradient));
        return Arrays.stream(losses).sum() / images + Arrays.stream(penalties).sum();
    }

    /** The weights as [features + 1, classes]. */
    private float[] weights(double[] point) {
        float[] weights = new float[length * classPitch];
        for (int c = 0; c < classes; c++) {
            for (int i = 0; i < length; i++) {
                weights[i * classPitch + c] = (float) point[c * length + i];
            }
        }
        return weights;
    }

    /** The sum of the cross-entropies of a part; writes its gradient. */
    private double part(int part, float[] weights) {
        int size = Rounding.up(classes, MatrixKernels.TILE_ROWS) * features.pitch();
        if (gradients[part] == null) {
            gradients[part] = new float[size];
        }
        Arrays.fill(gradients[part], 0);
        double loss = 0;
        for (Block block : blocks(part)) {
            float[] scores = scores(block, weights);
            loss += softmax(block, scores);
            int rows = block.labels().length;
            float[] errors = Scratch.ofThread().floats(Slot.TRANSPOSED, classes * rows);
            for (int i = 0; i < rows; i++) {
                scores[i * classPitch + block.labels()[i]] -= 1;
            }
            kernels.matrices().transpose(Panel.of(scores, classPitch), rows, classes, Panel.of(errors, rows));
            float[] sums = Scratch.ofThread().floats(Slot.GRADIENT, size);
            kernels.matrices().multiply(Panel.of(errors, rows), classes, rows, Panel.of(block.rows(), features.pitch()),
                    Rounding.up(length, kernels.lanes()), Panel.of(sums, features.pitch()));
            kernels.elementwise().add(gradients[part], 0, sums, 0, classes * features.pitch());
        }
        return loss;
    }

    private List<Block> blocks(int part) {
        int count = features.blocks().size();
        return features.blocks().subList(count * part / PARTS, count * (part + 1) / PARTS);
    }

    /** The scores of a block's images, [images, classPitch]. */
    private float[] scores(Block block, float[] weights) {
        int rows = block.labels().length;
        float[] scores = Scratch.ofThread().floats(Slot.OUTPUT,
                Rounding.up(rows, MatrixKernels.TILE_ROWS) * classPitch);
        kernels.matrices().multiply(Panel.of(block.rows(), features.pitch()), rows, length,
                Panel.of(weights, classPitch), Rounding.up(classes, kernels.lanes()), Panel.of(scores, classPitch));
        return scores;
    }

    /** Replaces scores by probabilities, and returns the sum of the cross-entropies. */
    private double softmax(Block block, float[] scores) {
        double loss = 0;
        for (int i = 0; i < block.labels().length; i++) {
            int at = i * classPitch;
            float largest = Float.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                largest = Math.max(largest, scores[at + c]);
            }
            loss += largest - scores[at + block.labels()[i]];
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                double exp = Math.exp(scores[at + c] - largest);
                scores[at + c] = (float) exp;
                sum += exp;
            }
            for (int c = 0; c < classes; c++) {
                scores[at + c] /= (float) sum;
            }
            loss += Math.log(sum);
        }
        return loss;
    }

    /** The gradient of a class from those of the parts, and of its penalty, which is returned. */
    private double sumGradients(int c, double[] point, double[] gradient) {
        int at = c * length;
        Arrays.fill(gradient, at, at + length, 0);
        for (float[] part : gradients) {
            for (int i = 0; i < length; i++) {
                gradient[at + i] += part[c * features.pitch() + i];
            }
        }
        double squares = 0;
        for (int i = 0; i < length; i++) {
            double penalised = i < features.length() ? point[at + i] : 0;
            gradient[at + i] = gradient[at + i] / images + l2 * penalised;
            squares += penalised * penalised;
        }
        return l2 / 2 * squares;
    }

    record Score(double loss, double accuracy) {
    }

    /** Without the penalty. */
    Score score(double[] point) {
        float[] weights = weights(point);
        double[] losses = new double[PARTS];
        int[] hits = new int[PARTS];
        Workers.shared().parallelFor(PARTS, part -> {
            for (Block block : blocks(part)) {
                float[] scores = scores(block, weights);
                hits[part] += hits(block, scores);
                losses[part] += softmax(block, scores);
            }
        });
        return new Score(Arrays.stream(losses).sum() / images, (double) Arrays.stream(hits).sum() / images);
    }

    /** The classes' probabilities for each image, in the order of the features. */
    float[][] probabilities(double[] point) {
        float[] weights = weights(point);
        float[][][] parts = new float[PARTS][][];
        Workers.shared().parallelFor(PARTS, part -> parts[part] = blocks(part).stream().flatMap(block -> {
            float[] scores = scores(block, weights);
            softmax(block, scores);
            return IntStream.range(0, block.labels().length).mapToObj(i ->
                    Arrays.copyOfRange(scores, i * classPitch, i * classPitch + classes)).toList().stream();
        }).toArray(float[][]::new));
        return Arrays.stream(parts).flatMap(Arrays::stream).toArray(float[][]::new);
    }

    /** Of equal scores, that of the first class counts. */
    private int hits(Block block, float[] scores) {
        int hits = 0;
        for (int i = 0; i < block.labels().length; i++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = scores[i * classPitch + c] > scores[i * classPitch + best] ? c : best;
            }
            hits += best == block.labels()[i] ? 1 : 0;
        }
        return hits;
    }
}
