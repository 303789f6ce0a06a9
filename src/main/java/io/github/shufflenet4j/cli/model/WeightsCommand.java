package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.cli.console.GlobalOptions;
import io.github.shufflenet4j.cli.console.Json;
import io.github.shufflenet4j.cli.console.OutputFormat;
import io.github.shufflenet4j.io.download.FileCache;
import io.github.shufflenet4j.pretrained.PublishedWeights;

/** {@code weights}: the published ones, and the folder that keeps them. */
@Command(name = "weights", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        description = {"List and fetch published weights. Wherever a command takes weights, the name of published ones"
            + " serves as well.",
            "SHUFFLENET_CACHE names the folder that keeps them (default: $XDG_CACHE_HOME/shufflenet4j, or"
                + " ~/.cache/shufflenet4j), SHUFFLENET_MIRROR another address to fetch them from; SHUFFLENET_OFFLINE=1"
                + " is --offline. HTTPS_PROXY and NO_PROXY are respected."},
        subcommands = {WeightsCommand.ListAll.class, WeightsCommand.Fetch.class, WeightsCommand.Where.class},
        footer = {"", "Example: shufflenet weights list"})
public final class WeightsCommand implements Runnable {

    @Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: list, fetch, path");
    }

    /** {@code weights list}. */
    @Command(name = "list", mixinStandardHelpOptions = true,
            description = "List published weights with their accuracy on ImageNet's validation images.",
            footer = {"", "Example: shufflenet weights list --format json"})
    static final class ListAll implements Callable<Integer> {

        @Option(names = "--format", defaultValue = "text", description = "text or json. Default: ${DEFAULT-VALUE}.")
        private OutputFormat format;

        @Spec
        private CommandLine.Model.CommandSpec spec;

        /** A line of the JSON output; {@code path} is null unless the file is in the cache. */
        private record Row(String name, String source, String licence, double top1, double top5, int resize, int crop,
                           String address, String sha256, String recipe, String path) {
        }

        @Override
        public Integer call() throws Exception {
            FileCache cache = GlobalOptions.of(spec).cache();
            PrintWriter out = spec.commandLine().getOut();
            if (format == OutputFormat.TEXT) {
                out.printf("%-14s %7s %7s  %-13s %-7s %s%n", "name", "top-1", "top-5", "licence", "cached", "source");
            }
            for (PublishedWeights weights : GlobalOptions.of(spec).registry()) {
                Optional<Path> file = cache.find(weights.file());
                if (format == OutputFormat.JSON) {
                    out.println(Json.line(new Row(weights.name(), weights.source(), weights.licence(), weights.top1(),
                            weights.top5(), weights.preprocessing().resize(), weights.preprocessing().crop(),
                            weights.address().toString(), weights.sha256().prefix(), weights.recipe().toString(),
                            file.map(Path::toString).orElse(null))));
                } else {
                    out.printf("%-14s %7.3f %7.3f  %-13s %-7s %s%n", weights.name(), weights.top1(), weights.top5(),
                            weights.licence(), file.isPresent() ? "yes" : "no", weights.source());
                }
            }
            return 0;
        }
    }

    /** {@code weights fetch}. */
    @Command(name = "fetch", mixinStandardHelpOptions = true,
            description = "Download published weights into the cache, check them, and print where they are.",
            footer = {"", "Example: shufflenet weights fetch imagenet:x1_0"})
    static final class Fetch implements Callable<Integer> {

        @Option(names = "--all", description = "All that 'weights list' lists.")
        private boolean all;

        @Parameters(paramLabel = "NAME", arity = "0..*", description = "Names as 'weights list' prints them.")
        private List<ModelArgument> names = List.of();

        @Spec
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            if (all != names.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "name weights, as in imagenet:x1_0, or say --all");
            }
            for (PublishedWeights weights : all ? GlobalOptions.of(spec).registry() : named(spec, names)) {
                spec.commandLine().getOut().println(ModelArgument.fetch(spec, weights));
            }
            return 0;
        }
    }

    /** {@code weights path}. */
    @Command(name = "path", mixinStandardHelpOptions = true,
            description = "Print the file in the cache that holds published weights, which must have been fetched;"
                    + " without a name, the cache's folder.",
            footer = {"", "Example: shufflenet weights path imagenet:x1_0"})
    static final class Where implements Callable<Integer> {

        @Parameters(paramLabel = "NAME", arity = "0..1", description = "A name as 'weights list' prints it.")
        private ModelArgument name;

        @Spec
        private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            FileCache cache = GlobalOptions.of(spec).cache();
            PrintWriter out = spec.commandLine().getOut();
            if (name == null) {
                out.println(cache.folder());
                return 0;
            }
            PublishedWeights weights = named(spec, List.of(name)).get(0);
            out.println(cache.find(weights.file()).orElseThrow(() -> new IOException(cache.path(weights.file())
                    + ": is not here, or damaged; run 'shufflenet weights fetch " + weights.name() + "'")));
            return 0;
        }
    }

    private static List<PublishedWeights> named(CommandLine.Model.CommandSpec spec, List<ModelArgument> names) {
        List<PublishedWeights> named = new ArrayList<>();
        for (ModelArgument name : names) {
            named.add(name.published(spec).orElseThrow(() -> new ParameterException(spec.commandLine(),
                    "published weights have names such as imagenet:x1_0, see 'shufflenet weights list'")));
        }
        return named;
    }
}
