package io.github.shufflenet4j.weights;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.util.ModelSerializer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.updater.FusedGraphUpdater;

/**
 * A model file: a zip as DL4J's {@code ModelSerializer} writes it, which plain DL4J opens with this library on its
 * class path, plus the entry {@value #METADATA_ENTRY} with a {@link ModelMetadata} in JSON.
 */
public final class ModelFile {

    /** Name of the entry that holds the {@link ModelMetadata}. */
    public static final String METADATA_ENTRY = "shufflenet4j.json";

    /** Field beside the metadata's: names of the layers, in the order of their parameters. */
    private static final String LAYERS_FIELD = "layers";
    private static final String CONFIGURATION_ENTRY = "configuration.json";
    private static final String COEFFICIENTS_ENTRY = "coefficients.bin";

    /** The names of all entries that a model file may have. */
    static final Set<String> ENTRIES = Set.of(METADATA_ENTRY, CONFIGURATION_ENTRY, COEFFICIENTS_ENTRY,
            ModelSerializer.UPDATER_BIN, ModelSerializer.NO_PARAMS_MARKER);

    private static final long MAX_JSON_BYTES = 64L << 20;
    /** Room for the shape information that ND4J writes before the values. */
    private static final long MAX_ARRAY_HEADER_BYTES = 4096;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private ModelFile() {
    }

    /**
     * Writes a model file, replacing an existing one only when all is written.
     *
     * @param withUpdater whether to save the updater's state, which training on needs and prediction does not
     */
    public static void write(Path file, TrainedModel model, boolean withUpdater) throws IOException {
        Map<String, byte[]> entries = entries(model, withUpdater);
        AtomicFile.write(file, output -> {
            try (ZipOutputStream zip = new ZipOutputStream(output)) {
                for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                    write(zip, entry.getKey(), entry.getValue());
                }
            }
        });
    }

    static void write(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    /** The entries of a model file, in order. */
    static Map<String, byte[]> entries(TrainedModel model, boolean withUpdater) throws IOException {
        // ModelSerializer closes the zip that it writes, so the entry of our own goes into a copy.
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ModelSerializer.writeModel(model.network(), plain, withUpdater);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream source = new ZipInputStream(new ByteArrayInputStream(plain.toByteArray()))) {
            for (ZipEntry entry = source.getNextEntry(); entry != null; entry = source.getNextEntry()) {
                entries.put(entry.getName(), source.readAllBytes());
            }
        }
        entries.put(METADATA_ENTRY, JSON.writeValueAsBytes(description(model)));
        return entries;
    }

    /** The metadata, and for a network that is as it says: which layers have parameters, in the file's order. */
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

    /** Whether {@code file} is a zip with the entries of a DL4J model. */
    public static boolean isModelFile(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return zip.getEntry(CONFIGURATION_ENTRY) != null;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Reads a model file.
     *
     * @param withUpdater whether to load the updater's state, if there is one
     * @throws WeightFileException if it is damaged or lacks the metadata
     */
    public static TrainedModel read(Path file, boolean withUpdater) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ModelMetadata metadata = metadata(file, description(file, zip));
            checkCoefficients(file, zip);
            ComputationGraph network = ModelSerializer.restoreComputationGraph(file.toFile(), withUpdater);
            if (withUpdater) {
                FusedGraphUpdater.install(network);
            }
            return new TrainedModel(network, metadata);
        } catch (ZipException e) {
            throw new WeightFileException(file, "is no model file, or a damaged one: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new WeightFileException(file, "is a damaged model file: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the weights of a model file, without a network and so without ND4J.
     *
     * @return empty if the file does not say that its network is the one that its metadata names, or its parameters
     *     are not of single precision: then only {@link #read} knows them
     * @throws WeightFileException if it is damaged or lacks the metadata
     */
    public static Optional<ModelWeights> readWeights(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            String description = description(file, zip);
            ModelMetadata metadata = metadata(file, description);
            JsonNode layers = JSON.readTree(description).path(LAYERS_FIELD);
            ZipEntry coefficients = zip.getEntry(COEFFICIENTS_ENTRY);
            if (layers.isEmpty() || coefficients == null) {
                return Optional.empty();
            }
            List<String> order = new ArrayList<>();
            layers.forEach(layer -> order.add(layer.asText()));
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(zip.getInputStream(coefficients)))) {
                return FlatParameters.read(file, in, coefficients.getSize(), metadata, order);
            }
        } catch (ZipException e) {
            throw new WeightFileException(file, "is no model file, or a damaged one: " + e.getMessage(), e);
        }
    }

    private static String description(Path file, ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(METADATA_ENTRY);
        if (entry == null) {
            throw new WeightFileException(file, "lacks the entry " + METADATA_ENTRY
                    + ": it was not written by shufflenet4j, so its classes and preprocessing are unknown");
        }
        return new String(bytes(file, zip, entry), StandardCharsets.UTF_8);
    }

    private static ModelMetadata metadata(Path file, String description) throws WeightFileException {
        try {
            return ModelMetadata.ofJson(description);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new WeightFileException(file, "has a damaged entry " + METADATA_ENTRY + ": "
                    + e.getOriginalMessage(), e);
        }
    }

    /** ND4J believes the length that the parameters' header gives; believe the configuration first. */
    private static void checkCoefficients(Path file, ZipFile zip) throws IOException {
        ZipEntry configuration = zip.getEntry(CONFIGURATION_ENTRY);
        ZipEntry coefficients = zip.getEntry(COEFFICIENTS_ENTRY);
        if (configuration == null || coefficients == null) {
            throw new WeightFileException(file, "is no model file: it lacks " + CONFIGURATION_ENTRY + " or "
                    + COEFFICIENTS_ENTRY);
        }
        ComputationGraphConfiguration conf = ComputationGraphConfiguration.fromJson(
                new String(bytes(file, zip, configuration), StandardCharsets.UTF_8));
        ComputationGraph network = new ComputationGraph(conf);
        network.init();
        long expected = network.numParams() * network.params().dataType().width();
        long actual = coefficients.getSize();
        if (actual < expected || actual > expected + MAX_ARRAY_HEADER_BYTES) {
            throw new WeightFileException(file, "is damaged: its parameters take " + actual
                    + " bytes, but its configuration describes " + expected);
        }
    }

    private static byte[] bytes(Path file, ZipFile zip, ZipEntry entry) throws IOException {
        if (entry.getSize() > MAX_JSON_BYTES) {
            throw new WeightFileException(file, "has an entry " + entry.getName() + " of " + entry.getSize()
                    + " bytes, more than any model file needs");
        }
        try (InputStream content = zip.getInputStream(entry)) {
            return content.readNBytes((int) MAX_JSON_BYTES);
        }
    }
}
