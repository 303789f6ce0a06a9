package io.github.shufflenet4j.training;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.nd4j.linalg.api.ndarray.INDArray;

import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.io.FileMutex;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.modelfile.CheckedModelFile;
import io.github.shufflenet4j.modelfile.ModelFile;
import io.github.shufflenet4j.weights.TrainedModel;
import io.github.shufflenet4j.weights.WeightFileException;

/** The files of a run, each written atomically. */
final class RunFiles {

    /** Folder of the checkpoints within that of the run. */
    static final String CHECKPOINTS = "checkpoints";
    static final String LOCK = "run.lock";

    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d+)\\.zip");
    /** Left behind by {@link AtomicFile} when the process is killed while it writes. */
    private static final Pattern UNFINISHED =
            Pattern.compile(".+\\.(zip|csv|yaml|html|json|tsv|txt)\\.[0-9a-f]+\\.tmp");

    private final Path output;
    private final int keep;
    private final CheckpointWriter writer;

    /** Writes a checkpoint; tests simulate a full disk here. */
    interface CheckpointWriter {
        void write(CheckedModelFile content, Path file) throws IOException;
    }

    interface FileWriter {
        void write(Path file) throws IOException;
    }

    record Found(Path file, CheckedModelFile content) {
    }

    RunFiles(Path output, int keep) {
        this(output, keep, CheckedModelFile::write);
    }

    RunFiles(Path output, int keep, CheckpointWriter writer) {
        this.output = output;
        this.keep = keep;
        this.writer = writer;
    }

    /**
     * Locks the folder against other runs, in this process and in others, until it is closed or the process ends.
     *
     * @throws IOException if another run uses the folder; the message names its process
     */
    FileMutex lock() throws IOException {
        Files.createDirectories(output);
        try {
            return FileMutex.acquireNow(output.resolve(LOCK));
        } catch (FileMutex.HeldException e) {
            throw new IOException(output + ": another run uses it"
                    + (e.process().isPresent() ? ", process " + e.process().getAsLong() : "")
                    + "; wait until it has ended, or choose another output folder", e);
        }
    }

    /** Creates the folders and removes unfinished files of a killed process. */
    void prepare() throws IOException {
        Files.createDirectories(keep == 0 ? output : output.resolve(CHECKPOINTS));
        for (Path folder : List.of(output, output.resolve(CHECKPOINTS))) {
            for (Path file : list(folder)) {
                if (UNFINISHED.matcher(file.getFileName().toString()).matches()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** As {@link Trainer#requireUnused}. */
    void requireUnused() throws IOException {
        if (Files.isRegularFile(output)) {
            throw new IOException(output + ": is a file; choose a folder for the run");
        }
        WriteCheck.folder(output);
        if (Files.exists(output.resolve(LOCK))) {
            lock().close(); // unless somebody else holds it
        }
        requireFresh();
    }

    /** @throws IOException if the folder holds a run */
    void requireFresh() throws IOException {
        for (String name : List.of(Trainer.MODEL_FILE, Trainer.LAST_FILE, Trainer.METRICS_FILE, CHECKPOINTS)) {
            if (name.equals(CHECKPOINTS) ? hasCheckpoints() : Files.exists(output.resolve(name))) {
                throw new IOException(output + ": already holds a run (" + name
                        + "); choose another output folder or remove it, or resume the run with --resume");
            }
        }
    }

    /**
     * Writes a file of the run.
     *
     * @throws IOException naming the file, the fault and how to resume the run
     */
    void write(String name, FileWriter content) throws IOException {
        Path file = output.resolve(name);
        try {
            content.write(file);
        } catch (IOException e) {
            String reason = e instanceof FileSystemException system && system.getReason() != null
                    ? system.getReason() : String.valueOf(e.getMessage());
            List<Path> whole = checkpoints();
            throw new IOException(file + ": cannot be written (" + reason + "); " + (whole.isEmpty()
                    ? "make room and start again"
                    : whole.get(0) + " is whole: make room and go on with --resume " + output), e);
        }
    }

    void writeText(String name, String text) throws IOException {
        write(name, file -> AtomicFile.writeText(file, text));
    }

    /** Writes a checkpoint, then removes those that need not be kept, and returns the file. */
    Path writeCheckpoint(CheckedModelFile content, int iteration, int bestIteration) throws IOException {
        String name = String.format(Locale.ROOT, CHECKPOINTS + "/checkpoint-%09d.zip", iteration);
        write(name, file -> writer.write(content, file));
        int kept = 0;
        for (Path file : checkpoints()) {
            int other = iteration(file);
            // A later one is damaged: the run was resumed from one before it.
            boolean newest = other <= iteration && kept++ < keep;
            if (!newest && other != bestIteration) {
                Files.deleteIfExists(file);
            }
        }
        return output.resolve(name);
    }

    private static int iteration(Path checkpoint) {
        Matcher name = CHECKPOINT.matcher(checkpoint.getFileName().toString());
        return name.matches() ? Integer.parseInt(name.group(1)) : -1;
    }

    /** Whether there is a checkpoint, readable or not. */
    boolean hasCheckpoints() throws IOException {
        return !checkpoints().isEmpty();
    }

    /** The parameters of the network that the run started from. */
    INDArray startParameters(TrainedModel like) throws IOException {
        Path file = output.resolve(Trainer.START_FILE);
        INDArray parameters = ModelFile.read(file, false).network().params();
        WeightFileException.throwIf(parameters.length() != like.network().numParams(), file,
                "is not the network that the run started from; restore it, or start another run");
        return parameters;
    }

    /** The newest readable checkpoint; {@code unusable} receives the faults of newer ones. */
    Optional<Found> newestCheckpoint(Consumer<String> unusable) throws IOException {
        for (Path file : checkpoints()) {
            try {
                return Optional.of(new Found(file, CheckedModelFile.read(file)));
            } catch (WeightFileException e) {
                unusable.accept(e.getMessage());
            }
        }
        return Optional.empty();
    }

    /** The newest first. */
    private List<Path> checkpoints() throws IOException {
        return list(output.resolve(CHECKPOINTS)).stream().filter(file -> iteration(file) >= 0)
                .sorted((a, b) -> Integer.compare(iteration(b), iteration(a))).toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
