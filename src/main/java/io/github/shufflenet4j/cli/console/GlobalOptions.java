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

/** The options that all commands share, and the published weights that commands know by name. */
@Command
public abstract class GlobalOptions {

    /** The exit code where the backend that was asked for cannot be used. */
    public static final int BACKEND_UNAVAILABLE = 3;

    private static final String BACKEND_VARIABLE = "SHUFFLENET_BACKEND";

    @Option(names = "--verbose", scope = ScopeType.INHERIT,
            description = "Show the stack trace of a failure.")
    private boolean verbose;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--threads", scope = ScopeType.INHERIT, paramLabel = "N",
            description = "Threads that compute and decode; results do not depend on it. Default: one per core.")
    private void threads(int count) {
        if (count < 1) {
            throw new CommandLine.ParameterException(command(), "--threads must be at least 1, got " + count);
        }
        System.setProperty(Workers.THREADS_PROPERTY, Integer.toString(count));
    }

    @Option(names = "--offline", scope = ScopeType.INHERIT,
            description = "Download nothing; what is asked for must be here already.")
    private void offline(boolean offline) {
        if (offline) {
            System.setProperty(FileCache.OFFLINE_PROPERTY, "true");
        }
    }

    @Option(names = "--backend", scope = ScopeType.INHERIT, paramLabel = "B",
            description = "What ND4J computes on: auto, cpu or cuda; auto is cuda where that can be used. Prediction"
                    + " needs no ND4J and leaves the CPU only for cuda. Default: $" + BACKEND_VARIABLE + ", else auto.")
    private BackendChoice backend;

    private final List<PublishedWeights> registry;
    private final Supplier<FileCache> cache;

    public GlobalOptions(List<PublishedWeights> registry, Supplier<FileCache> cache) {
        this.registry = registry;
        this.cache = cache;
    }

    /** The options of the command line that {@code command} belongs to. */
    public static GlobalOptions of(CommandLine.Model.CommandSpec command) {
        return (GlobalOptions) command.root().userObject();
    }

    /** The top-level command, for messages about these options. */
    public CommandLine command() {
        return spec.commandLine();
    }

    /** Whether failures come with their stack traces. */
    public boolean isVerbose() {
        return verbose;
    }

    /** Published weights that have names on this command line. */
    public List<PublishedWeights> registry() {
        return registry;
    }

    /** Where published weights are kept, as the options and the environment say. */
    public FileCache cache() {
        return cache.get();
    }

    /** What to compute on, as the option or else the environment says. */
    public BackendChoice backend() {
        return backend != null ? backend : backend(System.getenv(BACKEND_VARIABLE));
    }

    private BackendChoice backend(String variable) {
        if (variable == null || variable.isBlank()) {
            return BackendChoice.AUTO;
        }
        return Arrays.stream(BackendChoice.values())
                .filter(choice -> choice.name().equalsIgnoreCase(variable.strip())).findFirst()
                .orElseThrow(() -> new CommandLine.ParameterException(command(), BACKEND_VARIABLE
                        + " must be one of " + Arrays.stream(BackendChoice.values())
                        .map(choice -> choice.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "))
                        + ", not " + variable));
    }
}
