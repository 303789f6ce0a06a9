package io.github.shufflenet4j.weights;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The file formats that hold a state dict, recognised by their first bytes and never by a file's name. */
public enum WeightFormat {
    /** {@code torch.save} of PyTorch 1.6 and later. */
    ZIP_PTH("zip .pth") {
        @Override
        StateDict read(Path file) throws WeightFileException {
            return PthFile.readZip(file);
        }
    },
    /** {@code torch.jit.save}: the tensors of its module, without its program. */
    TORCHSCRIPT("TorchScript") {
        @Override
        StateDict read(Path file) throws WeightFileException {
            return PthFile.readZip(file);
        }
    },
    /** {@code torch.save} before PyTorch 1.6. */
    LEGACY_PTH("legacy .pth") {
        @Override
        StateDict read(Path file) throws WeightFileException {
            return new StateDict(file, this, PthFile.readLegacy(Bytes.of(file)));
        }
    },
    /** {@code paddle.save} of a state dict. */
    PDPARAMS(".pdparams") {
        @Override
        StateDict read(Path file) throws WeightFileException {
            return new StateDict(file, this, PaddleFile.read(Bytes.of(file)));
        }
    },
    /** Hugging Face's <a href="https://github.com/huggingface/safetensors">safetensors</a>. */
    SAFETENSORS(".safetensors") {
        @Override
        StateDict read(Path file) throws WeightFileException {
            return SafetensorsFile.read(file);
        }
    },
    /** An <a href="https://onnx.ai">ONNX</a> graph of a ShuffleNet V2: {@link OnnxFile}. */
    ONNX(".onnx") {
        @Override
        StateDict read(Path file) throws WeightFileException {
            return OnnxFile.read(file);
        }
    };

    /** Room for a safetensors header's length and brace, and for the magic number of a pickle of any protocol. */
    private static final int HEAD = 32;

    static final String NONE_OF_THEM =
            "not a state dict in a format this build reads (" + Stream.of(values()).map(WeightFormat::toString)
                    .collect(Collectors.joining(", ")) + ")";

    private final String label;

    WeightFormat(String label) {
        this.label = label;
    }

    /** The file's tensors as they are named there. */
    abstract StateDict read(Path file) throws WeightFileException;

    /**
     * The format of a file; a zip is taken for a {@link #ZIP_PTH}, and found out when it is read.
     *
     * @throws WeightFileException if the file cannot be read or is none of these
     */
    static WeightFormat of(Path file) throws WeightFileException {
        Bytes head = Bytes.head(file, HEAD);
        byte[] start = head.array(head.remaining());
        if (start.length > SafetensorsFile.PREFIX && start[SafetensorsFile.PREFIX] == '{') {
            return SAFETENSORS;
        }
        if (start.length >= 2 && start[0] == 'P' && start[1] == 'K') {
            return ZIP_PTH;
        }
        if (start[0] == (byte) 0x80) { // the PROTO opcode, with which pickles of protocol 2 and later start
            return PthFile.startsAsLegacy(start) ? LEGACY_PTH : PDPARAMS;
        }
        if (OnnxFile.startsWith(start)) {
            return ONNX;
        }
        throw head.fault(NONE_OF_THEM);
    }

    /** As in messages: {@code "zip .pth"}. */
    @Override
    public String toString() {
        return label;
    }
}
