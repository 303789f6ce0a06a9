package io.github.shufflenet4j.modelfile;

import static io.github.shufflenet4j.modelfile.ModelZip.COEFFICIENTS_ENTRY;
import static io.github.shufflenet4j.modelfile.ModelZip.CONFIGURATION_ENTRY;
import static io.github.shufflenet4j.modelfile.ModelZip.LAYERS_FIELD;
import static io.github.shufflenet4j.modelfile.ModelZip.METADATA_ENTRY;
import static io.github.shufflenet4j.modelfile.ModelZip.UPDATER_ENTRY;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.updater.UpdatedGraph;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.NetworkPlan;
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
            for (int index : model.network().topologicalSortOrder()) {
                GraphVertex vertex = model.network().getVertices()[index];
                if (vertex.hasLayer() && vertex.getLayer().numParams() > 0) {
                    layers.add(vertex.getVertexName());
                }
            }
        }
        return description;
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
        ModelMetadata metadata = ModelZip.metadata(file, ModelZip.description(entries));
        ComputationGraphConfiguration configuration = NetworkConfiguration.read(file,
                new String(entries.read(CONFIGURATION_ENTRY, NetworkConfiguration.MAX_BYTES), StandardCharsets.UTF_8));
        try {
            long length = NetworkConfiguration.parameters(configuration);
            byte[] parameters = entries.read(COEFFICIENTS_ENTRY, FlatArray.maxBytes(length));
            ComputationGraph network = new ComputationGraph(configuration);
            network.init(FlatArray.read(file, "parameters", parameters, length), false);
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
