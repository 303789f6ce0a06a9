package io.github.shufflenet4j.benchmark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A running {@link ContestantProcess}, seen from the parent. */
final class Competitor implements AutoCloseable {

    private final Contestant contestant;
    private final String label;
    private final Process process;
    private final BufferedReader output;
    private final PrintWriter input;
    private final List<double[]> rounds = new ArrayList<>();

    private Competitor(Contestant contestant, String label, Process process) {
        this.contestant = contestant;
        this.label = label;
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    /** Why a contestant does not take part. */
    static final class CannotRun extends Exception {

        private static final long serialVersionUID = 1;

        CannotRun(String message) {
            super(message);
        }
    }

    /**
     * Starts the contestant's process and waits until its first step is done.
     *
     * @param label in the results
     * @param java  home of the JDK or JRE that runs it
     * @param log   file that its standard error is added to
     * @throws CannotRun if it ends or says that it cannot
     */
    static Competitor start(Contestant contestant, String label, Path java, Cell cell, Path log)
            throws IOException, CannotRun {
        List<String> command = new ArrayList<>();
        command.add(java.resolve("bin").resolve("java").toString());
        command.addAll(contestant.javaOptions(cell));
        for (String property : List.of(DjlPyTorchSteps.TORCH_SCRIPT, OnnxRuntimeSteps.FILE)) {
            if (System.getProperty(property) != null) {
                command.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ContestantProcess.class.getName(),
                contestant.name()));
        command.addAll(cell.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(new File(log.toString())));
        builder.environment().putAll(contestant.environment(cell));
        Competitor competitor = new Competitor(contestant, label, builder.start());
        String answer = competitor.read().orElse("its process ended; see " + log);
        if (!answer.equals(ContestantProcess.READY)) {
            competitor.close();
            throw new CannotRun(answer.startsWith(ContestantProcess.SKIP)
                    ? answer.substring(ContestantProcess.SKIP.length()) : answer);
        }
        return competitor;
    }

    String label() {
        return label;
    }

    /** Steps for so many seconds, which do not count. */
    void warmUp(double seconds) throws IOException, CannotRun {
        run(seconds);
    }

    /** Steps for so many seconds, at least one. */
    void measure(double seconds) throws IOException, CannotRun {
        rounds.add(run(seconds));
    }

    private double[] run(double seconds) throws IOException, CannotRun {
        input.println(seconds);
        String answer = read().orElseThrow(() -> new CannotRun("its process ended in the middle"));
        return Arrays.stream(answer.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    /** Ends the process and sums up. */
    Measurement finish(Cell cell) throws IOException, CannotRun {
        input.close();
        String answer = read().orElseThrow(() -> new CannotRun("its process ended without a summary"));
        double peak = Double.parseDouble(answer.substring(ContestantProcess.PEAK.length()));
        return Measurement.of(contestant, label, cell, rounds, peak);
    }

    private Optional<String> read() throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(ContestantProcess.PREFIX)) {
                return Optional.of(line.substring(ContestantProcess.PREFIX.length()));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        input.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
