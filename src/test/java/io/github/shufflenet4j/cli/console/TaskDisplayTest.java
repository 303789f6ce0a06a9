package io.github.shufflenet4j.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.github.shufflenet4j.cli.console.TaskDisplay.Task;

class TaskDisplayTest {

    private final StringWriter err = new StringWriter();
    private long seconds = 1000;

    private TaskDisplay display(double interval) {
        return new TaskDisplay(new PrintWriter(err, true), false, interval, () -> TimeUnit.SECONDS.toNanos(seconds));
    }

    private static Task epoch(int number, int done) {
        return new Task("epoch " + number + "/2", done, 100, "steps", 1);
    }

    @Test
    void linesAreAnIntervalApart() {
        TaskDisplay display = display(30);
        display.start(epoch(1, 40));
        for (int step = 41; step <= 60; step++) {
            seconds += 4;
            display.moveTo(step, ", loss 0.5");
        }
        assertThat(err.toString().lines()).containsExactly(
                "epoch 1/2: 48 of 100 steps, 0.3 steps/s, 3 min 28 s left, loss 0.5",
                "epoch 1/2: 56 of 100 steps, 0.3 steps/s, 2 min 56 s left, loss 0.5");
    }

    @Test
    void shortTasksShareTheInterval() {
        TaskDisplay display = display(30);
        for (int number = 1; number <= 5; number++) {
            display.start(epoch(number, 0));
            seconds += 10;
            display.moveTo(50, "");
            display.close();
        }
        assertThat(err.toString().lines()).containsExactly("epoch 3/2: 50 of 100 steps, 5.0 steps/s, 10.0 s left");
    }

    @Test
    void bytesAreShownInTheirUnit() {
        TaskDisplay display = display(2);
        display.start(new Task("download", 1_000_000, 9_000_000, "MB", 1_000_000));
        seconds += 2;
        display.moveTo(1_000_000, "");
        seconds += 2;
        display.moveTo(5_000_000, "");
        assertThat(err.toString().lines()).containsExactly("download: 1.0 of 9.0 MB",
                "download: 5.0 of 9.0 MB, 1.0 MB/s, 4.0 s left");
    }

    @Test
    void zeroMeansNoLinesAndNothingIsShownBetweenTasks() {
        TaskDisplay silent = display(0);
        silent.start(epoch(1, 0));
        seconds += 100;
        silent.moveTo(1, "");
        TaskDisplay idle = display(1);
        seconds += 100;
        idle.moveTo(1, "");
        assertThat(err.toString()).isEmpty();
    }
}
