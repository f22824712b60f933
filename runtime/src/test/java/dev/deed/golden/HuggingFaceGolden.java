package dev.deed.golden;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.Input;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** One family of {@code golden/hf}: a tiny random model and what Transformers computes with it. */
record HuggingFaceGolden(Path family, JsonNode cases, SafetensorsFile expected)
    implements AutoCloseable {
  /** The folders of today's families, whose encoder inputs are given. */
  static Stream<Path> families() {
    try (Stream<Path> entries = Files.list(Shared.path("golden/hf"))) {
      List<Path> families = entries.filter(HuggingFaceGolden::isRead).sorted().toList();
      return families.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Families whose answers these tests read; others lie there for work to come. */
  private static final Set<String> TODAY =
      Set.of(
          "bart",
          "byt5",
          "donut",
          "florence2",
          "m2m100",
          "madlad",
          "marian",
          "mbart",
          "moonshine",
          "nougat",
          "pix2struct",
          "pp_formulanet",
          "t5-v1_0",
          "t5-v1_1",
          "t5gemma",
          "t5gemma2",
          "trocr",
          "udop",
          "whisper",
          "whisper-sound");

  private static boolean isRead(Path family) {
    return Files.isDirectory(family) && TODAY.contains(family.getFileName().toString());
  }

  static HuggingFaceGolden open(Path family) {
    try {
      return new HuggingFaceGolden(
          family,
          new ObjectMapper().readTree(family.resolve("cases.json").toFile()),
          SafetensorsFile.open(family.resolve("expected.safetensors")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The raw encoder inputs of a name such as {@code in0}, else its sound. */
  Input input(String name) {
    for (JsonNode input : cases.path("inputs")) {
      if (input.path("name").asText().equals(name) && !input.has("shapes")) {
        return Input.ofAudio(family.resolve(input.path("audio").asText()));
      }
    }
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
