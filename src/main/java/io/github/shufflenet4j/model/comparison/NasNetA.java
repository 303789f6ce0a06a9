package io.github.shufflenet4j.model.comparison;

import io.github.shufflenet4j.model.architecture.Architecture;
import io.github.shufflenet4j.model.architecture.NetworkTraits;
import io.github.shufflenet4j.model.architecture.Node;
import io.github.shufflenet4j.model.architecture.Nonlinearity;
import io.github.shufflenet4j.model.architecture.Published;

/**
 * NASNet-A (Zoph, Vasudevan, Shlens and Le, 2018, arXiv 1707.07012; figure 4): cells found by a search, each of many
 * small operations. It is the ShuffleNet V2 paper's example of a fragmented network (guideline 3).
 *
 * <p>{@code nasnet_a_4_1056} is the published NASNet-A (4 @ 1056): stages of four normal cells, 1056 channels in front
 * of the classifier. {@code nasnet_a_4_480} is not published: it has the same cells with as many filters as make about
 * the multiply-adds of ShuffleNet V2 x1.0.
 *
 * <p>Where a cell's earlier input is larger than its later one, a strided 1x1 convolution takes the place of the
 * authors' two, of which one reads the pixels between; the padding of average pooling counts as zeros. The published
 * network makes 558M multiply-adds so, where 564M are printed.
 */
public enum NasNetA implements Architecture {

    CELLS_4_480("nasnet_a_4_480", 20, Published.of("-", "-", "-", "none: NASNet-A's cells with fewer filters")),
    CELLS_4_1056("nasnet_a_4_1056", 44, Published.of("5.3M", "564M", "26.0", "NASNet (arXiv 1707.07012)"));

    private static final int CONV0_CHANNELS = 32;
    private static final int STAGES = 3;
    private static final int CELLS = 4;
    /** Ratio of the first stage's filters to those of the first reduction cell. */
    private static final int STEM_REDUCTION = 4;

    private final int filters;
    private final NetworkTraits traits;

    /** @param filters of the first stage's cells, which have six times as many channels */
    NasNetA(String name, int filters, Published published) {
        this.filters = filters;
        this.traits = NetworkTraits.of(name, published);
    }

    @Override
    public NetworkTraits traits() {
        return traits;
    }

    @Override
    public Node features(Node image) {
        Node stem = image.convolution("conv0", CONV0_CHANNELS, 3, 2, Nonlinearity.IDENTITY);
        Node before = stem;
        Node x = new Cell("stem1", filters / STEM_REDUCTION).reduction(stem, stem, 1);
        Node next = new Cell("stem2", 2 * filters / STEM_REDUCTION).reduction(x, before, 2);
        before = x;
        x = next;
        for (int stage = 1; stage <= STAGES; stage++) {
            int width = filters << stage - 1;
            int ratio = 2; // of the earlier input's side to the later one's
            if (stage > 1) {
                next = new Cell("reduce" + (stage - 1), width).reduction(x, before, 1);
                before = x;
                x = next;
            }
            for (int cell = 0; cell < CELLS; cell++) {
                next = new Cell("stage" + stage + "." + cell, width).normal(x, before, ratio);
                before = x;
                x = next;
                ratio = 1;
            }
        }
        return x.activation("relu", Nonlinearity.RELU);
    }

    /** A cell called {@code name}, whose operations give {@code filters} channels each. */
    private record Cell(String name, int filters) {

        /** @param ratio of the side of {@code earlier} to that of {@code later} */
        Node normal(Node later, Node earlier, int ratio) {
            Input h = later(later);
            Input p = earlier(earlier, ratio);
            Node first = separable("block1.left", h, 5, 1).add(at("block1"), separable("block1.right", p, 3, 1));
            Node second = separable("block2.left", p, 5, 1).add(at("block2"), separable("block2.right", p, 3, 1));
            Node third = h.linear.averagePool(at("block3.average"), 3, 1).add(at("block3"), p.linear);
            Node fourth = p.linear.averagePool(at("block4.left"), 3, 1)
                    .add(at("block4"), p.linear.averagePool(at("block4.right"), 3, 1));
            Node fifth = separable("block5.left", h, 3, 1).add(at("block5"), h.linear);
            return p.linear.shuffle(name, 1, first, second, third, fourth, fifth);
        }

        Node reduction(Node later, Node earlier, int ratio) {
            Input h = later(later);
            Input p = earlier(earlier, ratio);
            Node first = separable("block1.left", h, 5, 2).add(at("block1"), separable("block1.right", p, 7, 2));
            Node second = h.linear.maxPool(at("block2.max")).add(at("block2"), separable("block2.right", p, 7, 2));
            Node third = h.linear.averagePool(at("block3.average"), 3, 2)
                    .add(at("block3"), separable("block3.right", p, 5, 2));
            Node fourth = first.averagePool(at("block4.average"), 3, 1).add(at("block4"), second);
            Input inner = new Input(first, first.activation(at("block1.relu"), Nonlinearity.RELU));
            Node fifth = separable("block5.left", inner, 3, 1)
                    .add(at("block5"), h.linear.maxPool(at("block5.max")));
            return second.shuffle(name, 1, third, fourth, fifth);
        }

        /** An input of the cell's operations, and the same behind a ReLU, which convolutions begin with. */
        private record Input(Node linear, Node relu) {
        }

        private Input later(Node later) {
            return input("later", later.activation(at("later.relu"), Nonlinearity.RELU)
                    .pointwise(at("later"), filters, Nonlinearity.IDENTITY));
        }

        /** The earlier input in the size and with the channels of the later one. */
        private Input earlier(Node earlier, int ratio) {
            boolean fits = ratio == 1 && earlier.channels() == filters;
            return input("earlier", fits ? earlier : earlier.activation(at("earlier.relu"), Nonlinearity.RELU)
                    .convolution(at("earlier"), filters, 1, ratio, Nonlinearity.IDENTITY));
        }

        private Input input(String which, Node node) {
            return new Input(node, node.activation(at(which + ".positive"), Nonlinearity.RELU));
        }

        /** A separable convolution, twice; both are behind a ReLU. */
        private Node separable(String place, Input input, int kernel, int stride) {
            String path = at(place);
            return input.relu.plainDepthwise(path + ".depthwise1", kernel, stride)
                    .pointwise(path + ".pointwise1", filters, Nonlinearity.RELU)
                    .plainDepthwise(path + ".depthwise2", kernel, 1)
                    .pointwise(path + ".pointwise2", filters, Nonlinearity.IDENTITY);
        }

        private String at(String place) {
            return name + "." + place;
        }
    }
}
