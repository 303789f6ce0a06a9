package io.github.shufflenet4j.kernel.conv;

import java.nio.FloatBuffer;

import org.apache.commons.lang3.Validate;

import io.github.shufflenet4j.check.Checks;
import io.github.shufflenet4j.kernel.ElementwiseKernels;
import io.github.shufflenet4j.kernel.KernelProvider;
import io.github.shufflenet4j.kernel.MatrixKernels;
import io.github.shufflenet4j.kernel.Panel;
import io.github.shufflenet4j.kernel.Rounding;
import io.github.shufflenet4j.kernel.concurrent.Scratch;
import io.github.shufflenet4j.kernel.concurrent.Scratch.Slot;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.kernel.provider.KernelProviders;

/**
 * A fully connected layer, with its gradients. Matrices are by rows without gaps: inputs {@code [batch, inputs]},
 * outputs {@code [batch, outputs]}, weights {@code [outputs, inputs]}. Buffers are of native byte order, and begin at
 * index 0.
 *
 * <p>Threads share the outputs in a fixed number of parts, so that results do not depend on the number of threads. A
 * forward pass keeps inputs and weights for the backward pass: one object serves one layer, and one thread at a time.
 */
public final class LinearKernel {

    private static final int PARTS = 16;

    private final int inputs;
    private final int outputs;
    private final Workers workers;
    private final MatrixKernels matrices;
    private final ElementwiseKernels elementwise;
    private final int pitch;
    private final int padded;
    private final int perPart;
    /** The weights of each part, {@code [perPart, pitch]}; floats behind the last input are zero. */
    private final float[][] weights;
    /** The inputs {@code [batch, pitch]}, padded likewise. */
    private float[] x = new float[0];
    private int batch;

    /** @throws IllegalArgumentException if there is no input or no output */
    public LinearKernel(int inputs, int outputs, Workers workers) {
        this(inputs, outputs, workers, KernelProviders.get());
    }

    LinearKernel(int inputs, int outputs, Workers workers, KernelProvider kernels) {
        this.inputs = Checks.atLeast("inputs", inputs, 1);
        this.outputs = Checks.atLeast("outputs", outputs, 1);
        this.workers = workers;
        this.matrices = kernels.matrices();
        this.elementwise = kernels.elementwise();
        this.pitch = DenseConvNorm.rowLength(inputs, kernels.lanes());
        this.padded = Rounding.up(inputs, kernels.lanes());
        // A multiple of every kind of tile.
        this.perPart = Rounding.up(Rounding.ceilDiv(outputs, PARTS), MatrixKernels.TILE_ROWS);
        this.weights = new float[Rounding.ceilDiv(outputs, perPart)][perPart * pitch];
    }

    private int outputsOf(int part) {
        return Math.min(perPart, outputs - part * perPart);
    }

    /**
     * The outputs without activation function.
     *
     * @param bias {@code [outputs]}; null for none
     * @throws IllegalArgumentException if a buffer is too short or of foreign byte order
     */
    public float[] forward(int images, FloatBuffer input, FloatBuffer w, FloatBuffer bias) {
        batch = Checks.atLeast("images", images, 1);
        ConvNormKernel.check("input", input, (long) batch * inputs);
        ConvNormKernel.check("weights", w, (long) outputs * inputs);
        int size = Rounding.up(batch, MatrixKernels.TILE_ROWS) * pitch;
        x = x.length < size ? new float[size] : x;
        copyRows(input, 0, batch, x);
        float[] out = new float[batch * outputs];
        workers.parallelFor(weights.length, part -> {
            int first = part * perPart;
            copyRows(w, first, outputsOf(part), weights[part]);
            matrices.multiplyTransposed(Panel.of(x, pitch), batch, Panel.of(weights[part], pitch), outputsOf(part),
                padded, new Panel(out, first, outputs));
            for (int output = first; bias != null && output < first + outputsOf(part); output++) {
                for (int image = 0; image < batch; image++) {
                    out[image * outputs + output] += bias.get(output);
                }
            }
        });
        return out;
    }

    private void copyRows(FloatBuffer from, int first, int rows, float[] panel) {
        for (int row = 0; row < rows; row++) {
            from.get((first + row) * inputs, panel, row * pitch, inputs);
        }
    }

    /**
     * Backward pass of the last forward pass.
     *
     * @param dOut  gradient to the outputs
     * @param dX    receives the gradient to the inputs
     * @param dW    receives the gradient to the weights
     * @param dBias receives the gradient to the bias; null for none
     * @throws IllegalStateException    if there was no such pass
     * @throws IllegalArgumentException if a buffer is too short or of foreign byte order
     */
    public void backward(float[] dOut, FloatBuffer dX, FloatBuffer dW, FloatBuffer dBias) {
        Validate.validState(batch > 0, "backward pass without a forward pass");
        Validate.isTrue(dOut.length == batch * outputs, "the gradient to the outputs must have %s floats, has %s",
                batch * outputs, dOut.length);
        ConvNormKernel.check("gradient to the input", dX, (long) batch * inputs);
        ConvNormKernel.check("gradient to the weights", dW, (long) outputs * inputs);
        int size = Rounding.up(batch, MatrixKernels.TILE_ROWS) * pitch;
        float[] ofParts = Scratch.ofThread().floats(Slot.PARTIAL_SUMS, weights.length * size);
        workers.parallelFor(weights.length, part -> {
            int rows = outputsOf(part);
            float[] d = Scratch.ofThread().floats(Slot.GRADIENT, batch * rows);
            for (int image = 0; image < batch; image++) {
                System.arraycopy(dOut, image * outputs + part * perPart, d, image * rows, rows);
            }
            matrices.multiply(Panel.of(d, rows), batch, rows, Panel.of(weights[part], pitch), padded,
                new Panel(ofParts, part * size, pitch));
            float[] transposed = Scratch.ofThread().floats(Slot.TRANSPOSED, rows * batch);
            matrices.transpose(Panel.of(d, rows), batch, rows, Panel.of(transposed, batch));
            float[] gradient = Scratch.ofThread().floats(Slot.OUTPUT, perPart * pitch);
            matrices.multiply(Panel.of(transposed, batch), rows, batch, Panel.of(x, pitch), padded,
                Panel.of(gradient, pitch));
            for (int row = 0; row < rows; row++) {
                dW.put((part * perPart + row) * inputs, gradient, row * pitch, inputs);
                if (dBias != null) {
                    dBias.put(part * perPart + row, (float) elementwise.sum(transposed, row * batch, batch));
                }
            }
        });
        workers.parallelFor(batch, image -> {
            float[] sum = Scratch.ofThread().floats(Slot.ROW, inputs);
            System.arraycopy(ofParts, image * pitch, sum, 0, inputs);
            for (int part = 1; part < weights.length; part++) {
                elementwise.add(sum, 0, ofParts, part * size + image * pitch, inputs);
            }
            dX.put(image * inputs, sum, 0, inputs);
        });
    }
}
