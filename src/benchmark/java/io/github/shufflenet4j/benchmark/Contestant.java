package io.github.shufflenet4j.benchmark;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who takes part. Each knows how its process is started, and how it makes the step that is timed. */
enum Contestant {

    /** Trains with the launcher's options, and predicts with none but the Vector API's. */
    SHUFFLENET4J("shufflenet4j", List.of("--add-modules", "jdk.incubator.vector")) {
        @Override
        List<String> javaOptions(Cell cell) {
            String folder = System.getProperty("jvm.options");
            return cell.mode() == Cell.Mode.TRAIN
                    ? List.of("@" + folder + "/java.options", "@" + folder + "/launcher.options")
                    : super.javaOptions(cell);
        }

        @Override
        Map<String, String> environment(Cell cell) {
            return Map.of("OMP_NUM_THREADS", "1");
        }

        @Override
        Optional<Step> step(Cell cell) {
            return Optional.of(Shufflenet4jSteps.of(cell));
        }
    },

    DL4J("dl4j", List.of("-Dorg.bytedeco.javacpp.maxphysicalbytes=0")) {
        @Override
        Optional<Step> step(Cell cell) {
            return Optional.of(StockDl4jSteps.of(cell));
        }
    },

    DJL_PYTORCH("djl-pytorch", List.of("-Doffline=true")) {
        @Override
        Optional<Step> step(Cell cell) {
            return Optional.of(DjlPyTorchSteps.of(cell));
        }
    },

    /** PyTorch gives memory back and faults it in again at every step; with huge pages that costs it far less. */
    DJL_PYTORCH_HUGE_PAGES("djl-pytorch", List.of("-Doffline=true")) {
        @Override
        Map<String, String> environment(Cell cell) {
            return Map.of("OMP_NUM_THREADS", Integer.toString(cell.threads()),
                    "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
        }

        @Override
        Optional<Step> step(Cell cell) {
            return Optional.of(DjlPyTorchSteps.of(cell));
        }
    },

    /** Prediction only, with the file that this library exports. */
    ONNXRUNTIME("onnxruntime", List.of()) {
        @Override
        Optional<Step> step(Cell cell) {
            return cell.mode() == Cell.Mode.INFER ? Optional.of(OnnxRuntimeSteps.ofExport(cell)) : Optional.empty();
        }
    },

    /** Prediction only, with the file of {@code --onnx}. */
    ONNXRUNTIME_FILE("onnxruntime", List.of()) {
        @Override
        Optional<Step> step(Cell cell) {
            return OnnxRuntimeSteps.file().map(file -> OnnxRuntimeSteps.of(cell, file));
        }
    },

    /** No network: the processor's limit. */
    PEAK("peak", List.of("--add-modules", "jdk.incubator.vector")) {
        @Override
        Optional<Step> step(Cell cell) {
            return Optional.of(ProcessorPeak.step(cell));
        }
    };

    private final String label;
    private final List<String> javaOptions;

    Contestant(String label, List<String> javaOptions) {
        this.label = label;
        this.javaOptions = javaOptions;
    }

    /** Its name in the results; two settings of one peer share it, and the better one counts. */
    String label() {
        return label;
    }

    List<String> javaOptions(Cell cell) {
        return javaOptions;
    }

    Map<String, String> environment(Cell cell) {
        return Map.of("OMP_NUM_THREADS", Integer.toString(cell.threads()));
    }

    /** The step to time, made ready in this process; empty if this contestant does not do such steps. */
    abstract Optional<Step> step(Cell cell);

    /** One step on the whole batch. */
    @FunctionalInterface
    interface Step {
        void run();
    }
}
