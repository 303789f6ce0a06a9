package io.github.shufflenet4j.modelfile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.shufflenet4j.weights.Bytes;
import io.github.shufflenet4j.weights.ModelMetadata;
import io.github.shufflenet4j.weights.ModelWeights;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.ZipArchive;

/**
 * The zip of a {@linkplain ModelFile model file}: its entries, and its weights read without a network. Neither this
 * class nor those that it uses need ND4J and DL4J on the class path.
 */
public final class ModelZip {

    /** Name of the entry that holds the {@link ModelMetadata}. */
    static final String METADATA_ENTRY = "shufflenet4j.json";

    /** Field beside the metadata's: names of the layers, in the order of their parameters. */
    static final String LAYERS_FIELD = "layers";
    /**
     * Field beside the metadata's, of a file that stores its parameters in half precision: keys of the tensors that do
     * not fit it, whose values are in {@link #SINGLE_ENTRY} in this order.
     */
    static final String SINGLE_FIELD = "float32";
    static final String SINGLE_ENTRY = "float32.bin";
    static final String CONFIGURATION_ENTRY = "configuration.json";
    static final String COEFFICIENTS_ENTRY = "coefficients.bin";
    static final String UPDATER_ENTRY = "updaterState.bin";

    /** The names of all entries of a model file. */
    static final Set<String> ENTRIES =
            Set.of(METADATA_ENTRY, CONFIGURATION_ENTRY, COEFFICIENTS_ENTRY, SINGLE_ENTRY, UPDATER_ENTRY);

    /** Name of a checkpoint's entry with the checksums of the others. */
    static final String SUMS_ENTRY = "SHA256SUMS";

    /** Names of the entries that a checkpoint of training has beside those of a model file. */
    static final Set<String> CHECKPOINT_ENTRIES = Set.of(SUMS_ENTRY, "training.json", "recipe.yaml", "record.json",
            "average.bin",
            // Of earlier versions, which could share gradients on Spark; not used.
            "held-gradients.bin");

    private static final int MAX_METADATA_BYTES = 16 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelZip() {
    }

    /** Whether {@code file} is a zip with the entries of a DL4J model. */
    public static boolean isModelFile(Path file) {
        try (ZipArchive zip = ZipArchive.open(file)) {
            return zip.has(CONFIGURATION_ENTRY);
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads an entry of at most {@code limit} bytes. */
    @FunctionalInterface
    interface EntryReader {
        byte[] read(String name, long limit) throws IOException;
    }

    /**
     * Reads the weights of a model file, without a network and so without ND4J.
     *
     * @return empty if the file does not say that its network is the one that its metadata names, or its network does
     *     not compute in single precision: then only {@link ModelFile#read} knows them
     * @throws WeightFileException if it is damaged, lacks the metadata, or holds what no model file does
     */
    public static Optional<ModelWeights> readWeights(Path file) throws IOException {
        try (ZipArchive zip = open(file)) {
            String description = description(zip::read);
            ModelMetadata metadata = metadata(file, description);
            List<String> layers = names(description, LAYERS_FIELD).orElse(List.of());
            if (layers.isEmpty()) {
                return Optional.empty();
            }
            Optional<float[]> values = widened(file, zip::read, description);
            if (values.isEmpty()) {
                Bytes in = new Bytes(file, zip.read(COEFFICIENTS_ENTRY, FlatParameters.maxBytes(metadata)));
                if (!FlatArray.header(in.again()).isSinglePrecision()) {
                    return Optional.empty();
                }
                values = Optional.of(FlatArray.readFloats(in));
            }
            return Optional.of(FlatParameters.read(values.get(), metadata, layers));
        } catch (IllegalArgumentException e) {
            throw damaged(file, e);
        }
    }

    private static WeightFileException damaged(Path file, IllegalArgumentException e) {
        return new WeightFileException(file, "is damaged: " + e.getMessage(), e);
    }

    private static Optional<List<String>> names(String description, String field) throws IOException {
        JsonNode node = JSON.readTree(description).get(field);
        if (node == null) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        node.forEach(name -> names.add(name.asText()));
        return Optional.of(names);
    }

    /**
     * All parameters of a file that stores them in half precision, in the order of its network.
     *
     * @param description content of {@link #METADATA_ENTRY}
     * @return empty for any other file
     */
    static Optional<float[]> widened(Path file, EntryReader entries, String description) throws IOException {
        Optional<List<String>> keptSingle = names(description, SINGLE_FIELD);
        if (keptSingle.isEmpty()) {
            return Optional.empty();
        }
        ModelMetadata metadata = metadata(file, description);
        long limit = FlatParameters.maxBytes(metadata);
        float[] values = FlatArray.readFloats(new Bytes(file, entries.read(COEFFICIENTS_ENTRY, limit)));
        if (!keptSingle.get().isEmpty()) {
            float[] single = FlatArray.readFloats(new Bytes(file, entries.read(SINGLE_ENTRY, limit)));
            try {
                FlatParameters.replace(values, single, metadata, names(description, LAYERS_FIELD).orElse(List.of()),
                        keptSingle.get());
            } catch (IllegalArgumentException e) {
                throw damaged(file, e);
            }
        }
        return Optional.of(values);
    }

    /** @throws WeightFileException if it is no model file, or has unknown entries */
    static ZipArchive open(Path file) throws IOException {
        ZipArchive zip = ZipArchive.open(file);
        try {
            for (String name : List.of(CONFIGURATION_ENTRY, COEFFICIENTS_ENTRY)) {
                WeightFileException.throwIf(!zip.has(name), file, "is no model file: it lacks " + name);
            }
            WeightFileException.throwIf(!zip.has(METADATA_ENTRY), file, "lacks the entry " + METADATA_ENTRY
                    + ": it was not written by shufflenet4j, so its classes and preprocessing are unknown");
            for (String name : zip.names()) {
                WeightFileException.throwIf(!ENTRIES.contains(name) && !CHECKPOINT_ENTRIES.contains(name), file,
                        "has an entry '" + name + "', which no model file of this library has; it is not read");
            }
            return zip;
        } catch (WeightFileException e) {
            zip.close();
            throw e;
        }
    }

    static String description(EntryReader entries) throws IOException {
        return new String(entries.read(METADATA_ENTRY, MAX_METADATA_BYTES), StandardCharsets.UTF_8);
    }

    static ModelMetadata metadata(Path file, String description) throws WeightFileException {
        try {
            return ModelMetadata.ofJson(description);
        } catch (JsonProcessingException e) {
            throw new WeightFileException(file, "has a damaged entry " + METADATA_ENTRY + ": "
                    + e.getOriginalMessage(), e);
        }
    }
}
