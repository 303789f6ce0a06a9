package io.github.shufflenet4j.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ChannelVerticesTest {

    private static final ComputationGraph NO_GRAPH = null;

    private static INDArray random(CNN2DFormat format, DataType type, int channels) {
        return format == CNN2DFormat.NCHW ? Nd4j.rand(type, 2, channels, 3, 5) : Nd4j.rand(type, 2, 3, 5, channels);
    }

    private static INDArray channel(INDArray array, CNN2DFormat format, long channel) {
        return array.slice(channel, format == CNN2DFormat.NCHW ? 1 : 3);
    }

    private static GraphVertex instantiate(org.deeplearning4j.nn.conf.graph.GraphVertex conf, DataType type,
                                           INDArray... inputs) {
        GraphVertex vertex = conf.instantiate(NO_GRAPH, "vertex", 0, null, false, type);
        vertex.setInputs(inputs);
        return vertex;
    }

    /** The textbook definition: concatenate, reshape to [groups, C / groups], transpose, flatten. */
    private static int source(int output, int groups, int channels) {
        return output % groups * (channels / groups) + output / groups;
    }

    @ParameterizedTest(name = "{0} {1}, {2} groups of {3} + {4} channels")
    @CsvSource({
        "NCHW, FLOAT, 2, 4, 4", "NCHW, FLOAT, 2, 58, 58", "NCHW, FLOAT, 1, 3, 5", "NCHW, FLOAT, 4, 3, 5",
        "NCHW, FLOAT, 3, 2, 7", "NHWC, FLOAT, 2, 4, 4", "NHWC, FLOAT, 3, 2, 7", "NCHW, DOUBLE, 2, 4, 4",
        "NHWC, DOUBLE, 5, 9, 1"
    })
    void shuffleIsConcatReshapeTranspose(CNN2DFormat format, DataType type, int groups, int first, int second) {
        INDArray a = random(format, type, first);
        INDArray b = random(format, type, second);
        INDArray joined = Nd4j.concat(format == CNN2DFormat.NCHW ? 1 : 3, a, b);
        GraphVertex vertex = instantiate(new ChannelShuffleVertex(groups, format), type, a, b);

        INDArray output = vertex.doForward(true, LayerWorkspaceMgr.noWorkspaces());

        int channels = first + second;
        for (int c = 0; c < channels; c++) {
            assertThat(channel(output, format, c)).isEqualTo(channel(joined, format, source(c, groups, channels)));
        }

        INDArray epsilon = random(format, type, channels);
        vertex.setEpsilon(epsilon);
        INDArray[] gradients = vertex.doBackward(false, LayerWorkspaceMgr.noWorkspaces()).getSecond();
        INDArray joinedGradients = Nd4j.concat(format == CNN2DFormat.NCHW ? 1 : 3, gradients);
        assertThat(gradients[0].shape()).isEqualTo(a.shape());
        for (int c = 0; c < channels; c++) {
            assertThat(channel(joinedGradients, format, source(c, groups, channels)))
                    .isEqualTo(channel(epsilon, format, c));
        }
    }

    @ParameterizedTest(name = "{0} {1}: {2} to {3} of {4}")
    @CsvSource({
        "NCHW, FLOAT, 0, 2, 4", "NCHW, FLOAT, 2, 4, 4", "NCHW, FLOAT, 1, 6, 9", "NHWC, FLOAT, 1, 6, 9",
        "NHWC, DOUBLE, 0, 9, 9", "NCHW, DOUBLE, 3, 4, 5"
    })
    void splitPassesOnItsRange(CNN2DFormat format, DataType type, int from, int to, int channels) {
        INDArray input = random(format, type, channels);
        GraphVertex vertex = instantiate(new ChannelSplitVertex(from, to, format), type, input);

        INDArray output = vertex.doForward(true, LayerWorkspaceMgr.noWorkspaces());

        for (int c = from; c < to; c++) {
            assertThat(channel(output, format, c - from)).isEqualTo(channel(input, format, c));
        }
        INDArray epsilon = random(format, type, to - from);
        vertex.setEpsilon(epsilon);
        INDArray gradient = vertex.doBackward(false, LayerWorkspaceMgr.noWorkspaces()).getSecond()[0];
        assertThat(gradient.shape()).isEqualTo(input.shape());
        for (int c = 0; c < channels; c++) {
            INDArray expected = c >= from && c < to ? channel(epsilon, format, c - from)
                    : channel(input, format, c).mul(0);
            assertThat(channel(gradient, format, c)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(CNN2DFormat.class)
    void outputTypesCountChannels(CNN2DFormat format) {
        InputType planes = InputType.convolutional(28, 30, 58, format);
        assertThat(new ChannelSplitVertex(0, 29, format).getOutputType(0, planes))
                .isEqualTo(InputType.convolutional(28, 30, 29, format));
        assertThat(new ChannelShuffleVertex(2, format).getOutputType(0, planes, planes))
                .isEqualTo(InputType.convolutional(28, 30, 116, format));
    }

    @Test
    void badInputsAreRefusedByName() {
        InputType planes = InputType.convolutional(28, 28, 58, CNN2DFormat.NCHW);
        InputType smaller = InputType.convolutional(14, 14, 58, CNN2DFormat.NCHW);
        ChannelShuffleVertex shuffle = new ChannelShuffleVertex(2, CNN2DFormat.NCHW);
        ChannelSplitVertex split = new ChannelSplitVertex(29, 59, CNN2DFormat.NCHW);
        assertThatThrownBy(() -> shuffle.getOutputType(0, planes, smaller))
                .isInstanceOf(InvalidInputTypeException.class).hasMessageContaining("28x28");
        assertThatThrownBy(() -> new ChannelShuffleVertex(3, CNN2DFormat.NCHW).getOutputType(0, planes))
                .isInstanceOf(InvalidInputTypeException.class).hasMessageContaining("58");
        assertThatThrownBy(() -> split.getOutputType(0, planes))
                .isInstanceOf(InvalidInputTypeException.class).hasMessageContaining("59");
        assertThatThrownBy(() -> shuffle.getOutputType(0, InputType.feedForward(10)))
                .isInstanceOf(InvalidInputTypeException.class).hasMessageContaining("convolutional");
        assertThatThrownBy(() -> shuffle.getOutputType(0, InputType.convolutional(28, 28, 58, CNN2DFormat.NHWC)))
                .isInstanceOf(InvalidInputTypeException.class).hasMessageContaining("NHWC");
        assertThatIllegalArgumentException().isThrownBy(() -> new ChannelShuffleVertex(0, CNN2DFormat.NCHW))
                .withMessageContaining("0");
        assertThatIllegalArgumentException().isThrownBy(() -> new ChannelSplitVertex(3, 3, CNN2DFormat.NCHW))
                .withMessageContaining("3");
    }

    @Test
    void configurationsSurviveJson() throws Exception {
        var mapper = NeuralNetConfiguration.mapper();
        for (org.deeplearning4j.nn.conf.graph.GraphVertex vertex : new org.deeplearning4j.nn.conf.graph.GraphVertex[] {
            new ChannelSplitVertex(3, 7, CNN2DFormat.NHWC), new ChannelShuffleVertex(4, CNN2DFormat.NCHW)}) {
            var copy = mapper.readValue(mapper.writeValueAsString(vertex),
                    org.deeplearning4j.nn.conf.graph.GraphVertex.class);
            assertThat(copy).isEqualTo(vertex).hasSameHashCodeAs(vertex);
            assertThat(vertex.clone()).isEqualTo(vertex).isNotSameAs(vertex);
        }
    }
}
