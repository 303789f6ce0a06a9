package io.github.shufflenet4j.cli.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.cli.console.FormatOption;
import io.github.shufflenet4j.io.download.FileCache;
import io.github.shufflenet4j.pretrained.PublishedWeights;

/** {@code weights}: published weights and their cache. */
@Command(name = "weights", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        description = {"List and fetch published weights, whose names all commands accept in place of files.",
            "SHUFFLENET_CACHE is the cache's folder (default: $XDG_CACHE_HOME/shufflenet4j, or"
                + " ~/.cache/shufflenet4j), SHUFFLENET_MIRROR the URI of a mirror; SHUFFLENET_OFFLINE=1"
                + " is --offline. HTTPS_PROXY and NO_PROXY are respected."},
        subcommands = {WeightsCommand.ListAll.class, WeightsCommand.Fetch.class, WeightsCommand.Where.class},
        footer = {"", "Example: shufflenet weights list"})
public final class WeightsCommand {

    @Command(name = "list", mixinStandardHelpOptions = true,
            description = "List published weights with their accuracy on ImageNet's validation images.",
            footer = {"", "Example: shufflenet weights list --format json"})
    static final class ListAll extends ConsoleCommand {

        @Mixin
        private FormatOption format;

        /** A line of the JSON output; {@code path} is null unless the file is in the cache. */
        private record Row(String name, String source, String licence, double top1, double top5, int resize, int crop,
                           String address, String sha256, String recipe, String path) {
        }

        @Override
        public Integer call() throws Exception {
            FileCache cache = globalOptions().cache();
            if (!format.isJson()) {
                out().printf("%-14s %7s %7s  %-13s %-7s %s%n", "name", "top-1", "top-5", "licence", "cached", "source");
            }
            for (PublishedWeights weights : globalOptions().registry()) {
                Optional<Path> file = cache.find(weights.file());
                if (format.isJson()) {
                    FormatOption.printJson(out(), new Row(weights.name(), weights.source(), weights.licence(),
                            weights.top1(), weights.top5(), weights.preprocessing().resize(),
                            weights.preprocessing().crop(), weights.uri().toString(), weights.sha256().prefix(),
                            weights.recipe().toString(), file.map(Path::toString).orElse(null)));
                } else {
                    out().printf("%-14s %7.3f %7.3f  %-13s %-7s %s%n", weights.name(), weights.top1(), weights.top5(),
                            weights.licence(), file.isPresent() ? "yes" : "no", weights.source());
                }
            }
            return 0;
        }
    }

    @Command(name = "fetch", mixinStandardHelpOptions = true,
            description = "Download published weights to the cache, verify them, and print their files.",
            footer = {"", "Example: shufflenet weights fetch imagenet:x1_0"})
    static final class Fetch extends Subcommand {

        @Option(names = "--all", description = "Fetch all published weights.")
        private boolean all;

        @Parameters(paramLabel = "NAME", arity = "0..*", description = "Names as 'weights list' prints them.")
        private List<ModelArgument> names = List.of();

        @Override
        public Integer call() throws Exception {
            if (all != names.isEmpty()) {
                throw usage("name weights, as in imagenet:x1_0, or --all");
            }
            List<PublishedWeights> chosen =
                    all ? globalOptions().registry() : names.stream().map(this::named).toList();
            for (PublishedWeights weights : chosen) {
                out().println(ModelArgument.fetch(spec(), weights));
            }
            return 0;
        }
    }

    @Command(name = "path", mixinStandardHelpOptions = true,
            description = "Print the cached file of fetched weights; without a name, the cache's folder.",
            footer = {"", "Example: shufflenet weights path imagenet:x1_0"})
    static final class Where extends Subcommand {

        @Parameters(paramLabel = "NAME", arity = "0..1", description = "A name as 'weights list' prints it.")
        private ModelArgument name;

        @Override
        public Integer call() throws Exception {
            FileCache cache = globalOptions().cache();
            if (name == null) {
                out().println(cache.folder());
                return 0;
            }
            PublishedWeights weights = named(name);
            out().println(cache.find(weights.file()).orElseThrow(() -> new IOException(cache.path(weights.file())
                    + ": missing or damaged; run 'shufflenet weights fetch " + weights.name() + "'")));
            return 0;
        }
    }

    private abstract static class Subcommand extends ConsoleCommand {

        final PublishedWeights named(ModelArgument name) {
            return name.published(spec()).orElseThrow(() -> usage(
                    "published weights have names such as imagenet:x1_0, see 'shufflenet weights list'"));
        }
    }
}
