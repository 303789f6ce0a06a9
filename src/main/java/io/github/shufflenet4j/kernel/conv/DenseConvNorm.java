package io.github.shufflenet4j.kernel.conv;

import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.MatrixKernels;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.util.Arrays;

/**
 * Convolution over all channels, or over those of one group, as matrix products with the weights
 * {@code [outChannels, patch]}. A block of columns (output pixels) is loaded from off the heap into a panel
 * {@code [patch, columns]}, across images where planes are small; a 1x1 convolution's patch is the pixel itself.
 */
final class DenseConvNorm extends ConvNormKernel {

    /** Weights that are worth a task of their own. */
    private static final int TASK_WEIGHTS = 1 << 14;
    /** Floats that partial sums of the gradient to the weights may take, as long as there are a few groups to share. */
    private static final int PARTIAL_FLOATS = 1 << 20;
    private static final int MIN_GROUPS = 16;

    private final int group;
    private final int patch;
    private final int outChannels;
    private final int plane;
    private final boolean pointwise;

    DenseConvNorm(ConvShape shape, Activation activation, float epsilon, Workers workers, KernelProvider kernels) {
        this(shape, 0, activation, epsilon, workers, kernels);
    }

    /** One of several convolutions, numbered from 0, whose channels follow each other in each image. */
    DenseConvNorm(ConvShape shape, int group, Activation activation, float epsilon, Workers workers,
                  KernelProvider kernels) {
        super(shape, activation, epsilon, workers, kernels);
        this.group = group;
        this.patch = shape.patch();
        this.outChannels = shape.outChannels();
        this.plane = shape.outPlane();
        this.pointwise = shape.kernel() == 1 && shape.stride() == 1 && shape.padding() == 0;
    }

    private ColumnBlocks blocks(int batch) {
        // Patches are gathered by rows of the output, within an image.
        return pointwise
            ? ColumnBlocks.of(1, Math.multiplyExact(batch, plane), patch + outChannels, lanes,
                MatrixKernels.TILE_VECTORS * lanes)
            : ColumnBlocks.of(batch, plane, patch + outChannels, shape.outWidth(), shape.outWidth());
    }

    /**
     * Length of a panel's rows: room for vectors that overhang, and an odd number of vectors, lest the rows fall on
     * the same few lines of the cache.
     */
    static int rowLength(int columns, int lanes) {
        return (Rounding.ceilDiv(columns, lanes) + 1 | 1) * lanes;
    }

    private int rowLength(int columns) {
        return rowLength(columns, lanes);
    }

    /** Floats of a panel for which a multiple of every kind of tile is allocated. */
    private static int panelSize(int rows, int ld) {
        return Rounding.up(rows, MatrixKernels.TILE_ROWS) * ld;
    }

    /** Floats of a block's output. */
    private int blockSize(int ld) {
        return Rounding.up(outChannels, MatrixKernels.TILE_ROWS) * ld;
    }

    @Override
    int keptSize(int batch) {
        ColumnBlocks blocks = blocks(batch);
        return Math.multiplyExact(blockSize(rowLength(blocks.size())), blocks.count());
    }

    @Override
    void convolve(int batch, PlaneSource x, float[] w, PlaneTarget out, float[] y, Statistics statistics) {
        ColumnBlocks blocks = blocks(batch);
        int ld = rowLength(blocks.size());
        float[] packed = packed(w);
        double[] moments = new double[2 * outChannels * blocks.count()];
        workers.parallelFor(blocks.count(), block -> {
            int from = blocks.from(block);
            int width = blocks.width(block);
            float[] panel = loadInput(x, from, width, ld);
            // Tiles write to rows far apart, which takes long where those are not in the cache, as what is kept is not.
            float[] c = Scratch.ofThread().floats(Slot.OUTPUT, blockSize(ld));
            matrices.multiplyPacked(packed, outChannels, patch, panel, ld, Rounding.up(width, lanes), c, 0, ld);
            for (int channel = 0; channel < outChannels; channel++) {
                int row = channel * ld;
                if (statistics != null) {
                    double mean = elementwise.sum(c, row, width) / width;
                    int slot = 2 * (block * outChannels + channel);
                    moments[slot] = mean;
                    moments[slot + 1] = elementwise.squares(c, row, width, (float) mean);
                }
                if (y != null) {
                    System.arraycopy(c, row, y, block * blockSize(ld) + row, width);
                }
            }
            if (statistics == null && out != null) {
                normalise(c, 0, ld, from, width, out);
            }
        });
        if (statistics != null) {
            combine(moments, blocks, statistics);
            if (out != null) {
                workers.parallelFor(blocks.count(), block -> normalise(y, block * blockSize(ld), ld,
                    blocks.from(block), blocks.width(block), out));
            }
        }
    }

    /** The weights as the product's first operand. */
    private float[] packed(float[] w) {
        float[] packed = Scratch.ofThread().floats(Slot.WEIGHTS, matrices.packedSize(outChannels, patch));
        int tiles = matrices.packedTiles(outChannels);
        int perTask = Rounding.ceilDiv(TASK_WEIGHTS, patch * matrices.packedRows());
        workers.parallelFor(Rounding.ceilDiv(tiles, perTask), task -> {
            for (int tile = task * perTask; tile < Math.min(tiles, (task + 1) * perTask); tile++) {
                matrices.pack(w, patch, outChannels, patch, tile, packed);
            }
        });
        return packed;
    }

    /** Statistics of all columns from those of the blocks (Chan, Golub and LeVeque, 1983). */
    private void combine(double[] moments, ColumnBlocks blocks, Statistics statistics) {
        for (int channel = 0; channel < outChannels; channel++) {
            double count = 0;
            double mean = 0;
            double squares = 0;
            for (int block = 0; block < blocks.count(); block++) {
                int slot = 2 * (block * outChannels + channel);
                double more = blocks.width(block);
                double distance = moments[slot] - mean;
                mean += distance * more / (count + more);
                squares += moments[slot + 1] + distance * distance * count * more / (count + more);
                count += more;
            }
            statistics.accept(channel, mean, squares / count);
        }
    }

    private void normalise(float[] y, int at, int ld, int from, int width, PlaneTarget out) {
        float[] row = Scratch.ofThread().floats(Slot.ROW, ld);
        for (int channel = 0; channel < outChannels; channel++) {
            elementwise.normalise(y, at + channel * ld, width, norms[channel], row, 0);
            out.write(group * outChannels + channel, from, row, 0, width);
        }
    }

    @Override
    PlaneSource keptOutput(int batch) {
        ColumnBlocks blocks = blocks(batch);
        int ld = rowLength(blocks.size());
        return (channel, column, to, at, length) -> {
            for (int done = 0; done < length;) {
                int block = blocks.at(column + done);
                int offset = column + done - blocks.from(block);
                int count = Math.min(length - done, blocks.width(block) - offset);
                elementwise.normalise(kept, block * blockSize(ld) + channel * ld + offset, count, norms[channel],
                    to, at + done);
                done += count;
            }
        };
    }

    @Override
    void propagate(int batch, PlaneSource x, PlaneSource dOut, float[] w, PlaneTarget dX, float[] dW,
                   float[] dGamma, float[] dBeta) {
        ColumnBlocks blocks = blocks(batch);
        int ld = rowLength(blocks.size());
        float[] transposed = dX == null ? null
            : Scratch.ofThread().floats(Slot.WEIGHTS, matrices.packedSize(patch, outChannels));
        Runnable transposition = () -> {
            for (int tile = 0; dX != null && tile < matrices.packedTiles(patch); tile++) {
                matrices.packTransposed(w, patch, patch, outChannels, tile, transposed);
            }
        };
        NormGradient[] throughNorm =
            throughNorm(blocks, ld, dOut, (long) batch * plane, dGamma, dBeta, transposition);
        int ldWeights = rowLength(patch);
        int weights = Rounding.up(outChannels, MatrixKernels.TILE_ROWS) * ldWeights;
        int perGroup = Rounding.ceilDiv(blocks.count(), Math.max(MIN_GROUPS, PARTIAL_FLOATS / weights));
        int groups = Rounding.ceilDiv(blocks.count(), perGroup);
        float[] partial = Scratch.ofThread().floats(Slot.PARTIAL_SUMS, Math.multiplyExact(weights, groups));
        workers.parallelFor(groups, group -> {
            int first = group * perGroup;
            for (int block = first; block < Math.min(blocks.count(), first + perGroup); block++) {
                int from = blocks.from(block);
                int width = blocks.width(block);
                float[] d = loadGradient(block, blocks, ld, dOut, throughNorm);
                float[] panel = loadInput(x, from, width, ld);
                if (block == first) {
                    weightGradient(d, panel, ld, width, partial, group * weights, ldWeights);
                } else {
                    float[] more = Scratch.ofThread().floats(Slot.OUTPUT, weights);
                    weightGradient(d, panel, ld, width, more, 0, ldWeights);
                    elementwise.add(partial, group * weights, more, 0, weights);
                }
                if (dX != null && pointwise) {
                    // The input is not needed any more: its panel is still in the cache, and takes its gradient.
                    multiplyTransposedWeights(transposed, d, ld, width, panel);
                    store(panel, ld, from, width, dX);
                }
            }
        });
        sumPartials(partial, groups, weights, ldWeights, dW);
        if (dX != null && !pointwise) {
            workers.parallelFor(batch, image -> scatterGradient(image, blocks, ld, dOut, throughNorm, transposed, dX));
        }
    }

    /** A block's gradient to the weights, {@code d panelᵀ}: a panel {@code [outChannels, patch]}. */
    private void weightGradient(float[] d, float[] panel, int ld, int width, float[] out, int at, int ldOut) {
        if (patch < MatrixKernels.TILE_VECTORS * lanes) {
            matrices.multiplyTransposed(d, outChannels, panel, patch, ld, Rounding.up(width, lanes), out, at, ldOut);
        } else {
            // Horizontal sums of dot products would cost more than a transposition does.
            float[] columns = Scratch.ofThread().floats(Slot.TRANSPOSED, width * ldOut);
            matrices.transpose(panel, patch, width, ld, columns, ldOut);
            // Whole tiles, though the last columns are of no use: single vectors take longer.
            int whole = Rounding.up(patch, MatrixKernels.TILE_VECTORS * lanes);
            matrices.multiply(d, ld, outChannels, width, columns, ldOut,
                whole <= ldOut ? whole : Rounding.up(patch, lanes), out, at, ldOut);
        }
    }

    /** A block's gradient to its patches. */
    private void multiplyTransposedWeights(float[] transposed, float[] d, int ld, int width, float[] panel) {
        matrices.multiplyPacked(transposed, patch, outChannels, d, ld, Rounding.up(width, lanes), panel, 0, ld);
    }

    /** @param beside a task that one of the threads runs meanwhile */
    private NormGradient[] throughNorm(ColumnBlocks blocks, int ld, PlaneSource dOut, long count, float[] dGamma,
                                       float[] dBeta, Runnable beside) {
        double[] sums = new double[2 * outChannels * blocks.count()];
        workers.parallelFor(blocks.count() + 1, block -> {
            if (block == blocks.count()) {
                beside.run();
                return;
            }
            int from = blocks.from(block);
            int width = blocks.width(block);
            float[] row = Scratch.ofThread().floats(Slot.ROW, ld);
            for (int channel = 0; channel < outChannels; channel++) {
                PlaneSource.Line line = dOut.line(group * outChannels + channel, from, row, 0, width);
                elementwise.gradientSums(line.array(), line.at(), kept, block * blockSize(ld) + channel * ld, width,
                    norms[channel], sums, 2 * (block * outChannels + channel));
            }
        });
        NormGradient[] gradients = new NormGradient[outChannels];
        for (int channel = 0; channel < outChannels; channel++) {
            double[] total = new double[2];
            for (int block = 0; block < blocks.count(); block++) {
                total[0] += sums[2 * (block * outChannels + channel)];
                total[1] += sums[2 * (block * outChannels + channel) + 1];
            }
            gradients[channel] = normGradient(channel, total, 0, count, dGamma, dBeta);
        }
        return gradients;
    }

    /** Gradient to the convolution's output: a panel {@code [outChannels, columns]}. */
    private float[] loadGradient(int block, ColumnBlocks blocks, int ld, PlaneSource dOut, NormGradient[] throughNorm) {
        int width = blocks.width(block);
        int from = blocks.from(block);
        float[] d = Scratch.ofThread().floats(Slot.GRADIENT, panelSize(outChannels, ld));
        for (int channel = 0; channel < outChannels; channel++) {
            PlaneSource.Line line = dOut.line(group * outChannels + channel, from, d, channel * ld, width);
            elementwise.gradient(line.array(), line.at(), kept, block * blockSize(ld) + channel * ld, width,
                norms[channel], throughNorm[channel].slope(), throughNorm[channel].constant(), d, channel * ld);
        }
        clearOverhang(d, outChannels, width, ld);
        return d;
    }

    /** Adds up the groups' gradients to the weights, always in the same order. */
    private void sumPartials(float[] partial, int groups, int size, int ld, float[] dW) {
        int rowsPerTask = Rounding.ceilDiv(TASK_WEIGHTS, patch);
        workers.parallelFor(Rounding.ceilDiv(outChannels, rowsPerTask), task -> {
            for (int row = task * rowsPerTask; row < Math.min(outChannels, (task + 1) * rowsPerTask); row++) {
                System.arraycopy(partial, row * ld, dW, row * patch, patch);
                for (int group = 1; group < groups; group++) {
                    elementwise.add(dW, row * patch, partial, group * size + row * ld, patch);
                }
            }
        });
    }

    /** A panel {@code [patch, columns]}. */
    private float[] loadInput(PlaneSource x, int from, int width, int ld) {
        float[] panel = Scratch.ofThread().floats(Slot.INPUT, panelSize(patch, ld));
        if (pointwise) {
            for (int channel = 0; channel < patch; channel++) {
                x.read(group * patch + channel, from, panel, channel * ld, width);
            }
        } else {
            for (int i = 0; i < width; i += shape.outWidth()) {
                loadPatches(x, from + i, panel, i, ld);
            }
        }
        clearOverhang(panel, patch, width, ld);
        return panel;
    }

    /** The patches of one row of the output. */
    private void loadPatches(PlaneSource x, int column, float[] panel, int at, int ld) {
        int kernel = shape.kernel();
        int padding = shape.padding();
        int inWidth = shape.inWidth();
        int image = column / plane;
        int outRow = column % plane / shape.outWidth();
        int outWidth = shape.outWidth();
        float[] row = Scratch.ofThread().floats(Slot.ROW, 2 * padding + inWidth + kernel + 2 * lanes);
        Arrays.fill(row, 0, padding, 0);
        Arrays.fill(row, padding + inWidth, padding + inWidth + padding, 0);
        for (int p = 0; p < patch; p += kernel) {
            int channel = p / (kernel * kernel);
            int inRow = outRow * shape.stride() + p / kernel % kernel - padding;
            if (inRow < 0 || inRow >= shape.inHeight()) {
                for (int k = 0; k < kernel; k++) {
                    Arrays.fill(panel, (p + k) * ld + at, (p + k) * ld + at + outWidth, 0);
                }
                continue;
            }
            x.read(group * shape.inChannels() + channel, (image * shape.inHeight() + inRow) * inWidth, row, padding,
                inWidth);
            for (int k = 0; k < kernel; k++) {
                if (shape.stride() == 1) {
                    System.arraycopy(row, k, panel, (p + k) * ld + at, outWidth);
                } else {
                    planes.everySecond(row, k, panel, (p + k) * ld + at, outWidth);
                }
            }
        }
    }

    /** Gradient to one image of the input, where patches overlap. */
    private void scatterGradient(int image, ColumnBlocks blocks, int ld, PlaneSource dOut, NormGradient[] throughNorm,
                                 float[] transposed, PlaneTarget dX) {
        int size = shape.inChannels() * shape.inPlane();
        float[] sum = Scratch.ofThread().floats(Slot.INPUT_GRADIENT, size);
        Arrays.fill(sum, 0, size, 0);
        for (int block = image * blocks.perLine(); block < (image + 1) * blocks.perLine(); block++) {
            int width = blocks.width(block);
            float[] d = loadGradient(block, blocks, ld, dOut, throughNorm);
            float[] panel = Scratch.ofThread().floats(Slot.INPUT, panelSize(patch, ld));
            multiplyTransposedWeights(transposed, d, ld, width, panel);
            for (int i = 0; i < width; i += shape.outWidth()) {
                scatterPatches(panel, i, ld, blocks.from(block) % plane + i, sum);
            }
        }
        for (int channel = 0; channel < shape.inChannels(); channel++) {
            dX.write(group * shape.inChannels() + channel, image * shape.inPlane(), sum, channel * shape.inPlane(),
                shape.inPlane());
        }
    }

    /** Adds the patches of one row of the output to an image. */
    private void scatterPatches(float[] panel, int at, int ld, int column, float[] sum) {
        int kernel = shape.kernel();
        int stride = shape.stride();
        int outRow = column / shape.outWidth();
        for (int p = 0; p < patch; p++) {
            int inRow = outRow * stride + p / kernel % kernel - shape.padding();
            if (inRow < 0 || inRow >= shape.inHeight()) {
                continue;
            }
            int start = (p / (kernel * kernel) * shape.inHeight() + inRow) * shape.inWidth();
            for (int i = 0; i < shape.outWidth(); i++) {
                int inColumn = i * stride + p % kernel - shape.padding();
                if (inColumn >= 0 && inColumn < shape.inWidth()) {
                    sum[start + inColumn] += panel[p * ld + at + i];
                }
            }
        }
    }

    /** Copies a panel of the gradient to the input of a 1x1 convolution. */
    private void store(float[] panel, int ld, int from, int width, PlaneTarget target) {
        for (int channel = 0; channel < patch; channel++) {
            target.write(group * patch + channel, from, panel, channel * ld, width);
        }
    }

    /** Zeros to the end of the last vector, which then adds nothing to products. */
    private void clearOverhang(float[] panel, int rows, int width, int ld) {
        int end = Rounding.up(width, lanes);
        for (int row = 0; row < rows; row++) {
            Arrays.fill(panel, row * ld + width, row * ld + end, 0);
        }
    }
}
