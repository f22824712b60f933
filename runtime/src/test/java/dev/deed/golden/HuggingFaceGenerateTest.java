package dev.deed.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Request;
import dev.deed.processing.sound.FfmpegProgram;
import dev.deed.value.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Greedy decoding and beam search of each family against Transformers: ids, scores and
 * log-probabilities. All cases of a family, with all their settings, run as one batch.
 */
final class HuggingFaceGenerateTest {
  private static final double TOLERANCE = 1e-4;

  @TestFactory
  Stream<DynamicTest> everyFamily() {
    return HuggingFaceGolden.families()
        .map(family -> dynamicTest(family.getFileName().toString(), () -> agree(family)));
  }

  /**
   * One input of a case.
   *
   * @param first its first sequence among those of the case
   * @param count how many are its own
   */
  private record Row(JsonNode example, String input, int first, int count) {}

  private static void agree(Path family) {
    assumeTrue(
        !family.endsWith("whisper-sound") || FfmpegProgram.find().isPresent(),
        "no ffmpeg is here to read its FLAC files");
    try (HuggingFaceGolden golden = HuggingFaceGolden.open(family);
        EncoderDecoderModel model = EncoderDecoderModel.open(family.resolve("model"), 2)) {
      List<Row> rows = new ArrayList<>();
      for (JsonNode example : golden.cases().path("generate")) {
        rows.addAll(rows(golden.cases(), example));
      }
      List<Request> requests = new ArrayList<>();
      for (Row row : rows) {
        requests.add(
            new Request(
                golden.input(row.input()).withDecoderPrefix(prompt(golden, row)),
                GenerationOptions.defaults()
                    .withSettings(HuggingFaceGolden.settings(row.example().path("settings")))));
      }
      List<Result<Generation>> results = model.generate(requests);
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        compare(row, prompt(golden, row).length, results.get(i).orThrow());
      }
    }
  }

  private static int[] prompt(HuggingFaceGolden golden, Row row) {
    return HuggingFaceGolden.ints(
        row.example().has("prompt")
            ? row.example().path("prompt")
            : golden.cases().path("generation_prompt"));
  }

  private static List<Row> rows(JsonNode cases, JsonNode example) {
    int sequences = example.path("sequences").size();
    if (!example.path("input").asText().equals("batch")) {
      return List.of(new Row(example, example.path("input").asText(), 0, sequences));
    }
    List<Row> rows = new ArrayList<>();
    // UDOP's padded batch differs from its single inputs by construction.
    if (!cases.path("family").asText().equals("udop")) {
      JsonNode names = cases.path("batch").path("rows");
      int count = sequences / names.size();
      for (int row = 0; row < names.size(); row++) {
        rows.add(new Row(example, names.path(row).asText(), row * count, count));
      }
    }
    return rows;
  }

  private static void compare(Row row, int prefix, Generation generation) {
    String name = row.example().path("case").asText() + " of " + row.input();
    assertThat(generation.sequences()).as(name).hasSize(row.count());
    for (int s = 0; s < row.count(); s++) {
      GeneratedSequence sequence = generation.sequences().get(s);
      int at = row.first() + s;
      int[] ids = HuggingFaceGolden.ints(row.example().path("sequences").path(at));
      assertThat(sequence.tokenIds())
          .as(name)
          .isEqualTo(Arrays.stream(ids).skip(prefix).boxed().toList());
      JsonNode logProbabilities = row.example().path("logprobs").path(at);
      for (int i = 0; i < logProbabilities.size(); i++) {
        assertThat(sequence.logProbabilities().get(i))
            .as(name)
            .isCloseTo(logProbabilities.path(i).asDouble(), within(TOLERANCE));
      }
      if (row.example().has("sequences_scores")) {
        double score = row.example().path("sequences_scores").path(at).asDouble();
        assertThat(sequence.score()).as(name).isCloseTo(score, within(TOLERANCE));
      }
    }
  }
}
