package io.github.shufflenet4j.pretrained;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;

import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.modelfile.ExportFormat;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.modelfile.ModelZip;
import io.github.shufflenet4j.modelfile.WeightFiles;
import io.github.shufflenet4j.weights.DenseNetWeights;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.NetworkWeights;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;

/** Opens files with a trained network: model files, and weight files of known sources. */
public final class ModelLoader {

    private static final int EVALUATION_RESIZE = 256;
    private static final int EVALUATION_CROP = 224;

    private ModelLoader() {
    }

    /**
     * The model in {@code file}, recognised by its content.
     *
     * <p>A file that {@link ExportFormat} wrote has metadata, and one of {@link PublishedWeights} is recognised by its
     * hash. The classes of any other weight file are ImageNet's if there are 1000, else named by their index, and its
     * preprocessing is that of its source: 256 to 224 pixels, torchvision's or the authors'.
     *
     * @throws IOException if the file cannot be read; {@link WeightFileException} says why in one line
     */
    public static TrainedModel load(Path file) throws IOException {
        return ModelZip.isModelFile(file) ? ModelFile.read(file, false) : readStateDict(file).toModel();
    }

    /**
     * The weights of the model in {@code file}, recognised by its content; without a network, and so without ND4J.
     *
     * @return empty if the file's network is not a plain ShuffleNet V2, which {@link #load} opens all the same
     * @throws IOException if the file cannot be read; {@link WeightFileException} says why in one line
     */
    public static Optional<ModelWeights> loadWeights(Path file) throws IOException {
        return ModelZip.isModelFile(file) ? ModelZip.readWeights(file) : Optional.of(readStateDict(file));
    }

    /**
     * The network in {@code file}, which may be a DenseNet in torchvision's state dict, too.
     *
     * @throws IOException if the file cannot be read; {@link WeightFileException} says why in one line
     */
    public static OpenedNetwork loadNetwork(Path file) throws IOException {
        if (ModelZip.isModelFile(file)) {
            return opened(load(file));
        }
        StateDict stateDict = WeightFiles.read(file);
        if (!DenseNetWeights.recognise(stateDict.tensors().keySet())) {
            return opened(weights(stateDict).toModel());
        }
        DenseNetWeights weights = DenseNetWeights.of(stateDict);
        ComputationGraph network = weights.network(EVALUATION_CROP);
        return new OpenedNetwork(weights.architecture().networkName(), network,
                InputType.convolutional(EVALUATION_CROP, EVALUATION_CROP, weights.inputChannels()));
    }

    private static OpenedNetwork opened(TrainedModel model) {
        ModelMetadata metadata = model.metadata();
        return new OpenedNetwork(metadata.variant().networkName() + ", " + metadata.blockLayout().label() + " layout",
                model.network(), model.inputType());
    }

    private static ModelWeights readStateDict(Path file) throws IOException {
        return weights(WeightFiles.read(file));
    }

    private static ModelWeights weights(StateDict stateDict) throws IOException {
        NetworkWeights weights = NetworkWeights.of(stateDict);
        return new ModelWeights(metadata(stateDict, weights), weights.complete());
    }

    /** The metadata in the file, of the published weights, or by its source and number of classes. */
    private static ModelMetadata metadata(StateDict stateDict, NetworkWeights weights) throws IOException {
        if (stateDict.metadata().isPresent()) {
            return stateDict.metadata().get();
        }
        int classes = weights.numClasses();
        if (classes == ImageNetClasses.COUNT && weights.blockLayout() == BlockLayout.TORCHVISION) {
            Optional<PublishedWeights> published = PublishedWeights.recognise(stateDict.source());
            if (published.isPresent()) {
                return published.get().metadata();
            }
        }
        Preprocessing preprocessing = weights.blockLayout() == BlockLayout.MEGVII
                ? Preprocessing.megvii()
                : Preprocessing.torchvision(EVALUATION_RESIZE, EVALUATION_CROP);
        return new ModelMetadata(weights.variant(), weights.blockLayout(), weights.inputChannels(),
                classes == ImageNetClasses.COUNT ? ImageNetClasses.names() : ModelMetadata.numberedClasses(classes),
                preprocessing, Map.of("source", stateDict.source().getFileName().toString()));
    }

    /** The weights in a weight file, to be copied into another network. */
    public static NetworkWeights readWeights(Path file) throws IOException {
        return NetworkWeights.of(WeightFiles.read(file));
    }
}
