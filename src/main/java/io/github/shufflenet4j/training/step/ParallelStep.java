package io.github.shufflenet4j.training.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.factory.DefaultTrainerContext;
import org.deeplearning4j.parallelism.trainer.DefaultTrainer;
import org.deeplearning4j.parallelism.trainer.Trainer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.updater.FusedGraphUpdater;

/**
 * Steps whose micro-batches are computed at once, each by a replica of the network on a thread and, where there are
 * several GPUs, a device of its own. Every replica takes a step from its micro-batch, and all continue from the mean of
 * their parameters, batch norm's statistics included, and updater states. With momentum and L2 regularisation, which
 * are linear, and micro-batches of equal size that is the step of {@link TrainingStep}, up to rounding.
 */
final class ParallelStep implements Step {

    private final ComputationGraph network;
    private final Optional<NetworkPart> frozen;
    private final int workers;
    private final List<DataSet> microBatches = new ArrayList<>();
    private Replicas replicas;

    /** @param workers replicas, one for each micro-batch of a batch */
    ParallelStep(ComputationGraph network, Optional<NetworkPart> frozen, int workers) {
        this.network = network;
        this.frozen = frozen;
        this.workers = workers;
        this.replicas = new Replicas(network, frozen, workers);
    }

    @Override
    public void add(INDArray features, INDArray targets) {
        microBatches.add(new DataSet(features, targets));
    }

    @Override
    public StepResult apply() {
        int images = microBatches.stream().mapToInt(DataSet::numExamples).sum();
        double penalty = network.calcRegularizationScore(true);
        replicas.fit(new ExistingDataSetIterator(List.copyOf(microBatches).iterator()));
        if (microBatches.size() < workers) {
            // A micro-batch without readable images is missing, and a replica without one is not brought up to date.
            replicas.end();
            replicas = new Replicas(network, frozen, workers);
        }
        microBatches.clear();
        return new StepResult(network.score() - penalty, images);
    }

    @Override
    public void close() {
        replicas.end();
    }

    /**
     * DL4J's replicas of a network, of which the first is the network itself. DL4J creates them anew in each call of
     * {@link #fit}; these outlive it. None starts before all exist, since DL4J's first may change the parameters while
     * the others are still to copy them.
     */
    private static final class Replicas extends ParallelWrapper {

        private final Optional<NetworkPart> frozen;
        private final CountDownLatch missing;

        Replicas(ComputationGraph network, Optional<NetworkPart> frozen, int workers) {
            super(network, workers, 0);
            this.frozen = frozen;
            missing = new CountDownLatch(workers);
            setAveragingFrequency(1);
            setAverageUpdaters(true);
            setReportScore(false);
            setWorkspaceMode(network.getConfiguration().getTrainingWorkspaceMode());
            setTrainerContext(new DefaultTrainerContext() {
                @Override
                public Trainer create(String uuid, int number, Model model, int rootDevice, boolean multiple,
                                      ParallelWrapper wrapper, WorkspaceMode workspaces, int frequency) {
                    return new Replica(uuid, number, model, workspaces);
                }
            });
        }

        /** Called at the end of {@link #fit}; see {@link #end}. */
        @Override
        public void close() {
            // The replicas stay.
        }

        void end() {
            try {
                super.close();
            } catch (Exception e) {
                throw new IllegalStateException("replicas cannot be ended: " + e.getMessage(), e);
            }
        }

        private final class Replica extends DefaultTrainer {

            Replica(String run, int number, Model model, WorkspaceMode workspaces) {
                uuid = run + "_thread_" + number;
                threadId = number;
                originalModel = model;
                replicatedModel = model;
                workspaceMode = workspaces;
                averagingFrequency = 1;
                parallelWrapper = Replicas.this;
                setupIfNeccessary();
            }

            /** Adds what is not in the configuration. DL4J's own method would remove the network's listeners. */
            @Override
            protected void postInit() {
                if (getModel() != originalModel) {
                    ComputationGraph replica = (ComputationGraph) getModel();
                    FusedGraphUpdater.install(replica);
                    Freezing.apply(replica, frozen);
                }
                missing.countDown();
            }

            @Override
            public void feedDataSet(org.nd4j.linalg.dataset.api.DataSet microBatch, long loadingTime) {
                try {
                    missing.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted while replicas are made", e);
                }
                super.feedDataSet(microBatch, loadingTime);
            }

            /** DL4J waits forever for a replica that ends with an error rather than an exception. */
            @Override
            public void run() {
                try {
                    super.run();
                } catch (Throwable e) {
                    if (thrownException == null) {
                        thrownException = new IllegalStateException(e);
                    }
                } finally {
                    isStopped.set(true);
                    missing.countDown();
                }
            }
        }
    }
}
