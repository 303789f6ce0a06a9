package io.github.shufflenet4j.training.step;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.factory.DefaultTrainerContext;
import org.deeplearning4j.parallelism.trainer.DefaultTrainer;
import org.nd4j.linalg.dataset.api.DataSet;

import io.github.shufflenet4j.model.Freezing;
import io.github.shufflenet4j.model.NetworkPart;
import io.github.shufflenet4j.updater.FusedGraphUpdater;

/**
 * DL4J's replicas of a network, whose parameters and updaters' states it averages after every round. The first replica
 * is the network itself.
 *
 * <p>They outlive a call of {@link #fit}, which in DL4J makes them and lets them go; and none begins before all are
 * there, where DL4J's first may have changed the parameters that the others are still to copy.
 */
final class Replicas extends ParallelWrapper {

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
            public org.deeplearning4j.parallelism.trainer.Trainer create(String uuid, int number, Model model,
                    int rootDevice, boolean multiple, ParallelWrapper wrapper, WorkspaceMode workspaces,
                    int frequency) {
                return new Replica(uuid, number, model, workspaces);
            }
        });
    }

    /** At the end of {@link #fit}, where the replicas are to stay. */
    @Override
    public void close() {
        // See end().
    }

    /** Lets the replicas go. */
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

        /** What the configuration does not say of the network; its listeners stay with it, where DL4J's would go. */
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
        public void feedDataSet(DataSet part, long loadingTime) {
            try {
                missing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while replicas are made", e);
            }
            super.feedDataSet(part, loadingTime);
        }

        /** DL4J waits for ever for a replica that ends with an error rather than an exception. */
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
