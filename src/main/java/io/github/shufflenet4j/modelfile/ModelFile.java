package io.github.shufflenet4j.modelfile;

import static io.github.shufflenet4j.modelfile.ModelZip.COEFFICIENTS_ENTRY;
import static io.github.shufflenet4j.modelfile.ModelZip.CONFIGURATION_ENTRY;
import static io.github.shufflenet4j.modelfile.ModelZip.LAYERS_FIELD;
import static io.github.shufflenet4j.modelfile.ModelZip.METADATA_ENTRY;
import static io.github.shufflenet4j.modelfile.ModelZip.SINGLE_ENTRY;
import static io.github.shufflenet4j.modelfile.ModelZip.SINGLE_FIELD;
import static io.github.shufflenet4j.modelfile.ModelZip.UPDATER_ENTRY;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.updater.UpdatedGraph;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.NetworkPlan;
import io.github.shufflenet4j.weights.NetworkWeights;
import io.github.shufflenet4j.weights.Precision;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.ZipArchive;

/**
 * A model file: a zip as DL4J's {@code ModelSerializer} writes it, which plain DL4J opens with this library on its
 * class path, plus the entry {@value ModelZip#METADATA_ENTRY} with a {@link ModelMetadata} in JSON.
 */
public final class ModelFile {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private static final String PARAMETERS = "parameters";

    private ModelFile() {
    }

    /**
     * Writes a model file, replacing an existing one only when all is written.
     *
     * @param withUpdater whether to save the updater's state, which resuming training needs and prediction does not
     * @throws IllegalArgumentException if the network could not be read again: it has a layer, activation or other part
     *     of a class that is neither DL4J's for images nor this library's
     */
    public static void write(Path file, TrainedModel model, boolean withUpdater) throws IOException {
        write(file, entries(model, withUpdater));
    }

    /**
     * Writes a model file without the updater's state. In half precision DL4J's {@code ModelSerializer} reads the same
     * network, but without the tensors that stay single, which it finds rounded.
     *
     * @return the keys of the tensors that stay in single precision although half was asked for
     * @throws IllegalArgumentException as {@link #write(Path, TrainedModel, boolean)} does, or, in half precision, if
     *     the network is not the one that its metadata name
     */
    public static List<String> write(Path file, TrainedModel model, Precision precision) throws IOException {
        List<String> keptSingle = List.of();
        Map<String, byte[]> entries = entries(model, false);
        if (precision == Precision.FP16) {
            keptSingle = precision.keptSingle(NetworkWeights.tensors(model));
            storeHalves(entries, model, keptSingle);
        }
        write(file, entries);
        return keptSingle;
    }

    private static void storeHalves(Map<String, byte[]> entries, TrainedModel model, List<String> keptSingle)
            throws IOException {
        float[] values = model.network().params().dup('c').data().asFloat();
        entries.put(COEFFICIENTS_ENTRY, FlatArray.halves(values));
        ObjectNode description = description(model);
        ArrayNode keys = description.putArray(SINGLE_FIELD);
        keptSingle.forEach(keys::add);
        entries.put(METADATA_ENTRY, JSON.writeValueAsBytes(description));
        if (!keptSingle.isEmpty()) {
            float[] single = FlatParameters.select(values, model.metadata(), layers(model.network()), keptSingle);
            entries.put(SINGLE_ENTRY, FlatArray.toBytes(Nd4j.createFromArray(single)));
        }
    }

    static void write(Path file, Map<String, byte[]> entries) throws IOException {
        AtomicFile.write(file, output -> {
            try (ZipOutputStream zip = new ZipOutputStream(output)) {
                for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                    zip.putNextEntry(new ZipEntry(entry.getKey()));
                    zip.write(entry.getValue());
                    zip.closeEntry();
                }
            }
        });
    }

    /** The entries of a model file, in order. */
    static Map<String, byte[]> entries(TrainedModel model, boolean withUpdater) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        ComputationGraph network = model.network();
        String configuration = network.getConfiguration().toJson();
        NetworkConfiguration.parse(configuration);
        entries.put(CONFIGURATION_ENTRY, configuration.getBytes(StandardCharsets.UTF_8));
        entries.put(COEFFICIENTS_ENTRY, FlatArray.toBytes(network.params()));
        INDArray state = withUpdater ? network.getUpdater().getStateViewArray() : null;
        if (state != null && state.length() > 0) {
            entries.put(UPDATER_ENTRY, FlatArray.toBytes(state));
        }
        entries.put(METADATA_ENTRY, JSON.writeValueAsBytes(description(model)));
        return entries;
    }

    /** The metadata and, if they describe the network, its layers with parameters in the file's order. */
    private static ObjectNode description(TrainedModel model) {
        ObjectNode description = JSON.valueToTree(model.metadata());
        if (NetworkPlan.of(model.metadata()).difference(model.network()).isEmpty()) {
            ArrayNode layers = description.putArray(LAYERS_FIELD);
            layers(model.network()).forEach(layers::add);
        }
        return description;
    }

    /** The layers with parameters, in the order of the array of all parameters. */
    private static List<String> layers(ComputationGraph network) {
        return Arrays.stream(network.topologicalSortOrder()).mapToObj(index -> network.getVertices()[index])
                .filter(vertex -> vertex.hasLayer() && vertex.getLayer().numParams() > 0)
                .map(GraphVertex::getVertexName).toList();
    }

    /**
     * Reads a model file.
     *
     * <p>The file may be untrusted: nothing in it is run. Unlike DL4J's {@code ModelSerializer} this deserializes no
     * Java objects, creates no layers but DL4J's and this library's, and refuses unknown entries.
     *
     * @param withUpdater whether to load the updater's state, if there is one
     * @throws WeightFileException if it is damaged, lacks the metadata, or holds what no model file does
     */
    public static TrainedModel read(Path file, boolean withUpdater) throws IOException {
        try (ZipArchive zip = ModelZip.open(file)) {
            return read(file, zip, zip::read, withUpdater);
        }
    }

    /** Reads a model from an archive that {@link ModelZip#open} gave, its entries through {@code entries}. */
    static TrainedModel read(Path file, ZipArchive zip, ModelZip.EntryReader entries, boolean withUpdater)
            throws IOException {
        String description = ModelZip.description(entries);
        ModelMetadata metadata = ModelZip.metadata(file, description);
        ComputationGraphConfiguration configuration = NetworkConfiguration.read(file,
                new String(entries.read(CONFIGURATION_ENTRY, NetworkConfiguration.MAX_BYTES), StandardCharsets.UTF_8));
        try {
            long length = NetworkConfiguration.parameters(configuration);
            Optional<float[]> widened = ModelZip.widened(file, entries, description);
            INDArray parameters = widened.isPresent()
                    ? FlatArray.row(file, PARAMETERS, widened.get(), length).castTo(configuration.getDataType())
                    : FlatArray.read(file, PARAMETERS, entries.read(COEFFICIENTS_ENTRY, FlatArray.maxBytes(length)),
                            length);
            ComputationGraph network = new ComputationGraph(configuration);
            network.init(parameters, false);
            if (withUpdater && zip.has(UPDATER_ENTRY)) {
                INDArray state = network.getUpdater().getStateViewArray();
                long states = state == null ? 0 : state.length();
                byte[] content = entries.read(UPDATER_ENTRY, FlatArray.maxBytes(states));
                network.getUpdater().setStateViewArray(
                        FlatArray.read(file, "values of the updater's state", content, states));
            }
            return new TrainedModel(withUpdater ? UpdatedGraph.of(network) : network, metadata);
        } catch (RuntimeException e) {
            throw new WeightFileException(file, "is a damaged model file: " + e.getMessage(), e);
        }
    }
}
