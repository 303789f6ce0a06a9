package io.github.shufflenet4j.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.management.OperatingSystemMXBean;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.image.ImageDecoder;
import io.github.shufflenet4j.data.loader.Batch;
import io.github.shufflenet4j.data.loader.BatchLoader;
import io.github.shufflenet4j.data.source.ImageSource;
import io.github.shufflenet4j.data.transform.Preprocessing;
import io.github.shufflenet4j.data.transform.TrainTransform;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.model.ShuffleNetV2;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/**
 * How fast images arrive: read, decoded, and made into batches by random crop, flip and normalisation, in rounds that
 * alternate, each over the same images; and how long a training step waits for them.
 */
@Command(name = "benchmark.sh pipeline", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Times reading, decoding and augmenting images, and prints a Markdown table.")
public final class PipelineBenchmark implements Callable<Integer> {

    private static final long SEED = 1;
    private static final int WARM_UP = 2;

    @Option(names = "--data", required = true, paramLabel = "DATA",
            description = "Folder of class folders or of WebDataset's tar files, or a list of paths and classes.")
    private Path data;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the measurements to FILE, too.")
    private Path json;

    @Option(names = "--size", paramLabel = "PIXELS", defaultValue = "224",
            description = "Side of the network's input. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(names = "--batch", paramLabel = "B", defaultValue = "32",
            description = "Images in a batch. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--threads", split = ",", paramLabel = "LIST", defaultValue = "1,2",
            description = "Threads that make batches. Default: ${DEFAULT-VALUE}.")
    private List<Integer> threads;

    @Option(names = "--variant", paramLabel = "V", defaultValue = "x0_5", converter = Benchmark.VariantConverter.class,
            description = "Network that is trained on the images, to see how long it waits. Default: ${DEFAULT-VALUE}.")
    private ShuffleNetV2Variant variant;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5",
            description = "Times that each is measured, after two that do not count. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    private ImageSource images;
    private TrainTransform transform;

    /**
     * What is measured.
     *
     * @param name    of the row
     * @param threads that work
     * @param pass    goes through the images once; returns how many there were
     */
    private record Subject(String name, int threads, Pass pass) {
    }

    /** Goes through the images once, as in the given epoch. */
    @FunctionalInterface
    private interface Pass {
        int run(int epoch) throws IOException;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PipelineBenchmark()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        images = ImageSource.open(data);
        if (images.size() < batch) {
            throw new DataException(data + ": " + images.size() + " images make no batch of " + batch);
        }
        transform = TrainTransform.standard(size, Preprocessing.torchvision(size));
        List<Subject> subjects = subjects();
        List<Timing> timings = measure(subjects);
        double waiting = waitingShare();
        List<Map<String, Object>> rows = new ArrayList<>();
        System.out.print("| what | threads | ms per image | rounds | CPU ms per image | images per s |\n"
                + "| --- | ---: | ---: | --- | ---: | ---: |\n");
        for (int i = 0; i < subjects.size(); i++) {
            Subject subject = subjects.get(i);
            Timing timing = timings.get(i);
            double median = median(timing.wall());
            double cpu = median(timing.cpu());
            System.out.printf(Locale.ROOT, "| %s | %d | %.2f | %.2f to %.2f | %.2f | %.0f |%n", subject.name(),
                    subject.threads(), median, timing.wall()[0], timing.wall()[rounds - 1], cpu, 1000 / median);
            rows.add(row(subject.name(), subject.threads(), Map.of("ms_per_image", median, "cpu_ms_per_image", cpu)));
        }
        int workers = Workers.shared().size();
        System.out.printf(Locale.ROOT, "%nTraining %s on %d threads waits for images in %.1f %% of its time.%n",
                variant.label(), workers, 100 * waiting);
        rows.add(row("training " + variant.label(), workers, Map.of("waiting_share", waiting)));
        if (json != null) {
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValue(json.toFile(), rows);
        }
        return 0;
    }

    private static Map<String, Object> row(String name, int threads, Map<String, Double> quantities) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("what", name);
        row.put("threads", threads);
        row.putAll(quantities);
        return row;
    }

    private List<Subject> subjects() {
        List<Subject> subjects = new ArrayList<>();
        subjects.add(new Subject("read", 1, epoch -> {
            for (int sample = 0; sample < images.size(); sample++) {
                images.read(sample);
            }
            return images.size();
        }));
        subjects.add(new Subject("read, decode whole", 1, epoch -> {
            for (int sample = 0; sample < images.size(); sample++) {
                ImageDecoder.decode(images.read(sample), images.name(sample));
            }
            return images.size();
        }));
        for (int count : threads) {
            subjects.add(new Subject("read, decode, augment, batch", count, epoch -> {
                int seen = 0;
                try (BatchLoader loader = loader(epoch, count)) {
                    for (Batch next = loader.next(); next != null; next = loader.next()) {
                        seen += next.size();
                        loader.recycle(next);
                    }
                }
                return seen;
            }));
        }
        return subjects;
    }

    /** Whoever asks for a batch that is not ready helps to make it, and so is one of the threads. */
    private BatchLoader loader(int epoch, int count) {
        return BatchLoader.builder(images, transform).shuffled(SEED, epoch).batchSize(batch).dropLast(true)
                .threads(count - 1).open();
    }

    /**
     * How long a pass took, in milliseconds an image.
     *
     * @param wall by the clock, one for each round
     * @param cpu  of all threads of the process: on a machine with other work to do the steadier figure
     */
    private record Timing(double[] wall, double[] cpu) {
    }

    private List<Timing> measure(List<Subject> subjects) throws IOException {
        List<Timing> timings = new ArrayList<>();
        subjects.forEach(subject -> timings.add(new Timing(new double[rounds], new double[rounds])));
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int i = 0; i < timings.size(); i++) {
                long cpu = system.getProcessCpuTime();
                long start = System.nanoTime();
                int seen = subjects.get(i).pass().run(round + WARM_UP);
                if (round >= 0) {
                    timings.get(i).wall()[round] = (System.nanoTime() - start) / 1e6 / seen;
                    timings.get(i).cpu()[round] = (system.getProcessCpuTime() - cpu) / 1e6 / seen;
                }
            }
        }
        return timings;
    }

    /** Of values that are sorted by this. */
    private static double median(double[] values) {
        Arrays.sort(values);
        return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }

    /** The share of its time that a training loop spends in {@link BatchLoader#next}, after an epoch to warm up. */
    private double waitingShare() throws IOException {
        int classes = images.classes().size();
        ComputationGraph network = ShuffleNetV2.builder().variant(variant).numClasses(classes)
                .inputShape(transform.channels(), size, size).updater(new Nesterovs(0.01, 0.9)).build().init();
        long waited = 0;
        long total = 0;
        for (int epoch = 0; epoch < 2; epoch++) {
            waited = 0;
            long start = System.nanoTime();
            try (BatchLoader loader = BatchLoader.builder(images, transform).shuffled(SEED, epoch).batchSize(batch)
                    .dropLast(true).threads(Workers.shared().size()).open()) {
                long mark = System.nanoTime();
                for (Batch next = loader.next(); next != null; next = loader.next()) {
                    waited += System.nanoTime() - mark;
                    network.fit(new DataSet(
                            Nd4j.create(next.features(), new int[] {next.size(), transform.channels(), size, size}),
                            Nd4j.create(next.targets(classes), new int[] {next.size(), classes})));
                    loader.recycle(next);
                    mark = System.nanoTime();
                }
            }
            total = System.nanoTime() - start;
        }
        return (double) waited / total;
    }
}
