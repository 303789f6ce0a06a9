package io.github.shufflenet4j.modelfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shufflenet4j.weights.StateDict;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFormat;
import io.github.shufflenet4j.weights.safetensors.SafetensorsFile;
import io.github.shufflenet4j.weights.torch.PickleBuilder;
import io.github.shufflenet4j.weights.torch.TorchFiles;

class StateDictTest {

    @TempDir
    Path folder;

    @Test
    void readsEachFormatWhateverItsName() throws IOException {
        assertSmall(read(TorchFiles.smallZip()), WeightFormat.ZIP_PTH);
        assertSmall(read(TorchFiles.smallLegacy()), WeightFormat.LEGACY_PTH);
        assertSmall(read(TorchFiles.smallScript()), WeightFormat.TORCHSCRIPT);
        assertSmall(read(TorchFiles.smallPaddle(2)), WeightFormat.PDPARAMS);
        assertSmall(read(TorchFiles.smallPaddle(4)), WeightFormat.PDPARAMS);
        Path safetensors = folder.resolve("x.pth");
        SafetensorsFile.write(safetensors, read(TorchFiles.smallZip()).tensors(), Map.of());
        assertSmall(WeightFiles.read(safetensors), WeightFormat.SAFETENSORS);
    }

    private static void assertSmall(StateDict dict, WeightFormat format) {
        assertThat(dict.format()).isEqualTo(format);
        assertThat(dict.tensors()).containsOnlyKeys("weight", "bn.count");
        assertTensor(dict.tensors().get("weight"), new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
        assertTensor(dict.tensors().get("bn.count"), new int[0], 7);
    }

    /** Python 2 pickled bytes as strings, and Fortran's order is that of a transposed array. */
    @Test
    void readsOtherFormsOfArrays() throws IOException {
        PickleBuilder pickle = new PickleBuilder().op("}U").raw(1).op("x")
                .global("numpy.core.multiarray", "_reconstruct").op("(").global("numpy", "ndarray").tuple(0)
                .op("U").raw(1).op("btR(").number(1).tuple(2, 2)
                .global("numpy", "dtype").op("(U").raw(2).op("u1").number(0).number(1).op("tR(").number(3)
                .op("U").raw(1).op("|NNN").number(-1).number(-1).number(0).op("tb")
                .raw(0x88).op("U").raw(4, 1, 2, 200, 255).op("tbs");
        assertTensor(read(pickle.stop()).tensors().get("x"), new int[] {2, 2}, 1, 200, 2, 255);
    }

    @Test
    void keepsTheOrderOfTheFile() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : new String[] {"z", "a", "m"}) {
            tensors.put(name, new Tensor(new int[] {1}, new float[] {name.charAt(0)}));
        }
        Path file = folder.resolve("ordered");
        SafetensorsFile.write(file, tensors, Map.of());
        assertThat(WeightFiles.read(file).tensors().keySet()).containsExactly("z", "a", "m");
    }

    @Test
    void readsCompressedZips() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("data.pkl", TorchFiles.smallPickle().stop());
        TorchFiles.smallStorages().forEach((key, bytes) -> entries.put("data/" + key, bytes));
        assertSmall(read(TorchFiles.zip(entries, ZipEntry.DEFLATED)), WeightFormat.ZIP_PTH);
    }

    @ParameterizedTest
    @CsvSource({
        "HalfStorage, 2, -2.5", "BFloat16Storage, 2, -2.5", "FloatStorage, 4, -2.5", "DoubleStorage, 8, -2.5",
        "LongStorage, 8, -3", "IntStorage, 4, -3", "ShortStorage, 2, -3", "CharStorage, 1, -3", "ByteStorage, 1, 253",
        "BoolStorage, 1, 1"
    })
    void convertsEachType(String type, int size, float expected) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case "HalfStorage" -> bytes.putShort((short) 0xc100);
            case "BFloat16Storage" -> bytes.putShort((short) 0xc020);
            case "FloatStorage" -> bytes.putFloat(-2.5f);
            case "DoubleStorage" -> bytes.putDouble(-2.5);
            case "LongStorage" -> bytes.putLong(-3);
            case "IntStorage" -> bytes.putInt(-3);
            case "ShortStorage" -> bytes.putShort((short) -3);
            default -> bytes.put((byte) -3);
        }
        PickleBuilder pickle = new PickleBuilder().op("}(")
                .text("x").tensor(type, "k", 1, 0, new long[] {1}, new long[] {1}).op("u");
        Map<String, byte[]> storages = Map.of("k", bytes.array());
        byte[] legacy = TorchFiles.legacyPth(pickle, storages, Map.of("k", size));
        for (byte[] file : new byte[][] {legacy, TorchFiles.zipPth(pickle.bytes(), storages)}) {
            assertTensor(read(file).tensors().get("x"), new int[] {1}, expected);
        }
    }

    @Test
    void gathersStridedWindowsOfASharedStorage() throws IOException {
        PickleBuilder pickle = new PickleBuilder().op("}(")
                .text("transposed").tensor("FloatStorage", "0", 7, 1, new long[] {3, 2}, new long[] {1, 3})
                .text("column").tensor("FloatStorage", "0", 7, 2, new long[] {2}, new long[] {3})
                .text("expanded").tensor("FloatStorage", "0", 7, 6, new long[] {2, 2}, new long[] {0, 0})
                .text("empty").tensor("FloatStorage", "0", 7, 0, new long[] {0, 2}, new long[] {2, 1})
                .op("u");
        StateDict dict = read(TorchFiles.zipPth(pickle.stop(), Map.of("0", TorchFiles.floats(0, 1, 2, 3, 4, 5, 6))));
        assertTensor(dict.tensors().get("transposed"), new int[] {3, 2}, 1, 4, 2, 5, 3, 6);
        assertTensor(dict.tensors().get("column"), new int[] {2}, 2, 5);
        assertTensor(dict.tensors().get("expanded"), new int[] {2, 2}, 6, 6, 6, 6);
        assertTensor(dict.tensors().get("empty"), new int[] {0, 2});
    }

    @Test
    void readsParametersAndTensorsOfTheFirstVersion() throws IOException {
        PickleBuilder pickle = new PickleBuilder().op("}(")
                .text("parameter").global("torch._utils", "_rebuild_parameter").op("(")
                .tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1})
                .raw(0x88).global("collections", "OrderedDict").op(")RtR")
                .text("old").global("torch._utils", "_rebuild_tensor").op("(")
                .storage("FloatStorage", "0", 2).number(1).global("torch", "Size").op("(").tuple(1).op("tR").tuple(1)
                .op("tR")
                .op("u");
        StateDict dict = read(TorchFiles.zipPth(pickle.stop(), Map.of("0", TorchFiles.floats(8, 9))));
        assertTensor(dict.tensors().get("parameter"), new int[] {2}, 8, 9);
        assertTensor(dict.tensors().get("old"), new int[] {1}, 9);
    }

    @Test
    void readsLegacyViews() throws IOException {
        PickleBuilder pickle = new PickleBuilder().op("}").text("x")
                .global("torch._utils", "_rebuild_tensor").op("(")
                .op("(").text("storage").global("torch", "FloatStorage").text("0").text("cpu").number(5)
                .op("(").text("view").number(2).number(3).op("ttQ")
                .number(1).tuple(2).tuple(1).op("tRs");
        pickle.storageKeys().add("0");
        byte[] file = TorchFiles.legacyPth(pickle, Map.of("0", TorchFiles.floats(0, 1, 2, 3, 4)), Map.of("0", 4));
        assertTensor(read(file).tensors().get("x"), new int[] {2}, 3, 4);
    }

    @Test
    void readsProtocolFour() throws IOException {
        PickleBuilder pickle = new PickleBuilder().raw(0x80, 4, 0x95).int64(3).op("}").raw(0x94).op("(")
                .raw(0x8c, 1).op("x")
                .raw(0x8c, 12).op("torch._utils").raw(0x8c, 18).op("_rebuild_tensor_v2").raw(0x93, 0x94)
                .op("(").storage("FloatStorage", "0", 1).number(0).tuple(1).tuple(1).op("tR")
                .raw(0x94).op("0h").raw(2).op("u");
        StateDict dict = read(TorchFiles.zipPth(pickle.stop(), Map.of("0", TorchFiles.floats(4))));
        assertTensor(dict.tensors().get("x"), new int[] {1}, 4);
    }

    @Test
    void readsOrderedDictsOfPythonTwo() throws IOException {
        PickleBuilder pickle = new PickleBuilder().global("collections", "OrderedDict")
                .op("(](").op("](U").raw(1).op("x")
                .tensor("FloatStorage", "0", 1, 0, new long[] {1}, new long[] {1}).op("eetR");
        StateDict dict = read(TorchFiles.zipPth(pickle.stop(), Map.of("0", TorchFiles.floats(4))));
        assertTensor(dict.tensors().get("x"), new int[] {1}, 4);
    }

    @Test
    void leavesTheMetadataOfAnOrderedDict() throws IOException {
        PickleBuilder pickle = TorchFiles.smallPickle().op("}").text("_metadata")
                .global("collections", "OrderedDict").op(")R").text("").op("}").text("version").number(1).op("sssb");
        assertSmall(read(TorchFiles.zipPth(pickle.stop(), TorchFiles.smallStorages())), WeightFormat.ZIP_PTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state_dict", "model", "model_state_dict", "model_ema"})
    void findsTheStateDictOfACheckpoint(String key) throws IOException {
        StateDict dict = read(checkpoint(key, pickle -> pickle
                .text("epoch").number(300).text("best").raw('G', 0x3f, 0xe0, 0, 0, 0, 0, 0, 0)
                .text("optimizer").op("}").text("state").op("}").number(0).op("}ss")));
        assertThat(dict.tensors()).containsOnlyKeys("x");
    }

    private static byte[] checkpoint(String key, Consumer<PickleBuilder> more) throws IOException {
        PickleBuilder pickle = new PickleBuilder().op("}(").text(key).op("}").text("x")
                .tensor("FloatStorage", "0", 1, 0, new long[] {1}, new long[] {1}).op("s");
        more.accept(pickle);
        return TorchFiles.zipPth(pickle.op("u").stop(), Map.of("0", TorchFiles.floats(1)));
    }

    @Test
    void takesOffTheModulePrefixWhereAllKeysCarryIt() throws IOException {
        assertThat(prefixed("module.conv.weight", "module.fc.bias")).containsExactly("conv.weight", "fc.bias");
        assertThat(prefixed("n_averaged", "module.fc.bias")).containsExactly("fc.bias");
        assertThat(prefixed("module.conv.weight", "fc.bias")).containsExactly("module.conv.weight", "fc.bias");
    }

    private Iterable<String> prefixed(String... names) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : names) {
            tensors.put(name, new Tensor(new int[0], new float[1]));
        }
        Path file = folder.resolve("prefixed");
        SafetensorsFile.write(file, tensors, Map.of());
        return WeightFiles.read(file).tensors().keySet();
    }

    private StateDict read(byte[] content) throws IOException {
        Path file = folder.resolve("weights.bin");
        Files.write(file, content);
        return WeightFiles.read(file);
    }

    private static void assertTensor(Tensor tensor, int[] shape, float... data) {
        assertThat(tensor.shape()).as("shape").isEqualTo(shape);
        assertThat(tensor.data()).as("data of %s", Arrays.toString(shape)).isEqualTo(data);
    }
}
