package io.github.shufflenet4j.weights;

import java.nio.file.Path;
import java.util.Map;

/** The file formats that hold a state dict, recognised by their first bytes and never by a file's name. */
public enum WeightFormat {
    /** {@code torch.save} of PyTorch 1.6 and later. */
    ZIP_PTH("zip .pth") {
        @Override
        Map<String, Tensor> read(Path file) throws WeightFileException {
            return PthFile.readZip(file);
        }
    },
    /** {@code torch.save} before PyTorch 1.6. */
    LEGACY_PTH("legacy .pth") {
        @Override
        Map<String, Tensor> read(Path file) throws WeightFileException {
            return PthFile.readLegacy(Bytes.of(file));
        }
    },
    /** Hugging Face's <a href="https://github.com/huggingface/safetensors">safetensors</a>. */
    SAFETENSORS(".safetensors") {
        @Override
        Map<String, Tensor> read(Path file) throws WeightFileException {
            return SafetensorsFile.read(Bytes.of(file));
        }
    };

    static final String NONE_OF_THEM =
            "not a state dict in a format this build reads (" + ZIP_PTH + ", " + LEGACY_PTH + ", " + SAFETENSORS + ")";

    private final String label;

    WeightFormat(String label) {
        this.label = label;
    }

    abstract Map<String, Tensor> read(Path file) throws WeightFileException;

    /** @throws WeightFileException if the file cannot be read or is none of these */
    static WeightFormat of(Path file) throws WeightFileException {
        Bytes head = Bytes.head(file, SafetensorsFile.PREFIX + 1);
        byte[] start = head.array(head.remaining());
        if (start.length > SafetensorsFile.PREFIX && start[SafetensorsFile.PREFIX] == '{') {
            return SAFETENSORS;
        }
        if (start.length >= 2 && start[0] == 'P' && start[1] == 'K') {
            return ZIP_PTH;
        }
        if (start[0] == (byte) 0x80) { // the PROTO opcode, with which pickles of protocol 2 and later start
            return LEGACY_PTH;
        }
        throw head.fault(NONE_OF_THEM);
    }

    /** As in messages: {@code "zip .pth"}. */
    @Override
    public String toString() {
        return label;
    }
}
