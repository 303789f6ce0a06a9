package io.github.shufflenet4j.cli.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import io.github.shufflenet4j.cli.console.ConsoleCommand;
import io.github.shufflenet4j.io.WriteCheck;
import io.github.shufflenet4j.report.Table;
import io.github.shufflenet4j.training.comparison.RunComparison;

/** {@code runs}: the folders that training writes. */
@Command(name = "runs", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        description = "Compare runs of 'train'.", subcommands = RunsCommand.Compare.class,
        footer = {"", "Example: shufflenet runs compare runs/a runs/b"})
public final class RunsCommand {

    @Command(name = "compare", mixinStandardHelpOptions = true,
            description = {"Compare runs by the folders that 'train --output' wrote: print their results and what"
                + " differs in recipe, data, seed and environment, and draw their curves on one page."},
            footer = {"", "Example: shufflenet runs compare runs/a runs/b --output comparison.html"})
    static final class Compare extends ConsoleCommand {

        private static final int WIDTH = 40;

        @Parameters(paramLabel = "RUN", arity = "2..*", description = "Folders of runs, finished or not.")
        private List<Path> folders;

        @Option(names = "--output", paramLabel = "FILE.html", defaultValue = "comparison.html",
                description = "Page to write. Default: ${DEFAULT-VALUE}.")
        private Path output;

        @Override
        public Integer call() throws Exception {
            WriteCheck.file(output);
            RunComparison comparison = new RunComparison(folders);
            comparison.page().write(output);
            out().println(comparison.results().toText());
            Optional<Table> differences = comparison.differences(WIDTH);
            out().println(differences.map(Table::toText)
                    .orElse("Recipe, data, seed and environment are the same.\n"));
            out().printf("curves in %s%n", output);
            return 0;
        }
    }
}
