package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.ISchedule;

import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ImageModel;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.pretrained.ImageNetClasses;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.training.TrainingPlan.Classifier;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.training.recipe.RecipeKeys;
import io.github.shufflenet4j.training.schedule.LearningRates;
import io.github.shufflenet4j.training.schedule.RunLength;
import io.github.shufflenet4j.training.step.LossSmoothedMCXENT;
import io.github.shufflenet4j.transfer.LinearProbe;
import io.github.shufflenet4j.updater.AdamW;
import io.github.shufflenet4j.updater.Momentum;
import io.github.shufflenet4j.updater.RmsProp;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.TrainedModel;

/**
 * The network that a run starts from.
 *
 * @param classifier origin of the classifier; empty if all weights are random
 */
record StartingNetwork(TrainedModel model, Optional<Classifier> classifier) {

    private static final int COLOURS = 3;
    /** Images that a probe learns from at most: their features take 400 MB, and more hardly change a start. */
    private static final int PROBE_IMAGES = 50_000;

    /** With random weights, or those that the options name. */
    static StartingNetwork of(TrainingOptions options, List<String> classNames, RunLength length)
            throws IOException {
        Recipe recipe = options.recipe();
        int crop = recipe.find(RecipeKeys.EVALUATION_CROP).orElse(recipe.get(RecipeKeys.IMAGE_SIZE));
        int resize = recipe.find(RecipeKeys.EVALUATION_RESIZE)
                .orElse(Preprocessing.resize(crop, recipe.get(RecipeKeys.EVALUATION_CROP_RATIO)));
        if (options.weights().isEmpty()) {
            if (recipe.get(RecipeKeys.FREEZE).isPresent()) {
                throw new IOException("a network with random weights cannot be frozen: name the weights to start from,"
                        + " or leave out freeze");
            }
            ShuffleNetV2Variant variant = recipe.find(RecipeKeys.VARIANT).orElse(ShuffleNetV2Variant.X1_0);
            Preprocessing preprocessing = preprocessing(recipe, Preprocessing.torchvision(resize, crop));
            return new StartingNetwork(model(options, length, true, "random", new ModelMetadata(variant,
                    BlockLayout.TORCHVISION, preprocessing.channels(), classNames, preprocessing, Map.of())),
                    Optional.empty());
        }
        Path file = options.weights().get();
        TrainedModel source = ModelLoader.load(file);
        ModelMetadata metadata = source.metadata();
        if (recipe.has(RecipeKeys.VARIANT) && recipe.get(RecipeKeys.VARIANT) != metadata.variant()) {
            throw new IOException(file + ": holds weights of " + metadata.variant().label() + ", not of "
                    + recipe.get(RecipeKeys.VARIANT).label() + "; name that --variant, or choose other weights");
        }
        Preprocessing theirs = metadata.preprocessing();
        int channels = recipe.find(RecipeKeys.CHANNELS).orElse(theirs.channels());
        if (metadata.inputChannels() != theirs.channels() || channels > theirs.channels()) {
            throw new IOException(file + ": is for images of " + metadata.inputChannels() + " channels, not of "
                    + channels + "; choose other weights");
        }
        Preprocessing preprocessing = preprocessing(recipe, theirs.withSize(resize, crop));
        Classifier classifier = recipe.get(RecipeKeys.NEW_HEAD) ? Classifier.REPLACED
                : classifier(metadata.classNames(), classNames);
        boolean bias = source.hasClassifierBias() || classifier == Classifier.REPLACED && recipe.get(RecipeKeys.PROBE);
        TrainedModel target = model(options, length, bias, file.getFileName().toString(),
                new ModelMetadata(metadata.variant(), metadata.blockLayout(), channels, classNames, preprocessing,
                        Map.of()));
        for (Layer layer : source.network().getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            Layer copy = target.network().getLayer(name);
            if (name.equals(ShuffleNetV2.FC) && classifier == Classifier.REPLACED) {
                continue;
            }
            if (name.equals(ShuffleNetV2.FC) && classifier == Classifier.REORDERED) {
                List<String> from = ImageNetClasses.identities(metadata.classNames());
                int[] outputs = ImageNetClasses.identities(classNames).stream().mapToInt(from::indexOf).toArray();
                copy.paramTable().forEach((key, array) -> assignOutputs(array, layer.getParam(key), outputs));
            } else if (name.equals(ShuffleNetV2.CONV1) && channels < metadata.inputChannels()) {
                assignGray(copy, preprocessing, layer, theirs);
            } else if (layer.numParams() > 0) {
                copy.setParams(layer.params());
            }
        }
        return new StartingNetwork(target, Optional.of(classifier));
    }

    /**
     * This network with a linear probe in place of a new classifier, if the recipe asks for it: fine-tuning that starts
     * from random classifiers distorts the features (Kumar et al. 2022).
     *
     * @param callbacks receive the progress
     */
    StartingNetwork probed(ImageSource images, Recipe recipe, List<TrainingCallback> callbacks) throws IOException {
        if (!recipe.get(RecipeKeys.PROBE) || !classifier.equals(Optional.of(Classifier.REPLACED))) {
            return this;
        }
        for (TrainingCallback callback : callbacks) {
            callback.passStarted("features", Math.min(images.size(), PROBE_IMAGES));
        }
        ModelWeights fitted = LinearProbe.of(ModelWeights.of(model)).limit(PROBE_IMAGES)
                .damagedLimit(recipe.get(RecipeKeys.MAX_DAMAGED))
                .progress(done -> callbacks.forEach(callback -> callback.imagesPassed(done)))
                .fit(images).weights();
        Layer head = model.network().getLayer(ShuffleNetV2.FC);
        Tensor weights = fitted.classifierWeight();
        head.getParam("W").assign(Nd4j.createFromArray(weights.data()).reshape('c', weights.shape()).transpose());
        head.getParam("b").assign(Nd4j.createFromArray(fitted.classifierBias().orElseThrow().data()));
        return new StartingNetwork(model, Optional.of(Classifier.PROBED));
    }

    /**
     * Whether to keep the weights' classifier. One with only some of the data's classes is replaced as a whole: its
     * outputs were trained against each other and are not comparable with new ones.
     */
    private static Classifier classifier(List<String> theirs, List<String> ours) {
        List<String> from = ImageNetClasses.identities(theirs);
        List<String> to = ImageNetClasses.identities(ours);
        if (from.equals(to)) {
            return Classifier.KEPT;
        }
        if (from.size() == to.size() && Set.copyOf(from).equals(Set.copyOf(to))) {
            return Classifier.REORDERED;
        }
        return from.size() == to.size() && theirs.equals(ModelMetadata.numberedClasses(theirs.size()))
                ? Classifier.KEPT_UNCHECKED : Classifier.REPLACED;
    }

    /** Preprocessing with the channels and the orientation that a recipe asks for. */
    private static Preprocessing preprocessing(Recipe recipe, Preprocessing base) {
        Preprocessing oriented = base.ignoringExif(recipe.find(RecipeKeys.IGNORE_EXIF).orElse(base.ignoreExif()));
        return recipe.find(RecipeKeys.CHANNELS).orElse(COLOURS) == 1 && base.channels() == COLOURS
                ? oriented.gray() : oriented;
    }

    /**
     * Makes the first convolution of grey from one of colours: its sums are the same for grey images but at their
     * borders, where the mean colours of both stand for what is outside.
     */
    private static void assignGray(Layer target, Preprocessing gray, Layer source, Preprocessing colours) {
        source.paramTable().forEach((key, array) -> {
            if (!key.equals("W")) {
                target.getParam(key).assign(array);
            }
        });
        INDArray sum = target.getParam("W").assign(0);
        for (int channel = 0; channel < colours.channels(); channel++) {
            INDArray weights =
                    source.getParam("W").get(NDArrayIndex.all(), NDArrayIndex.interval(channel, channel + 1));
            double spread = colours.std().get(channel);
            sum.addi(weights.mul(gray.std().get(0) / spread));
            target.getParam("mean").addi(weights.sum(1, 2, 3)
                    .mul((colours.mean().get(channel) - gray.mean().get(0)) / spread));
        }
    }

    /** Copies weights, [inputs, outputs], or biases, [outputs], with the given outputs of the source. */
    private static void assignOutputs(INDArray target, INDArray source, int[] outputs) {
        float[] from = source.dup('c').data().asFloat();
        float[] to = new float[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i - i % outputs.length + outputs[i % outputs.length]];
        }
        target.assign(Nd4j.createFromArray(to).reshape('c', target.shape()));
    }

    private static TrainedModel model(TrainingOptions options, RunLength length, boolean classifierBias,
                                      String startingWeights, ModelMetadata metadata) {
        Recipe recipe = options.recipe();
        int size = recipe.get(RecipeKeys.IMAGE_SIZE);
        ISchedule schedule = LearningRates.schedule(recipe, length);
        ComputationGraph network = configured(ShuffleNetV2.builder(), recipe, length)
                .variant(metadata.variant())
                .blockLayout(metadata.blockLayout())
                .numClasses(metadata.classNames().size())
                .classifierBias(classifierBias)
                .inputShape(metadata.inputChannels(), size, size)
                .seed(options.seed())
                .partUpdaters(part -> updater(recipe, LearningRates.schedule(recipe, length, part)))
                .build().init();
        Map<String, String> provenance = new TreeMap<>();
        provenance.put("data", options.data().absolute().name());
        provenance.put("startingWeights", startingWeights);
        provenance.put("recipe", recipe.get(RecipeKeys.DESCRIPTION));
        provenance.put("schedule", schedule.toString());
        provenance.put("batchSize", Integer.toString(recipe.get(RecipeKeys.BATCH_SIZE)));
        provenance.put("labelSmoothing", Double.toString(recipe.get(RecipeKeys.LABEL_SMOOTHING)));
        provenance.put("weightDecay", Double.toString(recipe.get(RecipeKeys.WEIGHT_DECAY)));
        provenance.put("seed", Long.toString(options.seed()));
        return new TrainedModel(network, metadata.withProvenance(provenance));
    }

    /** A builder with the optimizer and the loss of a recipe. */
    static <B extends ImageModel.Builder<B>> B configured(B builder, Recipe recipe, RunLength length) {
        return builder
                .updater(updater(recipe, LearningRates.schedule(recipe, length)))
                .decoupledWeightDecay(recipe.get(RecipeKeys.OPTIMIZER) == RecipeKeys.Optimizer.ADAMW)
                .l2(recipe.get(RecipeKeys.WEIGHT_DECAY))
                .normL2(recipe.get(RecipeKeys.NORM_WEIGHT_DECAY))
                .biasL2(recipe.get(RecipeKeys.BIAS_WEIGHT_DECAY))
                .lossFunction(new LossSmoothedMCXENT(recipe.get(RecipeKeys.LABEL_SMOOTHING)));
    }

    /** The model of a run whose length has changed, with the learning rates of that length. */
    static TrainedModel rescheduled(TrainedModel model, Recipe recipe, RunLength length) {
        ISchedule schedule = LearningRates.schedule(recipe, length);
        model.network().getConfiguration().getVertices().forEach((name, vertex) -> {
            if (vertex instanceof LayerVertex layer && layer.getLayerConf().getLayer() instanceof BaseLayer trained) {
                trained.getIUpdater().setLrAndSchedule(Double.NaN, NetworkPart.ofVertex(name)
                        .map(part -> LearningRates.schedule(recipe, length, part)).orElse(schedule));
            }
        });
        Map<String, String> provenance = new TreeMap<>(model.metadata().provenance());
        provenance.put("schedule", schedule.toString());
        return new TrainedModel(model.network(), model.metadata().withProvenance(provenance));
    }

    private static IUpdater updater(Recipe recipe, ISchedule schedule) {
        double momentum = recipe.get(RecipeKeys.MOMENTUM);
        return switch (recipe.get(RecipeKeys.OPTIMIZER)) {
            case MOMENTUM -> new Momentum(schedule, momentum);
            case NESTEROV -> new Nesterovs(schedule, momentum);
            case ADAMW -> new AdamW(schedule, recipe.get(RecipeKeys.BETA1), recipe.get(RecipeKeys.BETA2),
                    recipe.get(RecipeKeys.EPSILON));
            case RMSPROP -> new RmsProp(schedule, recipe.get(RecipeKeys.ALPHA),
                    recipe.get(RecipeKeys.EPSILON), momentum);
        };
    }
}
