package io.github.shufflenet4j.modelfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.shade.protobuf.ByteString;

import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;

import io.github.shufflenet4j.RandomModels;
import io.github.shufflenet4j.model.BlockLayout;
import io.github.shufflenet4j.model.ShuffleNetV2Variant;
import io.github.shufflenet4j.weights.NpyFile;
import io.github.shufflenet4j.weights.Tensor;
import io.github.shufflenet4j.weights.WeightFileException;
import io.github.shufflenet4j.weights.onnx.OnnxBuilder;
import io.github.shufflenet4j.weights.onnx.OnnxFile;
import io.github.shufflenet4j.weights.safetensors.SafetensorsFile;
import io.github.shufflenet4j.weights.torch.PickleBuilder;
import io.github.shufflenet4j.weights.torch.TorchFiles;

/**
 * Files that are broken, or mean harm: each gives one line that names the file and the fault, quickly, and nothing
 * else.
 */
class HostileFileTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    @FunctionalInterface
    private interface Reader {
        Object read(Path file) throws IOException;
    }

    static Stream<Arguments> validFiles() throws IOException {
        Path file = Files.createTempFile("shufflenet4j", null);
        try {
            Tensor tensor = new Tensor(new int[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6});
            SafetensorsFile.write(file, Map.of("weight", tensor, "bias", new Tensor(new int[0], new float[1])),
                    Map.of());
            byte[] safetensors = Files.readAllBytes(file);
            NpyFile.write(file, tensor);
            byte[] npy = Files.readAllBytes(file);
            Map<String, byte[]> entries = new LinkedHashMap<>();
            entries.put("a/data.pkl", TorchFiles.smallPickle().stop());
            TorchFiles.smallStorages().forEach((key, bytes) -> entries.put("a/data/" + key, bytes));
            Reader dict = WeightFiles::read;
            Reader array = NpyFile::read;
            return Stream.of(
                    Arguments.of("zip .pth", TorchFiles.smallZip(), dict),
                    Arguments.of("compressed .pth", TorchFiles.zip(entries, ZipEntry.DEFLATED), dict),
                    Arguments.of("legacy .pth", TorchFiles.smallLegacy(), dict),
                    Arguments.of("TorchScript", TorchFiles.smallScript(), dict),
                    Arguments.of(".pdparams, protocol 2", TorchFiles.smallPaddle(2), dict),
                    Arguments.of(".pdparams, protocol 4", TorchFiles.smallPaddle(4), dict),
                    Arguments.of(".safetensors", safetensors, dict),
                    Arguments.of(".npy", npy, array));
        } finally {
            Files.delete(file);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validFiles")
    void cutShortAnywhere(String name, byte[] valid, Reader reader) throws IOException {
        assertThat(survives(reader, valid)).as("the whole file is read").isTrue();
        for (int length = 0; length < valid.length; length++) {
            assertThat(survives(reader, Arrays.copyOf(valid, length))).as("read from %d bytes", length).isFalse();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("validFiles")
    void withBytesChangedAnywhere(String name, byte[] valid, Reader reader) throws IOException {
        SplittableRandom random = new SplittableRandom(20);
        int refused = 0;
        for (int round = 0; round < 1500; round++) {
            byte[] changed = valid.clone();
            for (int change = 1 + random.nextInt(3); change > 0; change--) {
                int at = random.nextInt(changed.length);
                changed[at] = switch (random.nextInt(4)) {
                    case 0 -> (byte) 0xff;
                    case 1 -> 0;
                    case 2 -> (byte) (changed[at] ^ 1 << random.nextInt(8));
                    default -> (byte) random.nextInt(256);
                };
            }
            refused += survives(reader, changed) ? 0 : 1;
        }
        assertThat(refused).as("files refused of 1500").isGreaterThan(250);
    }

    /** Pickles unprotected by a checksum, with random opcodes in place of some bytes. */
    @Test
    void withOtherOpcodes() throws IOException {
        byte[] pickle = TorchFiles.smallPickle().stop();
        byte[] opcodes = "().012BCGJKMNQRTUX]abcdehijlqrstu}".getBytes(StandardCharsets.ISO_8859_1);
        SplittableRandom random = new SplittableRandom(21);
        for (int round = 0; round < 2500; round++) {
            byte[] changed = pickle.clone();
            for (int change = 1 + random.nextInt(4); change > 0; change--) {
                int opcode = random.nextInt(opcodes.length + 24);
                changed[2 + random.nextInt(changed.length - 2)] =
                        opcode < opcodes.length ? opcodes[opcode] : (byte) (0x80 + opcode - opcodes.length);
            }
            survives(WeightFiles::read, TorchFiles.zipPth(changed, TorchFiles.smallStorages()));
        }
    }

    /** Whether the content was read; if not, it was refused as it should be. */
    private boolean survives(Reader reader, byte[] content) throws IOException {
        Path file = folder.resolve("fuzzed");
        Files.write(file, content);
        long start = System.nanoTime();
        try {
            reader.read(file);
            return true;
        } catch (WeightFileException e) {
            assertThat(e.getMessage()).startsWith(file + ": ").doesNotContain("\n").hasSizeLessThan(1000);
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("on " + Arrays.toString(content), e);
        } finally {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
    }

    @Test
    void missingEmptyAndForeignFiles() throws IOException {
        assertThatThrownBy(() -> WeightFiles.read(folder.resolve("absent.pth")))
                .isInstanceOf(WeightFileException.class).hasMessage(folder.resolve("absent.pth") + ": no such file");
        assertThatThrownBy(() -> WeightFiles.read(folder))
                .isInstanceOf(WeightFileException.class).hasMessage(folder + ": is a folder, not a file");
        assertRefused(new byte[0], "is empty");
        assertRefused("version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.US_ASCII),
                "not a state dict in a format this build reads (zip .pth, TorchScript, legacy .pth, .pdparams,"
                        + " .safetensors, .onnx)");
        assertRefused(new byte[] {8, 99, 18, 7, 'p', 'y', 't', 'o', 'r', 'c', 'h'}, "not a state dict in a format");
        assertRefused(new byte[] {8, 7, 18, 7, 'p', 'y', 't', 'o', 'r', 'c', 'h'}, "is an ONNX file without a graph");
    }

    @Test
    void otherKindsOfZip() throws IOException {
        assertRefused(zip("configuration.json", "coefficients.bin"),
                "is a Deeplearning4j model file, not a weight file");
        assertRefused(zip("m/data.pkl", "m/constants.pkl", "m/code/__torch__.py"), "refuses the pickle opcode 0x01");
        assertRefused(zip("arr_0.npy"), "0 entries named data.pkl", "not a state dict in a format");
        assertRefused(zip("a/data.pkl", "b/data.pkl"), "2 entries named data.pkl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "/etc/evil", "a\\..\\evil"})
    void zipNamesThatLeadOut(String name) throws IOException {
        assertRefused(zip("a/data.pkl", name), "refuses the zip entry '" + name + "'");
    }

    private static byte[] zip(String... names) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (String name : names) {
            entries.put(name, new byte[] {1});
        }
        return TorchFiles.zip(entries, ZipEntry.DEFLATED);
    }

    @Test
    void zipEntriesTwice() throws IOException {
        byte[] file = TorchFiles.zip(new LinkedHashMap<>(Map.of("aaaa", new byte[1], "bbbb", new byte[1])),
                ZipEntry.STORED);
        String text = new String(file, StandardCharsets.ISO_8859_1).replace("bbbb", "aaaa");
        assertRefused(text.getBytes(StandardCharsets.ISO_8859_1), "has the zip entry 'aaaa' twice");
    }

    @Test
    void zipEntriesThatClaimTooMuch() throws IOException {
        assertRefused(bomb(10, 0xfffffffe), "holds 4294967294 bytes, more than");
        int most = (int) Math.min(Runtime.getRuntime().maxMemory() / 8, Integer.MAX_VALUE - 8);
        assertRefused(bomb(10, most), "damaged zip entry 'a/data.pkl'");
        assertRefused(bomb(10, most, most), "holds " + 2L * most + " bytes, more than the " + most);
    }

    @Test
    void zipEntriesThatClaimTooLittle() throws IOException {
        assertRefused(bomb(10_000_000, 10, 10), "damaged zip entry 'a/data.pkl'");
    }

    /** All entries but the first are the second: a directory of few bytes for each megabyte. */
    @Test
    void zipEntriesThatOverlap() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            entries.put(i == 0 ? "a/data.pkl" : "a/data/" + i, new byte[i == 1 ? 1_000_000 : 1]);
        }
        byte[] file = TorchFiles.zip(entries, ZipEntry.DEFLATED);
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int first = text.indexOf("PK\1\2", text.indexOf("PK\1\2") + 1);
        for (int next = text.indexOf("PK\1\2", first + 1); next > 0; next = text.indexOf("PK\1\2", next + 1)) {
            System.arraycopy(file, first + 16, file, next + 16, 12); // checksum and sizes
            System.arraycopy(file, first + 42, file, next + 42, 4); // where it is
        }
        assertRefused(file, "is a zip whose entries overlap");
    }

    /** Compressed zeros in entries that claim other sizes. */
    private static byte[] bomb(int size, int... claims) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (int i = 0; i < claims.length; i++) {
            entries.put(i == 0 ? "a/data.pkl" : "a/data/" + i, new byte[size]);
        }
        byte[] file = TorchFiles.zip(entries, ZipEntry.DEFLATED);
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int directory = 0;
        for (int claim : claims) {
            directory = text.indexOf("PK\1\2", directory + 1);
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(directory + 24, claim);
        }
        return file;
    }

    @Test
    void bigEndianFiles() throws IOException {
        Map<String, byte[]> entries = Map.of(
                "a/data.pkl", new byte[1], "a/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
        assertRefused(TorchFiles.zip(entries, ZipEntry.STORED), "big-endian");
    }

    @Test
    void globalsThatRunCode() throws IOException {
        byte[] reduce = new PickleBuilder().global("os", "system").op("(").text("touch pwned").op("tR").stop();
        assertRefusedPickle(reduce, "refuses to load the pickle global 'os.system': a state dict needs no such thing");
        assertRefused(reduce, "refuses to load the pickle global 'os.system': a state dict needs no such thing");
        byte[] stackGlobal = new PickleBuilder().text("builtins").text("eval").raw(0x93).stop();
        assertRefusedPickle(stackGlobal, "global 'builtins.eval'");
        byte[] inst = new PickleBuilder().op("(").text("ls").op("iposix\nsystem\n").stop();
        assertRefusedPickle(inst, "global 'posix.system'");
        assertRefusedPickle(new PickleBuilder().global("torch", "load").stop(), "global 'torch.load'");
        assertRefusedPickle(new PickleBuilder().global("torch.nn\r.evil", "x").stop(), "global 'torch.nn .evil.x'");
    }

    @ParameterizedTest
    @ValueSource(ints = {'o', 0x81, 0x82, 0x83, 0x84, 0x92, 0x8f, 0x91, 'P', 'S', 'I', 'F', 0x97, 0xff})
    void opcodesThatNoStateDictNeeds(int opcode) throws IOException {
        byte[] pickle = new PickleBuilder().global("collections", "OrderedDict").op(")").raw(opcode).op(".").bytes();
        assertRefusedPickle(pickle, String.format("refuses the pickle opcode 0x%02x", opcode));
    }

    @Test
    void callsAndAttributesOfOtherThings() throws IOException {
        assertRefusedPickle(new PickleBuilder().text("x").op(")R").stop(), "calls something other than a function");
        assertRefusedPickle(new PickleBuilder().global("torch", "FloatStorage").op(")R").stop(),
                "calls something other");
        assertRefusedPickle(new PickleBuilder().op("]}b").stop(), "sets attributes on anything but a dict");
    }

    /** Modules are attributes without code: classes of Python's, and of C++, stay refused. */
    @Test
    void scriptsThatMeanHarm() throws IOException {
        PickleBuilder system = new PickleBuilder().global("os", "system").op("(").text("touch pwned").op("tR");
        assertRefused(TorchFiles.script(system.stop(), Map.of()), "refuses to load the pickle global 'os.system'");
        assertRefused(TorchFiles.script(new PickleBuilder().global("__torch__.torch.classes.quantized", "X").stop(),
                Map.of()), "global '__torch__.torch.classes.quantized.X'");
        assertRefused(TorchFiles.script(new PickleBuilder().global("__torch__", "M").op(")R").stop(), Map.of()),
                "calls something other than a function");
        assertRefused(TorchFiles.script(new PickleBuilder().global("__torch__", "M").op(")").raw(0x81).op("]b").stop(),
                Map.of()), "damaged");
        assertRefused(TorchFiles.script(new PickleBuilder().op("}").stop(), Map.of()), "without a module");
        // Without a program beside it, there is no reason for a module.
        assertRefusedPickle(new PickleBuilder().global("__torch__", "M").stop(), "global '__torch__.M'");
    }

    @Test
    void modulesWithinThemselves() throws IOException {
        PickleBuilder circle = new PickleBuilder().global("__torch__", "M").op(")").raw(0x81).op("q").raw(0)
                .op("}").text("a").op("h").raw(0).op("sb");
        assertRefused(TorchFiles.script(circle.stop(), Map.of()), "nests deeper");
        PickleBuilder shared = new PickleBuilder().global("__torch__", "M").op(")").raw(0x81).op("q").raw(0)
                .op("}").text("a").number(1).op("sb");
        for (int i = 1; i < 30; i++) { // 2^29 names for one attribute
            shared.global("__torch__", "M").op(")").raw(0x81).op("q").raw(i)
                    .op("}(").text("a").op("h").raw(i - 1).text("b").op("h").raw(i - 1).op("ub");
        }
        assertRefused(TorchFiles.script(shared.stop(), Map.of()), "has more attributes, than any network");
    }

    /** Modules that share modules of long names: 30 KB in the file, 260 MB in a state dict. */
    @Test
    void modulesWhoseNamesAddUpToTooMuch() throws IOException {
        PickleBuilder shared = new PickleBuilder().global("__torch__", "M").op(")").raw(0x81).op("q").raw(0)
                .op("}").text("a").number(1).op("sb");
        for (int i = 1; i < 16; i++) {
            shared.global("__torch__", "M").op(")").raw(0x81).op("q").raw(i)
                    .op("}(").text("a".repeat(1000)).op("h").raw(i - 1).text("b".repeat(1000)).op("h").raw(i - 1)
                    .op("ub");
        }
        assertRefused(TorchFiles.script(shared.stop(), Map.of()), "names have more than 16000000 characters together");
    }

    @Test
    void arraysThatMeanHarm() throws IOException {
        assertRefused(paddle("f4", "<", new long[] {3}, new byte[8]), "array 'x' has 8 bytes, which are not");
        assertRefused(paddle("f4", "<", new long[] {-2}, new byte[8]), "array 'x' has 8 bytes");
        assertRefused(paddle("f4", "<", new long[] {1L << 32, 1L << 32}, new byte[0]), "array 'x' has 0 bytes");
        assertRefused(paddle("f4", ">", new long[] {2}, new byte[8]), "NumPy's type '>f4', which is not read");
        assertRefused(paddle("O", "|", new long[] {2}, new byte[8]), "NumPy's type '|O', which is not read");
        assertRefused(new PickleBuilder().op("}").text("x").number(1).op("s").stop(), "entry 'x' that is not an array");
        assertRefused(new PickleBuilder().op("]").stop(), "neither one that torch.save wrote nor one of paddle.save");
        assertRefused(new PickleBuilder().global("numpy", "ndarray").op(")R").stop(), "calls something other");
        assertRefused(new PickleBuilder().global("numpy.core.multiarray", "scalar").stop(), "scalar'");
        assertRefused(new PickleBuilder().global("_codecs", "encode").op("(").text("x").text("rot13").op("tR").stop(),
                "damaged");
        assertRefused(
                new PickleBuilder().global("_codecs", "encode").op("(").text("x").text("latin1").op("tRNb").stop(),
                "sets attributes on anything but");
        PickleBuilder again = new PickleBuilder().op("}(").text("x").array("f4", "<", new long[] {64}, new byte[256], 4)
                .op("q").raw(0);
        for (int i = 0; i < 200; i++) {
            again.text("x" + i).op("h").raw(0);
        }
        assertRefused(again.op("u").stop(), "claims arrays of more elements than it has bytes");
        PickleBuilder encoded = new PickleBuilder().text("y".repeat(1000)).op("q").raw(0);
        for (int i = 0; i < 200; i++) {
            encoded.global("_codecs", "encode").op("(h").raw(0).text("latin1").op("tR");
        }
        assertRefused(encoded.stop(), "damaged");
    }

    private static byte[] paddle(String code, String order, long[] shape, byte[] content) {
        return new PickleBuilder().op("}").text("x").array(code, order, shape, content, 4).op("s").stop();
    }

    @Test
    void metadataOfOtherNetworks() throws IOException {
        String header = "{\"__metadata__\":{\"shufflenet4j\":\"%s\"},\"x\":{\"dtype\":\"F32\",\"shape\":[2],"
                + "\"data_offsets\":[0,8]}}";
        String damaged = String.format(header, "{");
        assertRefused(safetensors(damaged.length(), damaged, 8), "has damaged metadata under 'shufflenet4j'");
        Path file = folder.resolve("model.safetensors");
        ExportFormat.SAFETENSORS.write(file, RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 2));
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertRefused(text.replace("X0_25", "X0_33").getBytes(StandardCharsets.ISO_8859_1), "for another network");
    }

    static Stream<PickleBuilder> lengthsBeyondTheEnd() {
        return Stream.of(
                new PickleBuilder().op("X").int32(-1),
                new PickleBuilder().op("X").int32(Integer.MAX_VALUE),
                new PickleBuilder().op("B").int32(Integer.MAX_VALUE),
                new PickleBuilder().op("T").int32(-5),
                new PickleBuilder().raw(0x8d).int64(1L << 62),
                new PickleBuilder().raw(0x8e).int64(-1),
                new PickleBuilder().raw(0x8b).int32(Integer.MAX_VALUE),
                new PickleBuilder().raw(0x8b).int32(-1),
                new PickleBuilder().raw(0x95).int64(1L << 40),
                new PickleBuilder().op("j").int32(-1));
    }

    @ParameterizedTest
    @MethodSource("lengthsBeyondTheEnd")
    void lengthsBeyondTheEnd(PickleBuilder pickle) throws IOException {
        assertRefusedPickle(pickle.op("aaaa").stop(), "damaged");
    }

    @Test
    void hugeMemoIndexesCostNothing() throws IOException {
        PickleBuilder pickle = new PickleBuilder().op("}r").int32(-1).op("0j").int32(-1);
        assertRefusedPickle(pickle.stop(), "without tensors");
    }

    @Test
    void dictsWithinThemselves() throws IOException {
        assertRefusedPickle(new PickleBuilder().op("}q").raw(0).text("a").op("h").raw(0).op("s").stop(),
                "has an entry 'a' that is not a tensor");
        assertRefusedPickle(new PickleBuilder().op("}q").raw(0).text("state_dict").op("h").raw(0).op("s").stop(),
                "has an entry 'state_dict' that is not a tensor");
        assertRefusedPickle(new PickleBuilder().op("}]q").raw(0).op("h").raw(0).op("ah").raw(0).op("s").stop(),
                "keys are not strings or numbers");
    }

    @Test
    void deepNesting() throws IOException {
        PickleBuilder pickle = new PickleBuilder();
        pickle.op("(".repeat(400_000)).op("t".repeat(400_000));
        assertRefusedPickle(pickle.stop(), "a sequence");
    }

    @Test
    void picklesWithoutEnd() throws IOException {
        assertRefusedPickle(new PickleBuilder().op("}".repeat(1_000_001)).stop(), "more than 1000000 steps");
        PickleBuilder copies = new PickleBuilder().op("](");
        for (int i = 0; i < 20_000; i++) {
            copies.op("(").number(i).op("Nt");
        }
        copies.op("eq").raw(0);
        for (int i = 0; i < 20_000; i++) {
            copies.global("collections", "OrderedDict").op("h").raw(0).raw(0x85).op("R");
        }
        assertRefusedPickle(copies.stop(), "more than 1000000 steps");
    }

    static Stream<Arguments> windowsBeyondTheStorage() {
        long huge = 1L << 40;
        long max = Long.MAX_VALUE;
        return Stream.of(
                Arguments.of(6L, 0L, new long[] {7}, new long[] {1}),
                Arguments.of(6L, 1L, new long[] {6}, new long[] {1}),
                Arguments.of(6L, -1L, new long[] {2}, new long[] {1}),
                Arguments.of(6L, 5L, new long[] {2}, new long[] {-1}),
                Arguments.of(6L, 0L, new long[] {-2}, new long[] {1}),
                Arguments.of(6L, 0L, new long[] {2, 2}, new long[] {5, 1}),
                Arguments.of(6L, 0L, new long[] {2}, new long[] {1, 1}),
                Arguments.of(6L, 0L, new long[] {2, 2}, new long[] {max, max}),
                Arguments.of(6L, max, new long[] {2}, new long[] {1}),
                Arguments.of(6L, 0L, new long[] {1L << 32, 1L << 32}, new long[] {0, 0}),
                Arguments.of(6L, 0L, new long[] {huge}, new long[] {0}),
                Arguments.of(huge, 0L, new long[] {huge}, new long[] {1}),
                Arguments.of(huge, 0L, new long[] {6}, new long[] {1}),
                Arguments.of(-1L, 0L, new long[] {1}, new long[] {1}));
    }

    @ParameterizedTest
    @MethodSource("windowsBeyondTheStorage")
    void windowsBeyondTheStorage(long elements, long offset, long[] size, long[] stride) throws IOException {
        byte[] pickle = new PickleBuilder().op("}").text("x")
                .tensor("FloatStorage", "0", elements, offset, size, stride).op("s").stop();
        assertRefused(TorchFiles.zipPth(pickle, TorchFiles.smallStorages()), "tensor 'x'",
                "does not lie within its storage");
    }

    @Test
    void windowsThatAddUpToTooMuch() throws IOException {
        byte[] pickle = new PickleBuilder().op("}").text("x")
                .tensor("FloatStorage", "0", 6, 0, new long[] {1 << 30}, new long[] {0}).op("s").stop();
        assertRefused(TorchFiles.zipPth(pickle, TorchFiles.smallStorages()), "more elements than it has bytes");
    }

    @Test
    void storagesThatAreNotThere() throws IOException {
        byte[] pickle = new PickleBuilder().op("}").text("x")
                .tensor("FloatStorage", "../0", 6, 0, new long[] {1}, new long[] {1}).op("s").stop();
        assertRefused(TorchFiles.zipPth(pickle, TorchFiles.smallStorages()), "lacks the storage '../0' of tensor 'x'");
    }

    @Test
    void legacyStoragesThatClaimTooMuch() throws IOException {
        byte[] file = TorchFiles.smallLegacy();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (long elements : new long[] {1L << 40, Long.MAX_VALUE, -1}) {
            bytes.putLong(file.length - 48, elements);
            assertRefused(file, "storage '0' should have " + Long.toUnsignedString(elements) + " elements");
        }
    }

    @Test
    void keysTwice() throws IOException {
        byte[] pickle = new PickleBuilder().op("}(").text("x").number(1).text("x").number(2).op("u").stop();
        assertRefusedPickle(pickle, "has the key 'x' twice");
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 62, -1, Long.MIN_VALUE, 1_000_000})
    void safetensorsHeadersThatClaimTooMuch(long length) throws IOException {
        assertRefused(safetensors(length, "{}", 0), "header claims " + Long.toUnsignedString(length) + " bytes");
    }

    static Stream<Arguments> safetensorsHeaders() {
        String valid = "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]";
        return Stream.of(
                Arguments.of("{\"x\":{" + valid + "}", "damaged safetensors header"),
                Arguments.of("{\"x\":{" + valid + "}} {}", "something after"),
                Arguments.of("{\"x\":{" + valid + "},\"x\":{" + valid + "}}", "Duplicate field 'x'"),
                Arguments.of("{\"x\":{" + valid + "},\"y\":{" + valid + "}}", "tensor 'y' starts at byte 0"),
                Arguments.of("{\"x\":{" + valid + ",\"more\":1}}", "damaged safetensors header"),
                Arguments.of("{\"x\":[1]}", "damaged safetensors header"),
                Arguments.of("{\"x\":null}", "lacks the dtype"),
                Arguments.of("{\"x\":{\"dtype\":\"F32\",\"shape\":[2]}}", "lacks the dtype, shape or two data_offsets"),
                Arguments.of("{\"x\":{" + valid.replace("F32", "F8_E4M3") + "}}", "dtype F8_E4M3, which is not read"),
                Arguments.of("{\"x\":{" + valid.replace("[2]", "[3]") + "}}", "does not match its offsets"),
                Arguments.of("{\"x\":{" + valid.replace("[2]", "[-2]") + "}}", "does not match its offsets"),
                Arguments.of("{\"x\":{" + valid.replace("[2]", "[2.0]") + "}}", "damaged safetensors header"),
                Arguments.of("{\"x\":{" + valid.replace("[2]", "[1099511627776]") + "}}", "does not match its offsets"),
                Arguments.of("{\"x\":{" + valid.replace("[2]", "[4294967296,4294967296]") + "}}", "does not match"),
                Arguments.of("{\"x\":{" + valid.replace("[0,8]", "[8,0]") + "}}", "does not match its offsets"),
                Arguments.of("{\"x\":{" + valid.replace("[0,8]", "[8,16]") + "}}", "starts at byte 8"),
                Arguments.of("{\"x\":{" + valid.replace("[0,8]", "[-8,0]") + "}}", "does not match its offsets"),
                Arguments.of("{\"x\":{" + valid.replace("[0,8]", "[0,4]").replace("[2]", "[1]") + "}}",
                        "need 4 bytes, it has 8"),
                Arguments.of("{" + "\"x\":{".repeat(100_000), "damaged safetensors header"),
                Arguments.of("{\"__metadata__\":" + "[".repeat(100_000), "damaged safetensors header"));
    }

    @ParameterizedTest
    @MethodSource("safetensorsHeaders")
    void safetensorsHeaders(String header, String fault) throws IOException {
        assertRefused(safetensors(header.length(), header, 8), fault);
    }

    private static byte[] safetensors(long length, String header, int data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
        out.writeBytes(header.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(new byte[data]);
        return out.toByteArray();
    }

    private static byte[] networkInOnnx() throws IOException {
        Path file = Files.createTempFile("shufflenet4j", null);
        try {
            OnnxFile.write(file, RandomModels.of(ShuffleNetV2Variant.X0_25, BlockLayout.TORCHVISION, 2));
            return Files.readAllBytes(file);
        } finally {
            Files.delete(file);
        }
    }

    /** Where an ONNX file holds anything but weights: nodes at its start, metadata at its end. */
    private static int structuralPlace(byte[] file, SplittableRandom random) {
        int place = random.nextInt(17_000);
        return place < 16_000 ? place : file.length - 1 - place % 1000;
    }

    @Test
    void onnxCutShort() throws IOException {
        byte[] valid = networkInOnnx();
        assertThat(survives(WeightFiles::read, valid)).as("the whole file is read").isTrue();
        SplittableRandom random = new SplittableRandom(22);
        for (int round = 0; round < 400; round++) {
            // Metadata come last, each whole: a file that ends between them is one without.
            int length = round < 100 ? round : round < 300 ? structuralPlace(valid, random)
                    : random.nextInt(valid.length);
            boolean read = survives(WeightFiles::read, Arrays.copyOf(valid, length));
            assertThat(read && length < valid.length - 2000).as("read from %d bytes", length).isFalse();
        }
    }

    @Test
    void onnxWithBytesChanged() throws IOException {
        byte[] valid = networkInOnnx();
        SplittableRandom random = new SplittableRandom(23);
        int refused = 0;
        for (int round = 0; round < 800; round++) {
            byte[] changed = valid.clone();
            for (int change = 1 + random.nextInt(3); change > 0; change--) {
                int at = structuralPlace(valid, random);
                changed[at] = random.nextInt(3) == 0 ? (byte) random.nextInt(256)
                        : (byte) (changed[at] ^ 1 << random.nextInt(8));
            }
            refused += survives(WeightFiles::read, changed) ? 0 : 1;
        }
        assertThat(refused).as("files refused of 800").isGreaterThan(300);
    }

    /** A graph too small to be a network, in which every byte counts. */
    @Test
    void smallOnnxGraphs() throws IOException {
        OnnxBuilder onnx = onnx();
        onnx.initializer("w", OnnxBuilder.Precision.HALF, new Tensor(new int[] {4, 2, 1, 1}, new float[8]));
        String x = onnx.node("Conv", new Object[] {"x", "w"}, "group", 2, "strides", new long[] {1, 1});
        String sizes = onnx.node("Concat", new Object[] {onnx.constant(1, 2, 2), onnx.constant(-1, 8)}, "axis", 0);
        x = onnx.node("Transpose", new Object[] {onnx.node("Reshape", new Object[] {x, sizes})}, "perm",
                new long[] {0, 2, 1, 3, 4});
        x = onnx.node("Reshape", new Object[] {x, onnx.node("Shape", new Object[] {"x"})});
        String[] halves = onnx.nodes("Split", 2, new Object[] {x, onnx.constant(3, 1)}, "axis", -3);
        x = onnx.node("Relu", new Object[] {halves[0]});
        x = onnx.node("Gather", new Object[] {x, onnx.constant(2, 0)}, "axis", 1);
        x = onnx.node("Slice", new Object[] {x, onnx.constant(0), onnx.constant(9), onnx.constant(1)});
        x = onnx.node("ReduceMean", new Object[] {x}, "axes", new long[] {2, 3}, "keepdims", 0);
        onnx.initializer("fc", OnnxBuilder.Precision.DOUBLE, new Tensor(new int[] {2, 3}, new float[6]));
        byte[] valid = onnx.output(onnx.node("MatMul", new Object[] {x, "fc"})).bytes();
        assertRefused(valid, "has a last convolution of shape [4, 2, 1, 1]");
        for (int length = 1; length < valid.length; length++) {
            survives(WeightFiles::read, Arrays.copyOf(valid, length));
        }
        SplittableRandom random = new SplittableRandom(24);
        for (int round = 0; round < 8000; round++) {
            byte[] changed = valid.clone();
            for (int change = 1 + random.nextInt(3); change > 0; change--) {
                int at = random.nextInt(changed.length);
                changed[at] = switch (random.nextInt(4)) {
                    case 0 -> (byte) 0xff;
                    case 1 -> (byte) random.nextInt(16);
                    case 2 -> (byte) (changed[at] ^ 1 << random.nextInt(8));
                    default -> (byte) random.nextInt(256);
                };
            }
            survives(WeightFiles::read, changed);
        }
    }

    private static OnnxBuilder onnx() {
        return new OnnxBuilder().input("x", 1, 4, 8, 8);
    }

    @Test
    void onnxTensorsElsewhereOrOfOtherSizes() throws IOException {
        OnnxBuilder onnx = onnx();
        onnx.graph.addInitializer(TensorProto.newBuilder().setName("w").setDataType(1).setDataLocationValue(1)
                .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue("/etc/passwd")));
        assertRefused(onnx.bytes(), "keeps the values of tensor 'w' in another file");
        for (long[] shape : new long[][] {{1L << 40, 4, 1, 1}, {-1, 4, 1, 1}, {7, 4, 1, 1}, {1L << 62, 4, 1, 1},
            {0, 4, 1, 1}, {1 << 16, 4, 1, 1}}) {
            OnnxBuilder huge = onnx();
            TensorProto.Builder tensor = TensorProto.newBuilder().setName("w").setDataType(1)
                    .setRawData(ByteString.copyFrom(new byte[16]));
            Arrays.stream(shape).forEach(tensor::addDims);
            huge.graph.addInitializer(tensor);
            huge.output(huge.node("Conv", new Object[] {"x", "w"}));
            assertRefused(huge.bytes(), shape[0] == 7 || shape[0] == 1 << 16 ? "has a last convolution of shape"
                    : "(Conv) gives " + shape[0] + " channels, where 1 to 65536 are allowed");
        }
        OnnxBuilder twice = onnx();
        twice.initializer("w", OnnxBuilder.Precision.FLOAT, new Tensor(new int[] {1}, new float[1]));
        twice.initializer("w", OnnxBuilder.Precision.FLOAT, new Tensor(new int[] {1}, new float[1]));
        assertRefused(twice.bytes(), "has the initializer 'w' twice");
    }

    @Test
    void onnxThatGrowsWithoutEnd() throws IOException {
        OnnxBuilder channels = onnx();
        String x = "x";
        for (int i = 0; i < 60; i++) {
            x = channels.node("Concat", new Object[] {x, x}, "axis", 1);
        }
        assertRefused(channels.bytes(), "gives 131072 channels");
        OnnxBuilder sizes = new OnnxBuilder().input("x", -1, 4, 8, 8);
        String size = sizes.node("Shape", new Object[] {"x"});
        for (int i = 0; i < 60; i++) {
            size = sizes.node("Mul", new Object[] {size, size});
        }
        assertRefused(sizes.bytes(), "(Mul) computes with sizes that no ShuffleNet V2 has (long overflow)");
        OnnxBuilder rows = onnx();
        String row = rows.constant(1, 2);
        for (int i = 0; i < 60; i++) {
            row = rows.node("Concat", new Object[] {row, row}, "axis", 0);
        }
        assertRefused(rows.bytes(), "(Concat) joins more sizes than a value has axes");
        OnnxBuilder copies = onnx();
        x = copies.node("Gather", new Object[] {"x", copies.constant(new long[1 << 14])}, "axis", 1);
        for (int i = 0; i < 1000; i++) {
            x = copies.node("Relu", new Object[] {x});
        }
        assertRefused(copies.bytes(), "has more channels before it than any ShuffleNet V2 needs");
        OnnxBuilder strides = new OnnxBuilder().input("x", -1, 4, -1, -1);
        x = "x";
        for (int i = 0; i < 1000; i++) {
            x = strides.node("MaxPool", new Object[] {x}, "kernel_shape", new long[] {3, 3},
                    "strides", new long[] {2, 2});
        }
        assertRefused(strides.bytes(), "(MaxPool) does not fit its input of size 1");
        OnnxBuilder unused = new OnnxBuilder().input("x", 1, 1 << 16, 8, 8);
        for (int i = 0; i < 100; i++) {
            unused.nodes("GlobalAveragePool", 0, new Object[] {"x"});
        }
        assertRefused(unused.bytes(), "has more channels before it than any ShuffleNet V2 needs");
    }

    @Test
    void onnxOfManyEmptyThings() throws IOException {
        byte[] graph = new byte[1_200_000];
        for (int i = 0; i < graph.length; i += 2) {
            graph[i] = 10; // a node of no bytes
        }
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        model.writeBytes(new byte[] {8, 8, 0x3a});
        for (int rest = graph.length; rest > 0; rest >>>= 7) {
            model.write(rest > 127 ? rest & 127 | 128 : rest);
        }
        model.writeBytes(graph);
        assertRefused(model.toByteArray(), "has more than 500000 protobuf fields");
    }

    @Test
    void onnxGraphsOfOtherKinds() throws IOException {
        assertRefused(onnx().input("y", 1).bytes(), "has 2 inputs");
        assertRefused(onnx().bytes(), "has the outputs [], where one");
        assertRefused(new OnnxBuilder().input("x", 1, -1, 8, 8).bytes(), "takes an input 'x' of shape [1, null, 8, 8]");
        assertRefused(onnx().output("x").bytes(), "has no Conv node");
        OnnxBuilder circle = onnx();
        circle.node("Relu", new Object[] {"/Relu_output_0"});
        assertRefused(circle.bytes(), "takes '/Relu_output_0', which nothing before it gives");
        OnnxBuilder control = onnx();
        control.node("Loop", new Object[] {"x"});
        assertRefused(control.bytes(), "node '/Loop_0' (Loop) is an operator that no exported ShuffleNet V2 has");
        assertRefused(onnx().model().clearOpsetImport().addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(6))
                .build().toByteArray(), "uses ONNX's operator set 6");
    }

    private void assertRefusedPickle(byte[] pickle, String... fault) throws IOException {
        assertRefused(TorchFiles.zipPth(pickle, Map.of()), fault);
    }

    private void assertRefused(byte[] content, String... fault) throws IOException {
        Path file = folder.resolve("hostile.bin");
        Files.write(file, content);
        Assertions.assertTimeoutPreemptively(SOON, () -> assertThatThrownBy(() -> WeightFiles.read(file))
                .isInstanceOf(WeightFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContainingAll(fault)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "\r").hasSizeLessThan(1000)));
    }
}
