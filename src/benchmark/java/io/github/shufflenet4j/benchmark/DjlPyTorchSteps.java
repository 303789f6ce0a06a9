package io.github.shufflenet4j.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/** The same network in DJL's blocks on its PyTorch engine. */
final class DjlPyTorchSteps {

    /** System property: a TorchScript file to predict with, instead of DJL's blocks. */
    static final String TORCH_SCRIPT = "benchmark.torchscript";

    private static final String ENGINE = "PyTorch";

    private DjlPyTorchSteps() {
    }

    static Contestant.Step of(Cell cell) {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(cell.threads()));
        Engine.getEngine(ENGINE);
        String torchScript = System.getProperty(TORCH_SCRIPT);
        if (cell.mode() == Cell.Mode.INFER && torchScript != null) {
            return torchScript(Path.of(torchScript), cell);
        }
        Model model = Model.newInstance("shufflenet", ENGINE);
        model.setBlock(network(cell.variant()));
        NDManager manager = model.getNDManager();
        Shape shape = new Shape(cell.batch(), Cell.CHANNELS, Cell.SIDE, Cell.SIDE);
        NDArray input = manager.create(cell.pixels(), shape);
        return cell.mode() == Cell.Mode.TRAIN
                ? train(model, input, manager.create(cell.classes()))
                : infer(model, input);
    }

    private static Contestant.Step train(Model model, NDArray input, NDArray classes) {
        Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).optMomentum(0.9f)
                        .optWeightDecays(4e-5f).build()));
        trainer.initialize(input.getShape());
        return () -> {
            try (NDManager step = input.getManager().newSubManager()) {
                // What a step makes belongs to the manager of its input, and goes with it.
                input.tempAttach(step);
                classes.tempAttach(step);
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDList output = trainer.forward(new NDList(input));
                    collector.backward(trainer.getLoss().evaluate(new NDList(classes), output));
                }
                trainer.step();
            }
        };
    }

    private static Contestant.Step torchScript(Path file, Cell cell) {
        try {
            Model model = Model.newInstance("torchscript", ENGINE);
            model.load(file.toAbsolutePath().getParent(), file.getFileName().toString());
            NDArray input = model.getNDManager().create(cell.pixels(),
                    new Shape(cell.batch(), Cell.CHANNELS, Cell.SIDE, Cell.SIDE));
            return infer(model, input);
        } catch (IOException | MalformedModelException e) {
            throw new IllegalStateException(file + " is no TorchScript file: " + e.getMessage(), e);
        }
    }

    private static Contestant.Step infer(Model model, NDArray input) {
        Block block = model.getBlock();
        if (!block.isInitialized()) {
            block.initialize(model.getNDManager(), DataType.FLOAT32, input.getShape());
            block.freezeParameters(true);
        }
        ParameterStore parameters = new ParameterStore(model.getNDManager(), false);
        return () -> {
            // The model, not its manager: a model that nobody holds is closed by the garbage collector.
            try (NDManager step = model.getNDManager().newSubManager()) {
                input.tempAttach(step);
                block.forward(parameters, new NDList(input), false).singletonOrThrow().toFloatArray();
            }
        };
    }

    private static SequentialBlock network(ShuffleNetV2Variant variant) {
        SequentialBlock network = convolution(3, 2, variant.conv1Channels())
                .add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)));
        int channels = variant.conv1Channels();
        for (ShuffleNetV2Variant.Stage stage : variant.stages()) {
            for (int unit = 0; unit < stage.units(); unit++) {
                network.add(unit == 0 ? downsampling(channels, stage.channels() / 2) : basic(stage.channels() / 2));
            }
            channels = stage.channels();
        }
        return network.add(convolution(1, 1, variant.conv5Channels()))
                .add(Pool.globalAvgPool2dBlock())
                .add(Blocks.batchFlattenBlock())
                .add(Linear.builder().setUnits(Cell.CLASSES).build());
    }

    private static Block downsampling(int inputs, int half) {
        SequentialBlock projection = new SequentialBlock().add(depthwise(inputs, 2)).add(convolution(1, 1, half));
        SequentialBlock main = convolution(1, 1, half).add(depthwise(half, 2)).add(convolution(1, 1, half));
        return new ParallelBlock(DjlPyTorchSteps::shuffle, List.of(projection, main));
    }

    private static Block basic(int half) {
        Block identity = LambdaBlock.singleton(x -> x.get(":, :" + half));
        SequentialBlock main = new SequentialBlock().add(LambdaBlock.singleton(x -> x.get(":, " + half + ":")))
                .add(convolution(1, 1, half)).add(depthwise(half, 1)).add(convolution(1, 1, half));
        return new ParallelBlock(DjlPyTorchSteps::shuffle, List.of(identity, main));
    }

    private static NDList shuffle(List<NDList> branches) {
        NDArray joined = branches.get(0).singletonOrThrow().concat(branches.get(1).singletonOrThrow(), 1);
        Shape shape = joined.getShape();
        long channels = shape.get(1);
        return new NDList(joined.reshape(shape.get(0), 2, channels / 2, shape.get(2), shape.get(3))
                .swapAxes(1, 2).reshape(shape));
    }

    private static SequentialBlock convolution(int kernel, int stride, int outputs) {
        int padding = (kernel - 1) / 2;
        return new SequentialBlock()
                .add(Conv2d.builder().setKernelShape(new Shape(kernel, kernel)).optStride(new Shape(stride, stride))
                        .optPadding(new Shape(padding, padding)).setFilters(outputs).optBias(false).build())
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock());
    }

    private static Block depthwise(int channels, int stride) {
        return new SequentialBlock()
                .add(Conv2d.builder().setKernelShape(new Shape(3, 3)).optStride(new Shape(stride, stride))
                        .optPadding(new Shape(1, 1)).setFilters(channels).optGroups(channels).optBias(false).build())
                .add(BatchNorm.builder().build());
    }
}
