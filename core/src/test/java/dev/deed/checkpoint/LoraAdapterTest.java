package dev.deed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.checkpoint.SafetensorsWriter.Entry;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoraAdapterTest {
  private static final String PREFIX = "base_model.model.";
  private static final int OUTPUTS = 5;
  private static final int INPUTS = 7;
  private static final int RANK = 3;

  private final Random random = new Random(1);
  private final Map<String, Tensor> base = new LinkedHashMap<>();
  private final Map<String, Entry> tensors = new LinkedHashMap<>();
  private StoredNames names = StoredNames.PLAIN;

  @TempDir Path folder = Path.of("");

  private float[] numbers(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  private float[] stored(String name, Integer... shape) {
    float[] values = numbers(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    base.put(name, new Tensor(name, DataType.F32, List.of(shape), TensorData.of(values)));
    return values;
  }

  private float[] adapter(String name, int... shape) {
    float[] values = numbers(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    tensors.put(PREFIX + name, new Entry(shape, values));
    return values;
  }

  private void write(String settings) throws IOException {
    Files.writeString(
        folder.resolve("adapter_config.json"),
        "{\"peft_type\": \"LORA\", \"lora_alpha\": 6, \"use_dora\": false, \"layer_replication\":"
            + " null"
            + settings
            + "}");
    SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), tensors, Map.of());
  }

  private Map<String, float[]> merged() {
    try (LoraAdapter adapter = LoraAdapter.open(folder)) {
      Map<String, float[]> merged = new LinkedHashMap<>();
      adapter.applyTo(base, names).forEach((name, tensor) -> merged.put(name, tensor.toFloats()));
      return merged;
    }
  }

  private float[] merged(String name) {
    return Objects.requireNonNull(merged().get(name), name);
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(this::merged)
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(words);
  }

  /** By the scalar formula, in double. */
  private static void assertSum(float[] actual, float[] weight, float[] b, float[] a, double s) {
    int inputs = a.length / RANK;
    assertThat(actual).hasSameSizeAs(weight);
    for (int i = 0; i < weight.length; i++) {
      double sum = 0;
      for (int r = 0; r < RANK; r++) {
        sum += (double) b[i / inputs * RANK + r] * a[r * inputs + i % inputs];
      }
      assertThat((double) actual[i]).isCloseTo(weight[i] + s * sum, within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2.0|",
        "3.4641016|, \"use_rslora\": true",
        "3.0|, \"alpha_pattern\": {\"nothing\": 1, \"q\": 9, \"x.q\": 30}",
        "10.0|, \"alpha_pattern\": {\"q.\": 9, \"^x\\\\.(q|k)\": 30}",
        "2.0|, \"alpha_pattern\": {\"x\": 9, \"q(?=.)\": 9}"
      })
  void aWeightGetsTheScaledProduct(String form) throws IOException {
    String[] parts = form.split("\\|", 2);
    float[] weight = stored("x.q.weight", OUTPUTS, INPUTS);
    float[] kept = stored("x.k.weight", OUTPUTS, INPUTS);
    float[] a = adapter("x.q.lora_A.weight", RANK, INPUTS);
    float[] b = adapter("x.q.lora_B.weight", OUTPUTS, RANK);
    write(parts[1]);
    assertSum(merged("x.q.weight"), weight, b, a, Double.parseDouble(parts[0]));
    assertThat(merged("x.k.weight")).containsExactly(kept);
  }

  @Test
  void aConvolutionIsAMatrixOfAllItsPlaces() throws IOException {
    float[] weight = stored("c.weight", OUTPUTS, INPUTS, 2);
    float[] a = adapter("c.lora_A.weight", RANK, INPUTS, 2);
    float[] b = adapter("c.lora_B.weight", OUTPUTS, RANK, 1);
    write("");
    assertSum(merged("c.weight"), weight, b, a, 2);
  }

  @Test
  void piecesHaveTheBitsOfTheWhole() throws IOException {
    stored("q.weight", OUTPUTS, INPUTS);
    adapter("q.lora_A.weight", RANK, INPUTS);
    adapter("q.lora_B.weight", OUTPUTS, RANK);
    write("");
    try (LoraAdapter adapter = LoraAdapter.open(folder)) {
      Tensor tensor = Objects.requireNonNull(adapter.applyTo(base, names).get("q.weight"));
      float[] whole = tensor.toFloats();
      for (int size = 1; size <= 2 * INPUTS + 1; size++) {
        float[] pieces = new float[whole.length];
        for (int at = 0; at < pieces.length; at += size) {
          tensor.read(at, pieces, at, Math.min(size, pieces.length - at));
        }
        assertThat(pieces).containsExactly(whole);
      }
    }
  }

  @Test
  void wholeTensorsTakeTheirPlaces() throws IOException {
    stored("q.weight", OUTPUTS, INPUTS);
    stored("q.bias", OUTPUTS);
    stored("norm.weight", INPUTS);
    stored("norm.bias", INPUTS);
    adapter("q.lora_A.weight", RANK, INPUTS);
    adapter("q.lora_B.weight", OUTPUTS, RANK);
    float[] bias = adapter("q.base_layer.bias", OUTPUTS);
    float[] norm = adapter("norm.weight", INPUTS);
    float[] normBias = adapter("norm.modules_to_save.bias", INPUTS);
    adapter("norm.original_module.bias", INPUTS);
    write(", \"bias\": \"all\", \"modules_to_save\": [\"norm\"]");
    assertThat(merged("q.bias")).containsExactly(bias);
    assertThat(merged("norm.weight")).containsExactly(norm);
    assertThat(merged("norm.bias")).containsExactly(normBias);
  }

  /** Modules are not tied: a place whose own tensor is changed leaves the others as they were. */
  @Test
  void onePlaceOfATiedTableIsChangedAlone() throws IOException {
    names =
        new StoredNames(
            List.of(
                List.of("embed.weight", "shared.weight", "head.weight"),
                List.of("head.weight", "shared.weight", "embed.weight")),
            Map.of());
    float[] table = stored("shared.weight", OUTPUTS, INPUTS);
    float[] a = adapter("head.lora_A.weight", RANK, INPUTS);
    float[] b = adapter("head.lora_B.weight", OUTPUTS, RANK);
    write("");
    assertSum(merged("head.weight"), table, b, a, 2);
    assertThat(merged("shared.weight")).containsExactly(table);
    assertThat(merged()).doesNotContainKey("embed.weight");

    tensors.clear();
    float[] saved = adapter("shared.weight", OUTPUTS, INPUTS);
    write("");
    assertThat(merged("shared.weight")).containsExactly(saved);
    assertThat(merged("head.weight")).containsExactly(table);
    assertThat(merged("embed.weight")).containsExactly(table);
  }

  @Test
  void aTensorIsFoundUnderItsOtherName() throws IOException {
    names = new StoredNames(List.of(), Map.of("inner.q.weight", "q.weight"));
    float[] weight = stored("q.weight", OUTPUTS, INPUTS);
    float[] a = adapter("inner.q.lora_A.weight", RANK, INPUTS);
    float[] b = adapter("inner.q.lora_B.weight", OUTPUTS, RANK);
    write("");
    assertSum(merged("q.weight"), weight, b, a, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "use_dora|, \"use_dora\": true",
        "lora_bias|, \"lora_bias\": true",
        "target_parameters|, \"target_parameters\": [\"x\"]",
        "pissa_niter_4|, \"init_lora_weights\": \"pissa_niter_4\"",
        "alpha_pattern: (|, \"alpha_pattern\": {\"(\": 1}",
        "take too long|, \"alpha_pattern\": {\"((.*)*)*!\": 1}",
        "take too long|, \"alpha_pattern\": {\"((((.*)*)*)*)*y\": 1}",
        "lora_alpha|, \"lora_alpha\": \"much\""
      })
  @Timeout(value = 2, unit = TimeUnit.SECONDS)
  void whatIsNotReadIsRefusedByName(String form) throws IOException {
    String[] parts = form.split("\\|, ", 2);
    String name = "long.name.of.a.module.in.a.layer.of.a.decoder.of.a.model.q";
    stored(name + ".weight", OUTPUTS, INPUTS);
    adapter(name + ".lora_A.weight", RANK, INPUTS);
    adapter(name + ".lora_B.weight", OUTPUTS, RANK);
    write(", " + parts[1]);
    String config = Files.readString(folder.resolve("adapter_config.json"));
    Files.writeString(
        folder.resolve("adapter_config.json"),
        config.replace("\"use_dora\": false, ", "").replaceFirst("\"lora_alpha\": 6, ", ""));
    assertRefused("adapter_config.json", parts[0]);
  }

  @Test
  void anotherKindIsRefusedByName() throws IOException {
    write("");
    Files.writeString(folder.resolve("adapter_config.json"), "{\"peft_type\": \"IA3\"}");
    assertRefused("peft_type", "IA3");
  }

  @Test
  void tensorsThatDoNotFitAreRefusedByName() throws IOException {
    stored("q.weight", OUTPUTS, INPUTS);
    stored("q.bias", OUTPUTS);
    float[] a = adapter("q.lora_A.weight", RANK, INPUTS - 1);
    adapter("q.lora_B.weight", OUTPUTS, RANK);
    write("");
    assertRefused("q.lora_A.weight", "[3, 6]", "[3, 7]");
    adapter("q.lora_A.weight", RANK, INPUTS);
    adapter("q.lora_B.weight", OUTPUTS, RANK - 1);
    write("");
    assertRefused("q.lora_B.weight", "[5, 2]", "[5, 3]");
    adapter("q.lora_A.weight", 0, INPUTS);
    adapter("q.lora_B.weight", OUTPUTS, 0);
    write("");
    assertRefused("q.lora_A.weight", "rank 0");
    adapter("q.lora_A.weight", 5000, INPUTS);
    write("");
    assertRefused("q.lora_A.weight", "rank 5000");
    tensors.remove(PREFIX + "q.lora_A.weight");
    write("");
    assertRefused("q.lora_B.weight", "lora_A");
    tensors.clear();
    adapter("q.lora_A.weight", RANK, INPUTS);
    write("");
    assertRefused("q.lora_A.weight", "lora_B");
    tensors.clear();
    adapter("layers.77.lora_A.weight", RANK, INPUTS);
    adapter("layers.77.lora_B.weight", OUTPUTS, RANK);
    write("");
    assertRefused(".77.");
    for (String part : List.of("q.lora_magnitude_vector", "q.lora_embedding_A", "no.bias")) {
      tensors.clear();
      adapter(part, OUTPUTS);
      write("");
      assertRefused(part);
    }
    tensors.clear();
    write("");
    assertRefused("holds no tensors");
    tensors.put("q.weight", new Entry(new int[] {RANK, INPUTS - 1}, a));
    write("");
    assertRefused("q.weight", PREFIX);
    Files.delete(folder.resolve("adapter_model.safetensors"));
    assertRefused("lacks adapter_model.safetensors");
  }
}
