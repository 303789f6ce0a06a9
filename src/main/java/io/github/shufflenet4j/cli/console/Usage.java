package io.github.shufflenet4j.cli.console;

import java.util.function.Supplier;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What a command is called with, where only that which is made of it knows whether it can be. */
public final class Usage {

    private Usage() {
    }

    /**
     * Makes something of a command's arguments.
     *
     * @throws ParameterException where that throws an {@link IllegalArgumentException}, with its message
     */
    public static <T> T checked(CommandSpec command, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
