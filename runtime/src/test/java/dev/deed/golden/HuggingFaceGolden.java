package dev.deed.golden;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.Input;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.model.family.ModelFamily;
import dev.deed.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One family of {@code golden/hf}: a tiny random model and what Transformers computes with it. */
record HuggingFaceGolden(JsonNode cases, SafetensorsFile expected) implements AutoCloseable {
  /** The folders of today's families, whose encoder inputs are given. */
  static Stream<Path> families() {
    try (Stream<Path> entries = Files.list(Shared.path("golden/hf"))) {
      List<Path> families = entries.filter(HuggingFaceGolden::isRead).sorted().toList();
      return families.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRead(Path family) {
    if (!Files.isDirectory(family)) {
      return false;
    }
    String type = Config.read(family.resolve("model/config.json")).text("model_type");
    try (SafetensorsFile expected = SafetensorsFile.open(family.resolve("expected.safetensors"))) {
      return ModelFamily.ALL.stream().anyMatch(known -> known.modelTypes().contains(type))
          && expected.tensors().keySet().stream().anyMatch(name -> name.startsWith("in0.input."));
    }
  }

  static HuggingFaceGolden open(Path family) {
    try {
      return new HuggingFaceGolden(
          new ObjectMapper().readTree(family.resolve("cases.json").toFile()),
          SafetensorsFile.open(family.resolve("expected.safetensors")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The raw encoder inputs of a name such as {@code in0}. */
  Input input(String name) {
    return FeatureAgreement.input(expected.tensors(), name);
  }

  /** Generation settings by name. */
  static Map<String, Object> settings(JsonNode object) {
    return new ObjectMapper().convertValue(object, new TypeReference<Map<String, Object>>() {});
  }

  static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }

  @Override
  public void close() {
    expected.close();
  }
}
