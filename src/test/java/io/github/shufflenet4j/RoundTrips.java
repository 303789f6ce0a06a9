package io.github.shufflenet4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Asserts that networks are equal after JSON, clone and ModelSerializer. */
public final class RoundTrips {

    private RoundTrips() {
    }

    public static void assertSurvivesAll(ComputationGraph network, INDArray input) throws IOException {
        ComputationGraphConfiguration configuration = network.getConfiguration();
        ComputationGraphConfiguration fromJson = ComputationGraphConfiguration.fromJson(configuration.toJson());
        assertThat(fromJson).isEqualTo(configuration);
        assertThat(fromJson.toJson()).isEqualTo(configuration.toJson());

        INDArray expected = network.outputSingle(input);
        ComputationGraph rebuilt = new ComputationGraph(fromJson);
        rebuilt.init(network.params(), true);
        assertThat(rebuilt.outputSingle(input)).isEqualTo(expected);
        assertThat(network.clone().outputSingle(input)).isEqualTo(expected);

        ComputationGraph restored = saveAndLoad(network);
        assertThat(restored.params()).isEqualTo(network.params());
        assertThat(restored.outputSingle(input)).isEqualTo(expected);
        if (network.getUpdater() != null && network.getUpdater().getStateViewArray() != null) {
            assertThat(restored.getUpdater().getStateViewArray())
                    .isEqualTo(network.getUpdater().getStateViewArray());
        }
    }

    public static ComputationGraph saveAndLoad(ComputationGraph network) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ModelSerializer.writeModel(network, bytes, true);
        return ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(bytes.toByteArray()), true);
    }
}
