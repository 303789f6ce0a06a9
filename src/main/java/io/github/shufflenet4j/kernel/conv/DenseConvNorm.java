package io.github.shufflenet4j.kernel.conv;

import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.CacheLine;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.MatrixKernels;
import io.github.shufflenet4j.kernel.Panel;
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

    /** Floats of a panel's rows, up to a multiple of every kind of tile. */
    private static int panelSize(int rows, int ld) {
        return Rounding.up(rows, MatrixKernels.TILE_ROWS) * ld;
    }

    /** Floats of an array of panels that follow each other. */
    private static int arraySize(int panels, int rows, int ld) {
        return Math.addExact(CacheLine.START, Math.multiplyExact(panels, panelSize(rows, ld)));
    }

    /** One of the panels that follow each other in an array. */
    private static Panel panel(float[] array, int index, int rows, int ld) {
        return new Panel(array, CacheLine.START + index * panelSize(rows, ld), ld);
    }

    /** A panel in temporary memory. */
    private static Panel panel(Slot slot, int rows, int ld) {
        return panel(Scratch.ofThread().floats(slot, arraySize(1, rows, ld)), 0, rows, ld);
    }

    /** The output of a block of columns. */
    private Panel output(float[] y, int block, int ld) {
        return panel(y, block, outChannels, ld);
    }

    @Override
    int keptSize(int batch) {
        ColumnBlocks blocks = blocks(batch);
        return arraySize(blocks.count(), outChannels, rowLength(blocks.size()));
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
            Panel panel = loadInput(x, from, width, ld);
            // Tiles write to rows far apart, which takes long where those are not in the cache, as what is kept is not.
            Panel c = panel(Slot.OUTPUT, outChannels, ld);
            matrices.multiplyPacked(packed, outChannels, patch, panel, Rounding.up(width, lanes), c);
            for (int channel = 0; channel < outChannels; channel++) {
                int row = c.row(channel);
                if (statistics != null) {
                    double mean = elementwise.sum(c.floats(), row, width) / width;
                    int slot = 2 * (block * outChannels + channel);
                    moments[slot] = mean;
                    moments[slot + 1] = elementwise.squares(c.floats(), row, width, (float) mean);
                }
                if (y != null) {
                    System.arraycopy(c.floats(), row, y, output(y, block, ld).row(channel), width);
                }
            }
            if (statistics == null && out != null) {
                normalise(c, from, width, out);
            }
        });
        if (statistics != null) {
            combine(moments, blocks, statistics);
            if (out != null) {
                workers.parallelFor(blocks.count(), block -> normalise(output(y, block, ld), blocks.from(block),
                    blocks.width(block), out));
            }
        }
    }

    /** The weights as the product's first operand. */
    private float[] packed(float[] w) {
        Panel weights = Panel.of(w, patch);
        float[] packed = Scratch.ofThread().floats(Slot.WEIGHTS, matrices.packedSize(outChannels, patch));
        int tiles = matrices.packedTiles(outChannels);
        int perTask = Rounding.ceilDiv(TASK_WEIGHTS, patch * matrices.packedRows());
        workers.parallelFor(Rounding.ceilDiv(tiles, perTask), task -> {
            for (int tile = task * perTask; tile < Math.min(tiles, (task + 1) * perTask); tile++) {
                matrices.pack(weights, outChannels, patch, tile, packed);
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

    private void normalise(Panel y, int from, int width, PlaneTarget out) {
        float[] row = Scratch.ofThread().floats(Slot.ROW, y.rowLength());
        for (int channel = 0; channel < outChannels; channel++) {
            elementwise.normalise(y.floats(), y.row(channel), width, norms[channel], row, 0);
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
                elementwise.normalise(kept, output(kept, block, ld).row(channel) + offset, count, norms[channel], to,
                    at + done);
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
                matrices.packTransposed(Panel.of(w, patch), patch, outChannels, tile, transposed);
            }
        };
        NormGradient[] throughNorm =
            throughNorm(blocks, ld, dOut, (long) batch * plane, dGamma, dBeta, transposition);
        int ldWeights = rowLength(patch);
        int weights = panelSize(outChannels, ldWeights);
        int perGroup = Rounding.ceilDiv(blocks.count(), Math.max(MIN_GROUPS, PARTIAL_FLOATS / weights));
        int groups = Rounding.ceilDiv(blocks.count(), perGroup);
        float[] partial = Scratch.ofThread().floats(Slot.PARTIAL_SUMS, arraySize(groups, outChannels, ldWeights));
        workers.parallelFor(groups, group -> {
            int first = group * perGroup;
            for (int block = first; block < Math.min(blocks.count(), first + perGroup); block++) {
                int from = blocks.from(block);
                int width = blocks.width(block);
                Panel d = loadGradient(block, blocks, ld, dOut, throughNorm);
                Panel panel = loadInput(x, from, width, ld);
                Panel sums = panel(partial, group, outChannels, ldWeights);
                if (block == first) {
                    weightGradient(d, panel, width, sums);
                } else {
                    Panel more = panel(Slot.OUTPUT, outChannels, ldWeights);
                    weightGradient(d, panel, width, more);
                    elementwise.add(partial, sums.at(), more.floats(), more.at(), weights);
                }
                if (dX != null && pointwise) {
                    // The input is not needed any more: its panel is still in the cache, and takes its gradient.
                    multiplyTransposedWeights(transposed, d, width, panel);
                    store(panel, from, width, dX);
                }
            }
        });
        sumPartials(partial, groups, ldWeights, dW);
        if (dX != null && !pointwise) {
            workers.parallelFor(batch, image -> scatterGradient(image, blocks, ld, dOut, throughNorm, transposed, dX));
        }
    }

    /** A block's gradient to the weights, {@code d panelᵀ}: a panel {@code [outChannels, patch]}. */
    private void weightGradient(Panel d, Panel panel, int width, Panel out) {
        if (patch < MatrixKernels.TILE_VECTORS * lanes) {
            matrices.multiplyTransposed(d, outChannels, panel, patch, Rounding.up(width, lanes), out);
        } else {
            // Horizontal sums of dot products would cost more than a transposition does.
            Panel columns = panel(Slot.TRANSPOSED, width, out.rowLength());
            matrices.transpose(panel, patch, width, columns);
            // Whole tiles, though the last columns are of no use: single vectors take longer.
            int whole = Rounding.up(patch, MatrixKernels.TILE_VECTORS * lanes);
            matrices.multiply(d, outChannels, width, columns,
                whole <= out.rowLength() ? whole : Rounding.up(patch, lanes), out);
        }
    }

    /** A block's gradient to its patches. */
    private void multiplyTransposedWeights(float[] transposed, Panel d, int width, Panel panel) {
        matrices.multiplyPacked(transposed, patch, outChannels, d, Rounding.up(width, lanes), panel);
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
                elementwise.gradientSums(line.array(), line.at(), kept, output(kept, block, ld).row(channel), width,
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
    private Panel loadGradient(int block, ColumnBlocks blocks, int ld, PlaneSource dOut, NormGradient[] throughNorm) {
        int width = blocks.width(block);
        int from = blocks.from(block);
        Panel d = panel(Slot.GRADIENT, outChannels, ld);
        for (int channel = 0; channel < outChannels; channel++) {
            int row = d.row(channel);
            PlaneSource.Line line = dOut.line(group * outChannels + channel, from, d.floats(), row, width);
            elementwise.gradient(line.array(), line.at(), kept, output(kept, block, ld).row(channel), width,
                norms[channel], throughNorm[channel].slope(), throughNorm[channel].constant(), d.floats(), row);
        }
        clearOverhang(d, outChannels, width);
        return d;
    }

    /** Adds up the groups' gradients to the weights, always in the same order. */
    private void sumPartials(float[] partial, int groups, int ld, float[] dW) {
        int rowsPerTask = Rounding.ceilDiv(TASK_WEIGHTS, patch);
        workers.parallelFor(Rounding.ceilDiv(outChannels, rowsPerTask), task -> {
            for (int row = task * rowsPerTask; row < Math.min(outChannels, (task + 1) * rowsPerTask); row++) {
                System.arraycopy(partial, panel(partial, 0, outChannels, ld).row(row), dW, row * patch, patch);
                for (int group = 1; group < groups; group++) {
                    elementwise.add(dW, row * patch, partial, panel(partial, group, outChannels, ld).row(row), patch);
                }
            }
        });
    }

    /** A panel {@code [patch, columns]}. */
    private Panel loadInput(PlaneSource x, int from, int width, int ld) {
        Panel panel = panel(Slot.INPUT, patch, ld);
        if (pointwise) {
            for (int channel = 0; channel < patch; channel++) {
                x.read(group * patch + channel, from, panel.floats(), panel.row(channel), width);
            }
        } else {
            for (int i = 0; i < width; i += shape.outWidth()) {
                loadPatches(x, from + i, panel, i);
            }
        }
        clearOverhang(panel, patch, width);
        return panel;
    }

    /** The patches of one row of the output. */
    private void loadPatches(PlaneSource x, int column, Panel panel, int at) {
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
                    Arrays.fill(panel.floats(), panel.row(p + k) + at, panel.row(p + k) + at + outWidth, 0);
                }
                continue;
            }
            x.read(group * shape.inChannels() + channel, (image * shape.inHeight() + inRow) * inWidth, row, padding,
                inWidth);
            for (int k = 0; k < kernel; k++) {
                if (shape.stride() == 1) {
                    System.arraycopy(row, k, panel.floats(), panel.row(p + k) + at, outWidth);
                } else {
                    planes.everySecond(row, k, panel.floats(), panel.row(p + k) + at, outWidth);
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
            Panel d = loadGradient(block, blocks, ld, dOut, throughNorm);
            Panel panel = panel(Slot.INPUT, patch, ld);
            multiplyTransposedWeights(transposed, d, width, panel);
            for (int i = 0; i < width; i += shape.outWidth()) {
                scatterPatches(panel, i, blocks.from(block) % plane + i, sum);
            }
        }
        for (int channel = 0; channel < shape.inChannels(); channel++) {
            dX.write(group * shape.inChannels() + channel, image * shape.inPlane(), sum, channel * shape.inPlane(),
                shape.inPlane());
        }
    }

    /** Adds the patches of one row of the output to an image. */
    private void scatterPatches(Panel panel, int at, int column, float[] sum) {
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
                    sum[start + inColumn] += panel.floats()[panel.row(p) + at + i];
                }
            }
        }
    }

    /** Copies a panel of the gradient to the input of a 1x1 convolution. */
    private void store(Panel panel, int from, int width, PlaneTarget target) {
        for (int channel = 0; channel < patch; channel++) {
            target.write(group * patch + channel, from, panel.floats(), panel.row(channel), width);
        }
    }

    /** Zeros to the end of the last vector, which then adds nothing to products. */
    private void clearOverhang(Panel panel, int rows, int width) {
        int end = Rounding.up(width, lanes);
        for (int row = 0; row < rows; row++) {
            Arrays.fill(panel.floats(), panel.row(row) + width, panel.row(row) + end, 0);
        }
    }
}
