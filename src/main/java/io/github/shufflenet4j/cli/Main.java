package io.github.shufflenet4j.cli;

/** The command line's entry point. */
public final class Main {

    private Main() {
    }

    public static void main(String[] args) {
        throw new UnsupportedOperationException("no command yet");
    }
}
