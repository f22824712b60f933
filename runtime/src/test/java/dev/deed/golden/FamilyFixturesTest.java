package dev.deed.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.checkpoint.CheckpointConverter;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.model.family.Int8Storage;
import dev.deed.model.family.ModelFamily;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every family from folder to answer on the tiny folders of the repository, so that a clone without
 * other known answers tests all of them; {@code tools/make_family_fixtures.py} makes them.
 */
final class FamilyFixturesTest {
  private static final Path ROOT =
      Path.of(System.getProperty("deed.root", "..")).resolve("core/src/test/resources/families");

  /** Their weights are multiplied by factors before they are rounded at opening. */
  private static final Set<String> HAS_FACTORS = Set.of("beit-trocr");

  @TempDir Path scratch = Path.of("");

  static List<String> families() throws IOException {
    try (Stream<Path> entries = Files.list(ROOT)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void featuresAgree(String family) throws IOException {
    FeatureAgreement.check(ROOT.resolve(family), cases(family));
  }

  @ParameterizedTest
  @MethodSource("families")
  void answersAgree(String family) throws IOException {
    Path folder = ROOT.resolve(family);
    try (SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
        EncoderDecoderModel model = EncoderDecoderModel.open(folder.resolve("model"), 2)) {
      for (JsonNode run : cases(family).path("generate")) {
        int[] prefix = HuggingFaceGolden.ints(run.path("prefix"));
        Input input =
            FeatureAgreement.input(expected.tensors(), run.path("input").asText())
                .withDecoderPrefix(prefix.length == 0 ? null : prefix);
        Map<String, ?> settings = HuggingFaceGolden.settings(run.path("settings"));
        Generation generation =
            model.generate(input, GenerationOptions.defaults().withSettings(settings));
        String name = run.path("case") + " " + run.path("input") + " " + run.path("prefix");
        List<GeneratedSequence> sequences = generation.sequences();
        assertThat(sequences.stream().map(GeneratedSequence::tokenIds).toList())
            .as(name)
            .isEqualTo(newTokens(run.path("sequences"), Math.max(1, prefix.length)));
        JsonNode scores = run.path("sequences_scores");
        for (int i = 0; i < scores.size(); i++) {
          assertThat(sequences.get(i).score())
              .as(name)
              .isCloseTo(scores.path(i).asDouble(), within(1e-4));
        }
      }
    }
  }

  /** Rounded when it is stored, or when it is opened: the same whole numbers. */
  @ParameterizedTest
  @MethodSource("families")
  void storedInt8IsOpenedInt8(String family) throws IOException {
    Path folder = ROOT.resolve(family);
    Path whole = folder.resolve("model");
    Path stored = scratch.resolve("stored");
    Config config = Config.read(whole.resolve("config.json"));
    new CheckpointConverter(
            new Int8Storage(config), ModelFamily.describe(config).tensorNames(), Long.MAX_VALUE)
        .convert(whole, stored, (done, all) -> {});
    assertThat(stored.resolve("model.safetensors")).isRegularFile();
    OpenOptions int8 = OpenOptions.defaults().withPrecision(WeightPrecision.INT8);
    JsonNode cases = cases(family);
    String input = cases.path("inputs").path(0).path("name").asText();
    int[] prefix = HuggingFaceGolden.ints(cases.path("teacher_forcing").path("decoder_input_ids"));
    try (SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
        EncoderDecoderModel one = EncoderDecoderModel.open(whole, int8);
        EncoderDecoderModel other = EncoderDecoderModel.open(stored)) {
      assertThat(other.internals().folder().precision()).isEqualTo(WeightPrecision.INT8);
      Input given = FeatureAgreement.input(expected.tensors(), input).withDecoderPrefix(prefix);
      float[] logits = logits(one, given);
      if (HAS_FACTORS.contains(family)) {
        assertThat(logits(other, given)).containsExactly(logits, Offset.offset(1e-4f));
      } else {
        assertThat(logits(other, given)).containsExactly(logits);
      }
    }
  }

  static float[] logits(EncoderDecoderModel model, Input input) {
    return Objects.requireNonNull(
        model
            .internals()
            .features(input)
            .exitLogits()
            .get(model.internals().spec().decoderLayers()));
  }

  /** Sequences without their prefix. */
  static List<List<Integer>> newTokens(JsonNode sequences, int prefix) {
    List<List<Integer>> all = new ArrayList<>();
    for (JsonNode sequence : sequences) {
      List<Integer> ids = new ArrayList<>();
      sequence.forEach(id -> ids.add(id.asInt()));
      all.add(ids.subList(prefix, ids.size()));
    }
    return all;
  }

  private static JsonNode cases(String family) throws IOException {
    return new ObjectMapper().readTree(ROOT.resolve(family).resolve("cases.json").toFile());
  }
}
