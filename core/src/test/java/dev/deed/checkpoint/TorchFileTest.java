package dev.deed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote (tools/make_torch_fixtures.py): the values are those of that script. */
class TorchFileTest {
  @ParameterizedTest
  @ValueSource(strings = {"zip.bin", "protocol4.bin", "legacy.bin"})
  void readsWhatPyTorchWrites(String file) throws URISyntaxException {
    try (TorchFile torch = TorchFile.open(resource(file))) {
      Map<String, Tensor> tensors = torch.tensors();
      float[] base = new float[24];
      for (int i = 0; i < base.length; i++) {
        base[i] = i / 8f - 1;
      }
      assertFloats(tensors, "tied.first", List.of(6, 4), base);
      assertFloats(tensors, "tied.again", List.of(6, 4), base);
      assertThat(torch.tied()).isEqualTo(Map.of("tied.again", "tied.first"));
      float[] transposed = new float[24];
      float[] cube = new float[24];
      for (int i = 0; i < 24; i++) {
        transposed[i] = base[i % 4 * 6 + i / 4];
        cube[i] = base[i / 6 + 4 * (i % 6)];
      }
      assertFloats(tensors, "transposed", List.of(6, 4), transposed);
      assertFloats(tensors, "cube", List.of(4, 2, 3), cube);
      assertFloats(
          tensors, "offset", List.of(6), new float[] {-.375f, -.25f, -.125f, 0, .125f, .25f});
      float[] second = new float[12];
      for (int i = 0; i < 12; i++) {
        second[i] = base[2 * i + 1];
      }
      assertFloats(tensors, "every.second", List.of(12), second);
      assertFloats(tensors, "expanded", List.of(3, 1), new float[] {-1, -1, -1});
      assertFloats(tensors, "scalar", List.of(), new float[] {2.5f});
      assertFloats(tensors, "empty", List.of(0, 3), new float[0]);
      assertFloats(tensors, "f64", List.of(2), new float[] {.1f, -2});
      assertFloats(
          tensors, "f16", List.of(2), new float[] {Float.float16ToFloat((short) 0x2e66), -2});
      assertFloats(tensors, "bf16", List.of(2), new float[] {Float.intBitsToFloat(0x3dcd0000), -2});
      assertThat(tensor(tensors, "i64").toInts()).containsExactly(0, 1, 2, 3, 4);
      assertThat(tensor(tensors, "i64").shape()).containsExactly(1, 5);
      assertThat(tensor(tensors, "i32").toInts()).containsExactly(-1, 2);
      assertBytes(tensors, "i16", DataType.I16, -1, -1, 2, 0);
      assertBytes(tensors, "i8", DataType.I8, -1, 2);
      assertBytes(tensors, "u8", DataType.U8, 255, 2);
      assertBytes(tensors, "bool", DataType.BOOL, 1, 0);
      assertThat(tensor(tensors, "i16").toInts()).containsExactly(-1, 2);
      assertThat(tensor(tensors, "i8").toInts()).containsExactly(-1, 2);
      assertThat(tensor(tensors, "u8").toInts()).containsExactly(255, 2);
      assertThat(tensor(tensors, "bool").toInts()).containsExactly(1, 0);
      assertThat(tensors).hasSize(18);
    }
  }

  private static void assertFloats(
      Map<String, Tensor> tensors, String name, List<Integer> shape, float[] values) {
    Tensor tensor = tensor(tensors, name);
    assertThat(tensor.shape()).as(name).isEqualTo(shape);
    assertThat(tensor.toFloats()).as(name).containsExactly(values);
    float[] tail = new float[values.length];
    int skip = values.length / 3;
    tensor.read(skip, tail, skip, values.length - skip);
    for (int i = skip; i < values.length; i++) {
      assertThat(tail[i]).as(name + " from the middle").isEqualTo(values[i]);
    }
  }

  private static void assertBytes(
      Map<String, Tensor> tensors, String name, DataType type, int... bytes) {
    Tensor tensor = tensor(tensors, name);
    assertThat(tensor.type()).isEqualTo(type);
    byte[] all = new byte[(int) tensor.data().size()];
    tensor.data().read(0, MemorySegment.ofArray(all));
    assertThat(all).as(name).containsExactly(bytes);
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  static Path resource(String name) throws URISyntaxException {
    URL url = Objects.requireNonNull(TorchFileTest.class.getResource("/torch/" + name));
    return Path.of(url.toURI());
  }
}
