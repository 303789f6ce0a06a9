package io.github.shufflenet4j.serving;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.apache.commons.lang3.Validate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shufflenet4j.io.OneLine;

/**
 * Loads models again when their files have been replaced. Looks at the files from time to time, since not every file
 * system reports changes. A file is loaded once it has stayed the same from one look to the next; if it is damaged, the
 * log says so, and the present version of the model stays.
 */
public final class ModelWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelWatcher.class);

    private final List<ServedModel> models;
    private final Map<ServedModel, FileState> seen = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "model-watcher");
        thread.setDaemon(true);
        return thread;
    });

    private ModelWatcher(Collection<ServedModel> models) {
        this.models = models.stream().filter(model -> model.file().isPresent()).toList();
    }

    /** Watches the files of those models that have one, and looks at them in intervals. */
    public static ModelWatcher start(Collection<ServedModel> models, Duration interval) {
        Validate.isTrue(!interval.isNegative() && !interval.isZero(), "interval must be above 0, got %s", interval);
        ModelWatcher watcher = new ModelWatcher(models);
        watcher.timer.scheduleWithFixedDelay(watcher::look, interval.toNanos(), interval.toNanos(),
                TimeUnit.NANOSECONDS);
        return watcher;
    }

    /** A watcher that looks when it is told to. */
    static ModelWatcher manual(Collection<ServedModel> models) {
        return new ModelWatcher(models);
    }

    /** Looks at all files once. */
    synchronized void look() {
        for (ServedModel model : models) {
            Path file = model.file().orElseThrow();
            try {
                FileState state = FileState.of(file);
                boolean settled = state.equals(seen.put(model, state));
                if (settled && !state.equals(model.tried())) {
                    ServedModel.Version version = model.reload();
                    LOG.info("{}: version {} loaded from {}", model.name(), version.number(), file);
                }
            } catch (NoSuchFileException e) {
                seen.remove(model); // for a moment, while it is replaced
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                LOG.warn("{}: version {} stays, since its file cannot be used: {}", model.name(),
                        model.current().number(), OneLine.of(String.valueOf(e.getMessage())));
            }
        }
    }

    @Override
    public void close() {
        timer.shutdown();
    }
}
