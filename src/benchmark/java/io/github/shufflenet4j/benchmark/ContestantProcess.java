package io.github.shufflenet4j.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The process of one contestant in one cell. It warms up, says so, and then times a round of steps for every line
 * that it reads, so that it rests while the others have their turn.
 */
final class ContestantProcess {

    /** Begins every line meant for the parent; libraries print what they like. */
    static final String PREFIX = "@benchmark ";
    static final String READY = "ready";
    static final String SKIP = "skip ";
    static final String PEAK = "peak ";

    private ContestantProcess() {
    }

    /** {@code CONTESTANT MODE VARIANT BATCH THREADS}; a line on standard input is the seconds of a round. */
    public static void main(String[] arguments) throws IOException {
        List<String> words = Arrays.asList(arguments);
        Contestant contestant = Contestant.valueOf(words.get(0));
        Optional<Contestant.Step> step;
        try {
            step = contestant.step(Cell.of(words.subList(1, words.size())));
            step.ifPresent(Contestant.Step::run);
        } catch (RuntimeException | LinkageError e) {
            e.printStackTrace();
            say(SKIP + e);
            return;
        }
        if (step.isEmpty()) {
            say(SKIP + "it does not do that");
            return;
        }
        say(READY);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            say(round(step.get(), Double.parseDouble(line)));
        }
        say(PEAK + peakMebibytes());
        // Engines leave threads behind that would keep the process.
        System.exit(0);
    }

    /** Steps for so many seconds, at least one: the milliseconds of each. */
    private static String round(Contestant.Step step, double seconds) {
        StringJoiner times = new StringJoiner(" ");
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            long start = System.nanoTime();
            step.run();
            times.add(Double.toString((System.nanoTime() - start) / 1e6));
        } while (System.nanoTime() < end);
        return times.toString();
    }

    /** The most memory that this process has held: the kernel's high-water mark, or not a number without one. */
    private static double peakMebibytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return Double.NaN;
        }
        return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst().orElse(Double.NaN);
    }

    private static void say(String line) {
        System.out.println(PREFIX + line.replace('\n', ' '));
        System.out.flush();
    }
}
