package io.github.shufflenet4j.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.apache.commons.io.file.PathUtils;

import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.preparation.DatasetDescription;
import io.github.shufflenet4j.data.preparation.DatasetPreparation;
import io.github.shufflenet4j.data.preparation.PreparationProgress;
import io.github.shufflenet4j.data.source.ImageManifest;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.data.source.TarShards;
import io.github.shufflenet4j.io.download.DownloadOptions;
import io.github.shufflenet4j.io.download.FileCache;
import io.github.shufflenet4j.modelfile.CheckedModelFile;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.modelfile.ModelZip;
import io.github.shufflenet4j.modelfile.WeightFiles;
import io.github.shufflenet4j.pretrained.ModelLoader;
import io.github.shufflenet4j.training.recipe.Recipe;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.WeightFileException;

/** The readers of files that may come from a stranger: how each is called, and what its files look like. */
enum FuzzedReader {

    MODEL(Seeds::models, zip(null), file -> ModelFile.read(file, true)),
    MODEL_WEIGHTS(Seeds::shuffleNets, zip(null), ModelZip::readWeights),
    CHECKPOINT(Seeds::checkpoints, zip(CheckedModelFile.SUMS_ENTRY), CheckedModelFile::read),
    PTH(Seeds::pth, zip(null), FuzzedReader::stateDict),
    LEGACY_PTH(Seeds::legacyPth, new PickleFormat(5), FuzzedReader::stateDict),
    TORCH_SCRIPT(Seeds::torchScript, zip(null), FuzzedReader::stateDict),
    PDPARAMS(Seeds::pdparams, new PickleFormat(1), FuzzedReader::stateDict),
    SAFETENSORS(Seeds::safetensors, new HeaderFormat(0, 8), FuzzedReader::stateDict),
    ONNX(Seeds::onnx, new ProtobufFormat(), FuzzedReader::stateDict),
    NPY(Seeds::npy, new HeaderFormat(8, 2), NpyFile::read),
    RECIPE(Seeds::recipes, Edits::text, file -> Recipe.read(file.toString())),
    DATASET(Seeds::datasets, Edits::text, file -> DatasetDescription.read(file.toString())),
    TAR_SHARD(Seeds::tarShards, new TarFormat(Edits::bytes), file -> all(TarShards.open(Location.of(file)))),
    IMAGE_LIST(Seeds::imageLists, Edits::text, file -> ImageManifest.open(Location.of(file))),
    TAR_ARCHIVE(Seeds::splitFolders, new TarFormat(Edits::bytes),
            file -> prepare(file, Seeds.description("split-folders", "tar"))),
    TGZ_ARCHIVE(Seeds::cifar10, new TarFormat(Edits::bytes).gzipped(),
            file -> prepare(file, Seeds.description("cifar-10", "tgz"))),
    ZIP_ARCHIVE(Seeds::tinyImageNet, zip(null), file -> prepare(file, Seeds.description("tiny-imagenet", "zip"))),
    JPEG(Seeds::jpeg, new JpegFormat()),
    PNG(Seeds::png, ChunkFormat.PNG),
    WEBP(Seeds::webp, ChunkFormat.RIFF),
    GIF(() -> Seeds.images("gif"), Edits::bytes),
    BMP(() -> Seeds.images("bmp"), Edits::bytes),
    TIFF(() -> Seeds.images("tiff"), Edits::bytes),
    PNM(Seeds::pnm, (file, choices) -> choices.oneIn(2) ? Edits.text(file, choices) : Edits.bytes(file, choices));

    /** What the file is called, and the dataset that is in it. */
    static final String NAME = "fuzzed";

    /** Where a file stays that stopped the whole virtual machine. */
    private static final Path FOLDER = Path.of("target", "fuzz");

    private final Seeds.Source source;
    private final Format format;
    private final Contract.Reading reading;
    private final long memory;
    private List<byte[]> seeds;

    FuzzedReader(Seeds.Source source, Format format, Contract.Reading reading) {
        this(source, format, reading, Contract.MEMORY);
    }

    /** An image may have as many pixels as fit the heap. */
    FuzzedReader(Seeds.Source source, Format format) {
        this(source, format, ImageDecoder::read, Runtime.getRuntime().maxMemory());
    }

    FuzzedReader(Seeds.Source source, Format format, Contract.Reading reading, long memory) {
        this.source = source;
        this.format = format;
        this.reading = reading;
        this.memory = memory;
    }

    private static Format zip(String sums) {
        return new ZipFormat(name -> name.endsWith(".pkl") ? new PickleFormat(1)
                : name.matches(".*\\.(json|txt|csv|properties)") ? Edits::text : Seeds::arrayHeader, sums);
    }

    private static Object stateDict(Path file) throws IOException {
        StateDict read = WeightFiles.read(file);
        try {
            return ModelLoader.loadWeights(file);
        } catch (WeightFileException e) { // as small files are no network
            if (!e.getMessage().contains(NAME)) {
                throw e;
            }
            return read;
        }
    }

    private static Object all(ImageSource images) throws IOException {
        for (int i = 0; i < images.size(); i++) {
            images.read(i);
        }
        return images;
    }

    private static Object prepare(Path file, String yaml) throws IOException {
        Path description = Files.writeString(FOLDER.resolve(NAME + ".yaml"), yaml);
        Path output = FOLDER.resolve("out");
        if (Files.exists(output)) {
            PathUtils.deleteDirectory(output);
        }
        FileCache offline = new FileCache(FOLDER.resolve("unused"), true, Optional.empty(), DownloadOptions.standard());
        return new DatasetPreparation(offline, PreparationProgress.NONE)
                .prepare(DatasetDescription.read(description.toString()), output, List.of(file), false);
    }

    /** Its method in {@link ReadersFuzzTest}. */
    String method() {
        String[] words = name().split("_");
        StringBuilder method = new StringBuilder(words[0].toLowerCase(Locale.ROOT));
        for (int i = 1; i < words.length; i++) {
            method.append(words[i].charAt(0)).append(words[i].substring(1).toLowerCase(Locale.ROOT));
        }
        return method.toString();
    }

    /** Files that are as they should be. All are read once before, so that no case has to wait for classes. */
    List<byte[]> seeds() throws IOException {
        if (seeds == null) {
            Files.createDirectories(FOLDER);
            seeds = source.files();
            for (byte[] seed : seeds) {
                reading.read(Files.write(FOLDER.resolve(NAME), seed));
            }
        }
        return seeds;
    }

    /**
     * Holds the reader to its contract.
     *
     * @return whether it gave a result
     */
    boolean check(byte[] content) throws IOException {
        seeds();
        return Contract.check(reading, Files.write(FOLDER.resolve(NAME), content), NAME, memory);
    }

    /** One of the seeds, changed as {@code script} decides. */
    byte[] edited(byte[] script) throws IOException {
        Choices choices = new Choices(script);
        return Format.apply(format, choices.of(seeds()), choices);
    }
}
