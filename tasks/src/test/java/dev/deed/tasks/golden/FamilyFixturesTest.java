package dev.deed.tasks.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every family from folder to answer on the tiny folders of the repository, so that a clone without
 * other known answers tests all of them; {@code tools/make_family_fixtures.py} makes them.
 */
final class FamilyFixturesTest {
  private static final Path ROOT =
      Path.of(System.getProperty("deed.root", "..")).resolve("core/src/test/resources/families");

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
        ObjectNode settings = (ObjectNode) run.path("settings");
        Generation generation =
            model.generate(input, GenerationOptions.defaults().withOverrides(settings));
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

  /** Sequences without their prefix. */
  private static List<List<Integer>> newTokens(JsonNode sequences, int prefix) {
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
