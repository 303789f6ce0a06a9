package io.github.shufflenet4j.cli;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

import io.github.shufflenet4j.backend.BackendUnavailableException;
import io.github.shufflenet4j.backend.Backends;
import io.github.shufflenet4j.cli.console.Failures;
import io.github.shufflenet4j.cli.console.GlobalOptions;
import io.github.shufflenet4j.cli.data.DatasetsCommand;
import io.github.shufflenet4j.cli.model.CardCommand;
import io.github.shufflenet4j.cli.model.ExportCommand;
import io.github.shufflenet4j.cli.model.ImportCommand;
import io.github.shufflenet4j.cli.model.ModelArgument;
import io.github.shufflenet4j.cli.model.ReuseCommand;
import io.github.shufflenet4j.cli.model.SummaryCommand;
import io.github.shufflenet4j.cli.model.WeightsCommand;
import io.github.shufflenet4j.cli.predict.CalibrateCommand;
import io.github.shufflenet4j.cli.predict.EvaluateCommand;
import io.github.shufflenet4j.cli.predict.FeaturesCommand;
import io.github.shufflenet4j.cli.predict.ForwardCommand;
import io.github.shufflenet4j.cli.predict.PointingGameCommand;
import io.github.shufflenet4j.cli.predict.PredictCommand;
import io.github.shufflenet4j.cli.predict.ProbeCommand;
import io.github.shufflenet4j.cli.serve.ServeCommand;
import io.github.shufflenet4j.cli.training.LrFindCommand;
import io.github.shufflenet4j.cli.training.QuickstartCommand;
import io.github.shufflenet4j.cli.training.RunsCommand;
import io.github.shufflenet4j.cli.training.SparkTrainCommand;
import io.github.shufflenet4j.cli.training.TrainCommand;
import io.github.shufflenet4j.io.OneLine;
import io.github.shufflenet4j.io.download.FileCache;
import io.github.shufflenet4j.pretrained.PublishedWeights;

/** The command line's entry point, and the one place where exceptions become messages and exit codes. */
@Command(name = "shufflenet", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        description = "ShuffleNet V2 for the JVM: trains on a folder of photos, fine-tunes, evaluates, predicts.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:success", "1:a failure, explained in one line", "2:wrong usage",
            "3:--backend cuda, and CUDA cannot be used"},
        footer = {"", "Start with: shufflenet quickstart"})
public final class Main extends GlobalOptions implements Runnable {

    /** In the order of {@code --help}. */
    private static final List<Class<?>> COMMANDS = List.of(QuickstartCommand.class, PredictCommand.class,
            ServeCommand.class, TrainCommand.class, SparkTrainCommand.class, LrFindCommand.class, RunsCommand.class,
            ProbeCommand.class, EvaluateCommand.class, CalibrateCommand.class, PointingGameCommand.class,
            FeaturesCommand.class, ImportCommand.class, ExportCommand.class, WeightsCommand.class, CardCommand.class,
            SummaryCommand.class, GuidelinesCommand.class, ReuseCommand.class, ForwardCommand.class,
            DatasetsCommand.class, BackendsCommand.class, HelpCommand.class);

    private static final String LOGBACK_PROPERTY = "logback.configurationFile";
    /** Names the stream for this program's own messages, where the launcher filters what native code prints. */
    private static final String ERRORS_VARIABLE = "SHUFFLENET_ERRORS";

    private Main(List<PublishedWeights> registry, Supplier<FileCache> cache) {
        super(registry, cache);
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"shufflenet4j " + (version == null ? "(built from sources)" : version),
                "Java " + Runtime.version()};
        }
    }

    /** Runs the command after the backend has been selected. */
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

    /** Runs the command that the arguments name, and exits with its code. */
    public static void main(String[] args) {
        if (System.getProperty(LOGBACK_PROPERTY) == null) {
            System.setProperty(LOGBACK_PROPERTY, "io/github/shufflenet4j/cli/logback.xml");
        }
        // The words are English, whatever the language of the machine; so are the numbers.
        Locale.setDefault(Locale.ROOT);
        takeErrorStream();
        NativeVersions.accept();
        CommandLine line = commandLine(args);
        line.setOut(line.getOut()); // for the commands as well, which would have writers of their own
        int code = line.execute(args);
        line.getOut().flush();
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
    public static CommandLine commandLine(String... args) {
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
        throw new CommandLine.ParameterException(command(), "name a command");
    }

    private static int explainUsage(CommandLine.ParameterException failure, String[] args) {
        CommandLine command = failure.getCommandLine();
        PrintWriter error = command.getErr();
        error.println("error: " + OneLine.of(failure.getMessage()) + " (see '"
                + command.getCommandSpec().qualifiedName() + " --help')");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private int explainFailure(Exception failure, CommandLine command) {
        PrintWriter error = command.getErr();
        error.println("error: " + Failures.explain(failure));
        if (isVerbose()) {
            failure.printStackTrace(error);
        }
        return failure instanceof BackendUnavailableException ? BACKEND_UNAVAILABLE
                : command.getCommandSpec().exitCodeOnExecutionException();
    }
}
