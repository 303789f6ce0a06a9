package io.github.shufflenet4j.audit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

import io.github.shufflenet4j.audit.Finding.Kind;
import io.github.shufflenet4j.data.DataException;
import io.github.shufflenet4j.data.loader.DamagedImage;
import io.github.shufflenet4j.data.source.DataSplit;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.inference.FeatureExtractor;
import io.github.shufflenet4j.transfer.CrossValidation;

/**
 * Looks through a data set for labels that are probably wrong, duplicates within and across its parts, odd ones out,
 * and images that cannot be read. It judges by the features of a trained network, such as one of ImageNet. The same
 * images and weights give the same result.
 *
 * <pre>{@code
 * Path weights = PublishedWeights.imagenet(ShuffleNetV2Variant.X1_0).fetch();
 * AuditResult result = new DatasetAudit(FeatureExtractor.load(weights)).run(Location.of(Path.of("flowers")));
 * result.page().write(Path.of("audit.html"));
 * }</pre>
 */
public final class DatasetAudit {

    private final FeatureExtractor extractor;
    private final Progress progress;

    /** Receives the beginning of each task. */
    @FunctionalInterface
    public interface Progress {

        /** Returns what receives the number of units that are done. */
        IntConsumer start(String task, int total, String unit);
    }

    /** Without display of progress. */
    public DatasetAudit(FeatureExtractor extractor) {
        this(extractor, (task, total, unit) -> done -> { });
    }

    /** @param extractor gives the features that images are compared by */
    public DatasetAudit(FeatureExtractor extractor, Progress progress) {
        this.extractor = requireNonNull(extractor, "extractor");
        this.progress = requireNonNull(progress, "progress");
    }

    /**
     * Audits a data set.
     *
     * @param data in any form that {@link DataSplit} opens; not split if it is not divided by itself
     * @throws DataException if a part is faulty, no image can be read, or the features need more memory than Java may
     *                       use
     */
    public AuditResult run(Location data) throws IOException {
        PooledImages images = new PooledImages(DataSplit.openParts(data));
        ImageFeatures features =
                ImageFeatures.read(images, extractor, progress.start("features", images.size(), "images"));
        NearestNeighbours neighbours = NearestNeighbours.of(features.rows(), LabelErrors.NEIGHBOURS);
        boolean[] judged = judged(features.labels(), images.classes().size());
        List<LabelErrors.Doubt> doubts = doubts(features, neighbours, judged);
        Set<Integer> errors = new HashSet<>();
        doubts.stream().filter(LabelErrors.Doubt::error).forEach(doubt -> errors.add(doubt.image()));
        Findings findings = new Findings(data, images);
        findings.addDamaged(features.damaged());
        doubts.stream().sorted(Comparator.comparing(LabelErrors.Doubt::error).reversed())
                .forEach(doubt -> findings.add(doubt, features));
        Duplicates.find(images, features, neighbours).stream()
                .sorted(Comparator.comparing(Duplicates.Copy::exact).reversed()
                        .thenComparing(copy -> !images.areApart(copy.sample(), copy.original())))
                .forEach(findings::add);
        Outliers.find(features.rows(), features.labels(), images.classes().size(), image -> !errors.contains(image))
                .forEach(outlier -> findings.add(outlier, features));
        return new AuditResult(data, extractor.metadata().variant().toString(), images,
                IntStream.range(0, images.places().size()).mapToObj(part -> new AuditResult.Part(
                        images.places().get(part), Arrays.stream(images.sizes(part)).boxed().toList())).toList(),
                findings.list, IntStream.range(0, judged.length).filter(c -> !judged[c])
                        .mapToObj(images.classes()::get).toList());
    }

    /** Whether a class has enough images for each fold. */
    private static boolean[] judged(int[] labels, int classes) {
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        boolean[] judged = new boolean[classes];
        for (int c = 0; c < classes; c++) {
            judged[c] = counts[c] >= CrossValidation.FOLDS;
        }
        return judged;
    }

    private List<LabelErrors.Doubt> doubts(ImageFeatures features, NearestNeighbours neighbours, boolean[] judged) {
        if (IntStream.range(0, judged.length).filter(c -> judged[c]).count() < 2) {
            return List.of();
        }
        float[][] probabilities = CrossValidation.probabilities(features.rows(), features.labels(), judged.length,
                progress.start("labels", CrossValidation.FOLDS, "folds"));
        return LabelErrors.find(probabilities, features.labels(), neighbours, c -> judged[c]);
    }

    /** Findings by the names of images in the data set. */
    private static final class Findings {

        private final Location data;
        private final PooledImages images;
        private final boolean divided;
        private final List<Finding> list = new ArrayList<>();
        private final Set<Integer> unreadable = new HashSet<>();

        Findings(Location data, PooledImages images) {
            this.data = data;
            this.images = images;
            this.divided = images.places().size() > 1;
        }

        void addDamaged(List<DamagedImage> damaged) {
            Map<String, String> reasons = new HashMap<>();
            damaged.forEach(image -> reasons.put(image.name(), image.reason()));
            for (int sample = 0; sample < images.size() && !reasons.isEmpty(); sample++) {
                String reason = reasons.get(images.name(sample));
                if (reason != null) {
                    unreadable.add(sample);
                    add(Kind.UNREADABLE, sample, Optional.empty(), Double.NaN, -1, reason, true);
                }
            }
        }

        /** Validation without images that the network gets wrong would flatter it. */
        void add(LabelErrors.Doubt doubt, ImageFeatures features) {
            boolean training = images.part(features.samples()[doubt.image()]) == 0;
            add(doubt.error() ? Kind.LABEL_ERROR : Kind.DOUBTFUL_LABEL, features.samples()[doubt.image()],
                    Optional.of(new Finding.Suggestion(images.classes().get(doubt.suggested()), doubt.probability())),
                    doubt.selfConfidence(), -1, "", doubt.error() && training);
        }

        /** Copies are left out that a part has of images of another, or that a split might divide. */
        void add(Duplicates.Copy copy) {
            if (!unreadable.contains(copy.sample())) {
                boolean across = images.areApart(copy.sample(), copy.original());
                String given = images.classes().get(images.label(copy.original()));
                add(copy.exact() ? Kind.EXACT_DUPLICATE : Kind.NEAR_DUPLICATE, copy.sample(), Optional.empty(),
                        copy.match(), copy.original(), (across ? "across parts" : "")
                                + (images.label(copy.sample()) == images.label(copy.original()) ? ""
                                : (across ? ", " : "") + "the other is labelled " + given), across || !divided);
            }
        }

        void add(Outliers.Outlier outlier, ImageFeatures features) {
            add(Kind.OUTLIER, features.samples()[outlier.image()], Optional.empty(), outlier.score(), -1, "", false);
        }

        private void add(Kind kind, int sample, Optional<Finding.Suggestion> suggested, double score, int original,
                         String detail, boolean excluded) {
            list.add(new Finding(kind, sample, images.nameWithin(data, sample), images.classes().get(
                    images.label(sample)), suggested, score, original,
                    original < 0 ? Optional.empty() : Optional.of(images.nameWithin(data, original)), detail,
                    excluded));
        }
    }
}
