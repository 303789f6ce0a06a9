package io.github.shufflenet4j.cli;

import java.nio.file.Path;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.guidelines.GuidelineBenchmark;
import io.github.shufflenet4j.guidelines.GuidelineReport;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code guidelines}: benchmarks of the paper's guidelines. */
@Command(name = "guidelines", mixinStandardHelpOptions = true,
        description = {"Measure tables 1 to 4 and 8 of the paper on this machine, and report which of its guidelines"
            + " hold.", "",
            "Runs on this library's kernels, and on ONNX Runtime if it is on the class path (SHUFFLENET_CLASS_PATH)."
            + " Writes report.html, findings.md, guidelines.csv and networks.csv. Takes a quarter of an hour on an"
            + " otherwise idle machine. Default of --threads: 1, as in the paper."},
        footer = {"", "Example: shufflenet guidelines --output guidelines --quick"})
final class GuidelinesCommand extends ConsoleCommand {

    @Option(names = "--output", required = true, paramLabel = "DIR",
            description = "Folder for the report; created if it does not exist.")
    private Path output;

    @Option(names = "--quick", description = "Short run of about three minutes: no x4 columns, and no networks of more"
            + " than 160 million multiply-adds.")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        if (System.getProperty(Workers.THREADS_PROPERTY) == null) {
            System.setProperty(Workers.THREADS_PROPERTY, "1");
        }
        WriteCheck.folder(output);
        GuidelineReport report = new GuidelineBenchmark(quick, step -> err().println("measuring " + step)).run();
        report.findings().forEach(out()::println);
        report.write(output).forEach(file -> out().println("wrote " + file));
        return 0;
    }
}
