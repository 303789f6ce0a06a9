package io.github.shufflenet4j.cli;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.github.shufflenet4j.backend.BackendChoice;
import io.github.shufflenet4j.backend.BackendUnavailableException;
import io.github.shufflenet4j.backend.Backends;
import io.github.shufflenet4j.io.FileCache;
import io.github.shufflenet4j.kernel.Workers;
import io.github.shufflenet4j.weights.PublishedWeights;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line's entry point, and the one place where exceptions become messages and exit codes. */
@Command(name = "shufflenet", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "ShuffleNet V2 for the JVM: trains on a folder of photos, fine-tunes, evaluates, predicts.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:success", "1:a failure, explained in one line", "2:wrong usage",
            "3:--backend cuda, and CUDA cannot be used"},
        footer = {"", "Start with: shufflenet quickstart"})
public final class Main implements Runnable {

    /** The exit code where the backend that was asked for cannot be used. */
    static final int BACKEND_UNAVAILABLE = 3;

    /** In the order of {@code --help}. */
    private static final List<Class<?>> COMMANDS = List.of(QuickstartCommand.class, PredictCommand.class,
            TrainCommand.class, SparkTrainCommand.class, ProbeCommand.class, EvaluateCommand.class,
            FeaturesCommand.class, ImportCommand.class, ExportCommand.class, WeightsCommand.class, CardCommand.class,
            SummaryCommand.class, GuidelinesCommand.class, ForwardCommand.class, DatasetsCommand.class,
            BackendsCommand.class, HelpCommand.class);

    private static final String LOGBACK_PROPERTY = "logback.configurationFile";
    private static final String BACKEND_VARIABLE = "SHUFFLENET_BACKEND";
    /** Names the stream for this program's own messages, where the launcher filters what native code prints. */
    private static final String ERRORS_VARIABLE = "SHUFFLENET_ERRORS";

    @Option(names = "--verbose", scope = ScopeType.INHERIT,
            description = "Show the stack trace of a failure.")
    private boolean verbose;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--threads", scope = ScopeType.INHERIT, paramLabel = "N",
            description = "Threads that compute and decode; results do not depend on it. Default: one per core.")
    private void threads(int count) {
        if (count < 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--threads must be at least 1, got " + count);
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

    private Main(List<PublishedWeights> registry, Supplier<FileCache> cache) {
        this.registry = registry;
        this.cache = cache;
    }

    /** Published weights that have names on this command line. */
    List<PublishedWeights> registry() {
        return registry;
    }

    /** Where published weights are kept, as the options and the environment say. */
    FileCache cache() {
        return cache.get();
    }

    /** What to compute on, as the option or else the environment says. */
    BackendChoice backend() {
        return backend != null ? backend : backend(System.getenv(BACKEND_VARIABLE));
    }

    private BackendChoice backend(String variable) {
        if (variable == null || variable.isBlank()) {
            return BackendChoice.AUTO;
        }
        return Arrays.stream(BackendChoice.values())
                .filter(choice -> choice.name().equalsIgnoreCase(variable.strip())).findFirst()
                .orElseThrow(() -> new CommandLine.ParameterException(spec.commandLine(), BACKEND_VARIABLE
                        + " must be one of " + Arrays.stream(BackendChoice.values())
                        .map(choice -> choice.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "))
                        + ", not " + variable));
    }

    /** Runs the command that is named, once ND4J knows its backend. */
    private static final class RunOnBackend extends CommandLine.RunLast {

        @Override
        protected List<Object> handle(CommandLine.ParseResult parsed) {
            List<CommandLine> named = parsed.asCommandLineList();
            CommandLine command = named.get(named.size() - 1);
            try {
                if (!(command.getCommand() instanceof BackendsCommand)) { // which reports what would fail here
                    Backends.select(of(command.getCommandSpec()).backend());
                }
            } catch (BackendUnavailableException e) {
                throw new CommandLine.ExecutionException(command, e.getMessage(), e);
            }
            try {
                return super.handle(parsed);
            } catch (Error e) { // which picocli hands to no handler
                throw new CommandLine.ExecutionException(command, e.toString(), e);
            }
        }
    }

    /** The entry point above {@code command}. */
    static Main of(CommandLine.Model.CommandSpec command) {
        return (Main) command.root().userObject();
    }

    /** Runs the command that the arguments name, and exits with its code. */
    public static void main(String[] args) {
        if (System.getProperty(LOGBACK_PROPERTY) == null) {
            System.setProperty(LOGBACK_PROPERTY, "io/github/shufflenet4j/cli/logback.xml");
        }
        // The words are English, whatever the language of the machine; so are the numbers.
        Locale.setDefault(Locale.ROOT);
        takeErrorStream();
        NativeVersions.accept();
        int code = commandLine(args).execute(args);
        System.out.flush();
        System.exit(code);
    }

    private static void takeErrorStream() {
        String stream = System.getenv(ERRORS_VARIABLE);
        if (stream != null) {
            try {
                System.setErr(new PrintStream(new FileOutputStream(stream, true), true));
            } catch (FileNotFoundException e) {
                // A socket, say, which cannot be opened again: then messages go through the filter as well.
                System.err.flush();
            }
        }
    }

    /** The command line with all that these arguments may need, for tests as well. */
    static CommandLine commandLine(String... args) {
        return commandLine(PublishedWeights.all(), FileCache::standard, args);
    }

    /** The command line with other published weights, or another place for them. */
    static CommandLine commandLine(List<PublishedWeights> registry, Supplier<FileCache> cache, String... args) {
        Main main = new Main(registry, cache);
        CommandLine line = new CommandLine(main);
        commands(args).forEach(line::addSubcommand);
        return line.registerConverter(ModelArgument.class, ModelArgument::of)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionStrategy(new RunOnBackend())
                .setParameterExceptionHandler(Main::explainUsage)
                .setExecutionExceptionHandler((failure, command, parsed) -> main.explainFailure(failure, command));
    }

    /** The command that the first argument names, since describing all takes time; all of them if it names none. */
    private static List<Class<?>> commands(String... args) {
        List<Class<?>> named = COMMANDS.stream().filter(type -> args.length > 0
                && type.getAnnotation(Command.class).name().equals(args[0])).toList();
        return named.isEmpty() || named.contains(HelpCommand.class) ? COMMANDS : named;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
    }

    private static int explainUsage(CommandLine.ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter error = command.getErr();
        error.println("error: " + oneLine(failure.getMessage()) + " (see '"
                + command.getCommandSpec().qualifiedName() + " --help')");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private int explainFailure(Exception failure, CommandLine command) {
        PrintWriter error = command.getErr();
        error.println("error: " + Failures.explain(failure));
        if (verbose) {
            failure.printStackTrace(error);
        }
        return failure instanceof BackendUnavailableException ? BACKEND_UNAVAILABLE
                : command.getCommandSpec().exitCodeOnExecutionException();
    }

    static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
