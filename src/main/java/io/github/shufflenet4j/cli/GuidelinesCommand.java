package io.github.shufflenet4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import io.github.shufflenet4j.guidelines.GuidelineBenchmark;
import io.github.shufflenet4j.guidelines.GuidelineResults;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code guidelines}: benchmarks of the paper's guidelines. */
@Command(name = "guidelines", mixinStandardHelpOptions = true,
        description = {"Measure tables 1 to 4 and 8 of the paper on this machine, and report which of its guidelines"
            + " hold.", "",
            "Runs on this library's kernels, and on ONNX Runtime if it is on the class path (SHUFFLENET_CLASS_PATH)."
            + " Writes report.html, findings.md, guidelines.csv and networks.csv. Takes a quarter of an hour on an"
            + " otherwise idle machine. Default of --threads: 1, as in the paper."},
        footer = {"", "Example: shufflenet guidelines --output guidelines --quick"})
final class GuidelinesCommand implements Callable<Integer> {

    @Option(names = "--output", required = true, paramLabel = "DIR",
            description = "Folder for the report; created if it does not exist.")
    private Path output;

    @Option(names = "--quick", description = "Short run of about three minutes: no x4 columns, and no networks of more"
            + " than 160 million multiply-adds.")
    private boolean quick;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (System.getProperty(Workers.THREADS_PROPERTY) == null) {
            System.setProperty(Workers.THREADS_PROPERTY, "1");
        }
        WriteCheck.folder(output);
        PrintWriter progress = spec.commandLine().getErr();
        GuidelineResults results = new GuidelineBenchmark(quick, step -> progress.println("measuring " + step)).run();
        results.findings().forEach(out::println);
        results.write(output).forEach(file -> out.println("wrote " + file));
        return 0;
    }
}
