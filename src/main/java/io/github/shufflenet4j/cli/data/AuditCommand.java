package io.github.shufflenet4j.cli.data;

import java.nio.file.Path;
import java.util.Optional;

import org.apache.commons.io.FilenameUtils;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.github.shufflenet4j.audit.AuditResult;
import io.github.shufflenet4j.audit.DatasetAudit;
import io.github.shufflenet4j.audit.Finding.Kind;
import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.ConsoleProgress;
import io.github.shufflenet4j.cli.model.ExifOption;
import io.github.shufflenet4j.cli.model.ModelArgument;
import io.github.shufflenet4j.data.source.Location;
import io.github.shufflenet4j.inference.FeatureExtractor;
import io.github.shufflenet4j.io.AtomicFile;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;

/** {@code datasets audit}. */
@Command(name = "audit", mixinStandardHelpOptions = true,
        description = {"Look through photos for labels that are probably wrong, duplicates within and across train and"
            + " val, odd ones out, and unreadable files.",
            "Writes a page with pictures, FILE.tsv with a line for each finding, and FILE-exclude.tsv, the images to"
                + " leave out by 'train --exclude': edit it first. The images stay as they are."},
        footer = {"", "Example: shufflenet datasets audit --data flowers --output audit.html",
            "Example: shufflenet train --data flowers --exclude audit-exclude.tsv --output runs/flowers"})
final class AuditCommand extends ConsoleCommand {

    private static final String PAGE_ENDING = ".html";

    @Option(names = "--data", required = true, paramLabel = "DIR",
            description = "Folder of class folders, or with train and val, or train.tsv and val.tsv, or of WebDataset's"
                    + " tar files; or a list.")
    private Path data;

    @Option(names = "--weights", paramLabel = "FILE", defaultValue = "imagenet",
            description = "Weights whose features are compared: " + ModelArgument.KINDS + " Default: imagenet:x1_0.")
    private ModelArgument weights;

    @Option(names = "--variant", paramLabel = "V",
            description = "Width for '--weights imagenet': x0_5, x1_0, x1_5 or x2_0. Default: x1_0.")
    private String variant;

    @Option(names = "--output", paramLabel = "FILE.html", defaultValue = "audit.html",
            description = "Page to write. The other files are beside it. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Mixin
    private ExifOption exif;

    @Override
    public Integer call() throws Exception {
        String name = output.getFileName().toString();
        if (!name.endsWith(PAGE_ENDING)) {
            throw usage("--output must end in " + PAGE_ENDING + ", got " + output);
        }
        Path table = output.resolveSibling(FilenameUtils.removeExtension(name) + ".tsv");
        Path exclusions = output.resolveSibling(FilenameUtils.removeExtension(name) + "-exclude.tsv");
        for (Path file : new Path[] {output, table, exclusions}) {
            WriteCheck.file(file);
        }
        FeatureExtractor extractor = exif.apply(FeatureExtractor.load(weights.file(spec(),
                checked(() -> Optional.ofNullable(variant).map(ShuffleNetV2Variant::of)))));
        AuditResult result;
        try (ConsoleProgress progress = progress()) {
            result = new DatasetAudit(extractor, progress::start).run(Location.of(data));
        }
        result.page().write(output);
        AtomicFile.writeText(table, result.toTsv());
        AtomicFile.writeText(exclusions, result.exclusions());
        out().printf("%d images of %d classes%n", result.images().size(), result.images().classes().size());
        for (Kind kind : Kind.values()) {
            out().printf("%-16s %5d%n", kind.label(), result.findings(kind).size());
        }
        out().printf("shown in %s, listed in %s; %d images to leave out by --exclude %s%n", output, table,
                result.excluded(), exclusions);
        return 0;
    }
}
