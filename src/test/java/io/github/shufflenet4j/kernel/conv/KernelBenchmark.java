package io.github.shufflenet4j.kernel.conv;

import io.github.shufflenet4j.kernel.Activation;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Times the forward and backward passes of all layers of ShuffleNet V2 at 224x224, in the order of a training step.
 * Run by hand: {@code KernelBenchmark [batch] [threads] [steps]}.
 */
final class KernelBenchmark {

    private KernelBenchmark() {
    }

    /** One layer: what it is called, what it does, and its floating-point operations an image in one direction. */
    private record Step(String name, Runnable forward, Runnable backward, double flops) {
    }

    private static final class Network {
        final List<Step> steps = new ArrayList<>();
        final int batch;
        final Workers workers;
        final Random random = new Random(1);

        Network(int batch, Workers workers, int stem, int[] widths, int last) {
            this.batch = batch;
            this.workers = workers;
            conv("stem", ConvShape.full(3, stem, 2, 224, 224), Activation.RELU, false);
            pool(stem, 112);
            int in = stem;
            int side = 56;
            int[] units = {3, 7, 3};
            for (int stage = 0; stage < 3; stage++) {
                int width = widths[stage];
                String name = " " + side / 2;
                conv("dw s2" + name, ConvShape.depthwise(in, 2, side, side), Activation.IDENTITY, true);
                conv("pw" + name, ConvShape.pointwise(in, width, side / 2, side / 2), Activation.RELU, true);
                conv("pw " + side, ConvShape.pointwise(in, width, side, side), Activation.RELU, true);
                conv("dw s2" + name, ConvShape.depthwise(width, 2, side, side), Activation.IDENTITY, true);
                side /= 2;
                conv("pw" + name, ConvShape.pointwise(width, width, side, side), Activation.RELU, true);
                shuffle(width, side);
                for (int unit = 0; unit < units[stage]; unit++) {
                    conv("pw" + name, ConvShape.pointwise(width, width, side, side), Activation.RELU, true);
                    conv("dw s1" + name, ConvShape.depthwise(width, 1, side, side), Activation.IDENTITY, true);
                    conv("pw" + name, ConvShape.pointwise(width, width, side, side), Activation.RELU, true);
                    shuffle(width, side);
                }
                in = 2 * width;
            }
            conv("conv5", ConvShape.pointwise(in, last, 7, 7), Activation.RELU, true);
        }

        private void conv(String name, ConvShape shape, Activation activation, boolean inputGradient) {
            ConvNormKernel kernel = ConvNormKernel.of(shape, activation, 1e-5f, workers);
            int c = shape.outChannels();
            FloatBuffer x = buffer(batch * shape.inChannels() * shape.inPlane());
            FloatBuffer out = buffer(batch * c * shape.outPlane());
            FloatBuffer dOut = buffer(batch * c * shape.outPlane());
            FloatBuffer dX = inputGradient ? buffer(batch * shape.inChannels() * shape.inPlane()) : null;
            float[] w = floats(shape.weights());
            float[] gamma = floats(c);
            float[] beta = floats(c);
            float[] mean = new float[c];
            float[] variance = new float[c];
            float[] dW = new float[shape.weights()];
            float[] dGamma = new float[c];
            float[] dBeta = new float[c];
            steps.add(new Step(name,
                () -> kernel.forwardTraining(batch, x, w, gamma, beta, out, mean, variance),
                () -> kernel.backward(x, dOut, w, dX, dW, dGamma, dBeta),
                2.0 * shape.weights() * shape.outPlane()));
        }

        private void pool(int channels, int side) {
            MaxPoolKernel pooling = new MaxPoolKernel(side, side, workers);
            FloatBuffer x = buffer(batch * channels * side * side);
            FloatBuffer dX = buffer(batch * channels * side * side);
            FloatBuffer out = buffer(batch * channels * side * side / 4);
            steps.add(new Step("maxpool", () -> pooling.forward(batch * channels, x, out),
                () -> pooling.backward(batch * channels, x, out, dX), 0));
        }

        /** Split and shuffle of a unit, each way. */
        private void shuffle(int width, int side) {
            FloatBuffer left = buffer(batch * width * side * side);
            FloatBuffer right = buffer(batch * width * side * side);
            FloatBuffer both = buffer(2 * batch * width * side * side);
            int[] order = new int[2 * width];
            Arrays.setAll(order, i -> i % 2 * width + i / 2);
            int[] half = new int[width];
            Arrays.setAll(half, i -> i);
            Planes.Source[] halves = {new Planes.Source(left, width), new Planes.Source(right, width)};
            Planes.Source[] whole = {new Planes.Source(both, 2 * width)};
            Runnable run = () -> {
                Planes.copy(batch, side * side, halves, order, both, workers);
                Planes.copy(batch, side * side, whole, half, left, workers);
                Planes.copy(batch, side * side, whole, half, right, workers);
            };
            steps.add(new Step("planes", run, run, 0));
        }

        private FloatBuffer buffer(int size) {
            FloatBuffer buffer = ByteBuffer.allocateDirect(4 * size).order(ByteOrder.nativeOrder()).asFloatBuffer();
            buffer.put(0, floats(size));
            return buffer;
        }

        private float[] floats(int size) {
            float[] floats = new float[size];
            for (int i = 0; i < size; i++) {
                floats[i] = random.nextFloat() - 0.5f;
            }
            return floats;
        }
    }

    public static void main(String[] args) {
        int batch = args.length > 0 ? Integer.parseInt(args[0]) : 16;
        int threads = args.length > 1 ? Integer.parseInt(args[1]) : Runtime.getRuntime().availableProcessors();
        int count = args.length > 2 ? Integer.parseInt(args[2]) : 60;
        Workers workers = Workers.of(threads);
        time("x0.5", new Network(batch, workers, 24, new int[] {24, 48, 96}, 1024), count);
        time("x1.0", new Network(batch, workers, 24, new int[] {58, 116, 232}, 1024), count);
    }

    private static void time(String variant, Network network, int count) {
        int layers = network.steps.size();
        double[][] forward = new double[layers][count];
        double[][] backward = new double[layers][count];
        double[] whole = new double[count];
        for (int run = 0; run < count; run++) {
            long start = System.nanoTime();
            for (int i = 0; i < layers; i++) {
                forward[i][run] = milliseconds(network.steps.get(i).forward(), network.batch);
            }
            for (int i = layers - 1; i >= 0; i--) {
                backward[i][run] = milliseconds(network.steps.get(i).backward(), network.batch);
            }
            whole[run] = (System.nanoTime() - start) * 1e-6 / network.batch;
        }
        Map<String, double[]> byName = new LinkedHashMap<>();
        for (int i = 0; i < layers; i++) {
            Step step = network.steps.get(i);
            double[] sums = byName.computeIfAbsent(step.name(), name -> new double[3]);
            sums[0] += median(forward[i]);
            sums[1] += median(backward[i]);
            sums[2] += step.flops();
        }
        System.out.printf("%s batch %d threads %d: %.2f ms per image%n", variant, network.batch,
            network.workers.size(), median(whole));
        System.out.printf("%-10s %9s %9s %9s %9s%n", "layers", "forward", "backward", "GFLOP/s", "GFLOP/s");
        byName.forEach((name, sums) -> System.out.printf("%-10s %9.3f %9.3f %9.0f %9.0f%n", name, sums[0], sums[1],
            sums[2] / sums[0] * 1e-6, 2 * sums[2] / sums[1] * 1e-6));
    }

    private static double milliseconds(Runnable runnable, int batch) {
        long start = System.nanoTime();
        runnable.run();
        return (System.nanoTime() - start) * 1e-6 / batch;
    }

    /** Median of the second half: the first warms up. */
    private static double median(double[] values) {
        double[] warm = Arrays.copyOfRange(values, values.length / 2, values.length);
        Arrays.sort(warm);
        return warm[warm.length / 2];
    }
}
