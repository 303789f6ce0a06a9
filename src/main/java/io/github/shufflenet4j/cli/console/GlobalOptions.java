package io.github.shufflenet4j.cli.console;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

import io.github.shufflenet4j.backend.BackendChoice;
import io.github.shufflenet4j.io.download.FileCache;
import io.github.shufflenet4j.kernel.concurrent.Workers;
import io.github.shufflenet4j.pretrained.PublishedWeights;

/** The options of all commands, and the registry of published weights. */
@Command
public abstract class GlobalOptions {

    /** The exit code if the requested backend cannot be used. */
    public static final int BACKEND_UNAVAILABLE = 3;

    private static final String BACKEND_VARIABLE = "SHUFFLENET_BACKEND";

    @Option(names = "--verbose", scope = ScopeType.INHERIT,
            description = "Show the stack trace of a failure.")
    private boolean verbose;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--threads", scope = ScopeType.INHERIT, paramLabel = "N",
            description = "Threads that compute and decode, without effect on results. Default: one per core.")
    private void threads(int count) {
        if (count < 1) {
            throw new CommandLine.ParameterException(command(), "--threads must be at least 1, got " + count);
        }
        System.setProperty(Workers.THREADS_PROPERTY, Integer.toString(count));
    }

    @Option(names = "--progress", scope = ScopeType.INHERIT, paramLabel = "SECONDS",
            defaultValue = "${env:SHUFFLENET_PROGRESS:-30}",
            description = "Seconds from one line of progress to the next where there is no terminal for a bar; 0 for no"
                    + " lines. Default: $SHUFFLENET_PROGRESS, else 30.")
    private void progress(double seconds) {
        if (!(seconds >= 0)) {
            throw new CommandLine.ParameterException(command(), "--progress must be at least 0, got " + seconds);
        }
        progressSeconds = seconds;
    }

    private double progressSeconds;

    @Option(names = "--offline", scope = ScopeType.INHERIT,
            description = "Download nothing; use cached files only.")
    private void offline(boolean offline) {
        if (offline) {
            System.setProperty(FileCache.OFFLINE_PROPERTY, "true");
        }
    }

    @Option(names = "--backend", scope = ScopeType.INHERIT, paramLabel = "B",
            description = "ND4J's backend: auto, cpu or cuda; auto is cuda if that can be used. Prediction"
                    + " uses the CPU unless it is cuda. Default: $" + BACKEND_VARIABLE + ", else auto.")
    private BackendChoice backend;

    private final List<PublishedWeights> registry;
    private final Supplier<FileCache> cache;

    public GlobalOptions(List<PublishedWeights> registry, Supplier<FileCache> cache) {
        this.registry = registry;
        this.cache = cache;
    }

    /** The options of {@code command}'s command line. */
    public static GlobalOptions of(CommandLine.Model.CommandSpec command) {
        return (GlobalOptions) command.root().userObject();
    }

    /** The top-level command, for messages about these options. */
    public CommandLine command() {
        return spec.commandLine();
    }

    /** Whether to show stack traces of failures. */
    public boolean isVerbose() {
        return verbose;
    }

    /** Seconds from one line of progress to the next; 0 for no lines. */
    public double progressSeconds() {
        return progressSeconds;
    }

    /** The published weights that commands know by name. */
    public List<PublishedWeights> registry() {
        return registry;
    }

    /** The cache of published weights, as configured by options and environment. */
    public FileCache cache() {
        return cache.get();
    }

    /** The value of the option, else of the environment variable, else auto. */
    public BackendChoice backend() {
        String variable = System.getenv(BACKEND_VARIABLE);
        if (backend != null || variable == null || variable.isBlank()) {
            return backend != null ? backend : BackendChoice.AUTO;
        }
        return Arrays.stream(BackendChoice.values())
                .filter(choice -> choice.name().equalsIgnoreCase(variable.strip())).findFirst()
                .orElseThrow(() -> new CommandLine.ParameterException(command(), BACKEND_VARIABLE
                        + " must be one of " + Arrays.stream(BackendChoice.values())
                        .map(choice -> choice.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "))
                        + ", not " + variable));
    }
}
