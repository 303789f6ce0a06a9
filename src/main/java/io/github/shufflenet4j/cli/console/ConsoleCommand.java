package io.github.shufflenet4j.cli.console;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.github.shufflenet4j.data.loader.DamagedImage;

/** A command with access to the command line that it belongs to. */
public abstract class ConsoleCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    protected final CommandSpec spec() {
        return spec;
    }

    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    protected final GlobalOptions globalOptions() {
        return GlobalOptions.of(spec);
    }

    /** The exception for wrong usage, exit code 2. */
    protected final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** See {@link #checked(CommandSpec, Supplier)}. */
    protected final <T> T checked(Supplier<T> factory) {
        return checked(spec, factory);
    }

    /**
     * Creates an object from a command's arguments.
     *
     * @throws ParameterException if the factory throws an {@link IllegalArgumentException}, with its message
     */
    public static <T> T checked(CommandSpec command, Supplier<T> factory) {
        try {
            return factory.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** Shows the command's progress. */
    protected final ConsoleProgress progress() {
        return new ConsoleProgress(spec);
    }

    /** Warns of images that could not be read. */
    protected final void warnOfSkipped(List<DamagedImage> images) {
        ConsoleProgress.warnOfSkipped(err(), images);
    }
}
