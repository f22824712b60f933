package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.testing.Shared;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of models with adapters, against those that PEFT merges. */
final class LoraGoldenTest {
  @ParameterizedTest
  @ValueSource(strings = {"t5-v1_1", "bart", "whisper", "m2m100"})
  void weightsAreThoseThatPeftMerges(String family) throws IOException {
    Path root = Shared.path("golden/lora");
    JsonNode golden = new ObjectMapper().readTree(root.resolve(family + ".json").toFile());
    Path base = root.resolve(golden.path("model").asText());
    for (JsonNode item : golden.path("adapters")) {
      Path adapter = root.resolve(item.path("folder").asText());
      if (!item.path("may_be_refused").isEmpty()) {
        assertThatThrownBy(() -> open(base, adapter)).hasMessageContaining("dora");
        continue;
      }
      try (ModelFolder model = open(base, adapter);
          ModelFolder named = open(adapter, null);
          SafetensorsFile merged =
              SafetensorsFile.open(root.resolve(item.path("merged").asText()))) {
        Map<String, Tensor> ours = new HashMap<>();
        model.byCanonicalName().values().forEach(tensor -> ours.put(tensor.name(), tensor));
        assertThat(named.path())
            .isEqualTo(adapter.resolve("../../" + golden.path("model").asText()));
        merged
            .tensors()
            .forEach(
                (name, theirs) ->
                    assertThat(Objects.requireNonNull(ours.get(name), name).toFloats())
                        .as("%s %s", adapter, name)
                        .containsExactly(theirs.toFloats(), Offset.offset(1e-5f)));
      }
    }
    for (JsonNode item : golden.path("errors")) {
      assertThatThrownBy(() -> open(base, root.resolve(item.path("folder").asText())))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(item.path("mentions").path(0).asText());
    }
  }

  private static ModelFolder open(Path path, @Nullable Path adapter) {
    return ModelFolder.open(path, WeightPrecision.FP32, adapter);
  }
}
