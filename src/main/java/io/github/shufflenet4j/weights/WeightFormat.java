package io.github.shufflenet4j.weights;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The file formats that hold a state dict. */
public enum WeightFormat {
    /** {@code torch.save} of PyTorch 1.6 and later. */
    ZIP_PTH("zip .pth"),
    /** {@code torch.jit.save}: the tensors of its module, without its program. */
    TORCHSCRIPT("TorchScript"),
    /** {@code torch.save} before PyTorch 1.6. */
    LEGACY_PTH("legacy .pth"),
    /** {@code paddle.save} of a state dict. */
    PDPARAMS(".pdparams"),
    /** Hugging Face's <a href="https://github.com/huggingface/safetensors">safetensors</a>. */
    SAFETENSORS(".safetensors"),
    /** An <a href="https://onnx.ai">ONNX</a> graph of a ShuffleNet V2. */
    ONNX(".onnx");

    /** What messages say of a file in none of them. */
    public static final String UNKNOWN = "not a state dict in a format this build reads ("
            + Stream.of(values()).map(WeightFormat::toString).collect(Collectors.joining(", ")) + ")";

    private final String label;

    WeightFormat(String label) {
        this.label = label;
    }

    /** As in messages: {@code "zip .pth"}. */
    @Override
    public String toString() {
        return label;
    }
}
