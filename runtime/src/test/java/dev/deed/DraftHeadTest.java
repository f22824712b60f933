package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.model.HeadBasis;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Narrow drafts that ask a head of low rank: full depth's answers, with the folder's file or not.
 */
final class DraftHeadTest {
  private static final String FILE = "draft_head.safetensors";

  private static final ExitSettings NARROW =
      ExitSettings.parse("full@lossless,drafts=4,draft_precision=int8");

  @TempDir Path folder = Path.of("");

  private static List<Request> requests(ExitSettings exits) {
    return IntStream.range(0, 4)
        .mapToObj(
            i ->
                new Request(
                    Input.ofTokenIds(5 + i, 60, 7, 80 + 9 * i, 9),
                    GenerationOptions.defaults()
                        .withMaxNewTokens(24)
                        .withSampling(i == 3)
                        .withSeed(i)
                        .withExits(exits)))
        .toList();
  }

  private static List<Generation> answers(EncoderDecoderModel model, ExitSettings exits) {
    return model.generate(requests(exits)).stream().map(answer -> answer.orThrow()).toList();
  }

  private static List<List<Integer>> tokens(List<Generation> answers) {
    return answers.stream().map(Generation::tokenIds).toList();
  }

  private static void assertSame(List<Generation> drafted, List<Generation> full) {
    assertThat(tokens(drafted)).isEqualTo(tokens(full));
    assertThat(drafted.stream().map(Generation::logProbabilities))
        .isEqualTo(full.stream().map(Generation::logProbabilities).toList());
    assertThat(drafted.stream().mapToInt(Generation::accepted).sum()).isPositive();
  }

  @Test
  void isFittedToAnswersAndKeptInTheFolder() throws IOException {
    List<Generation> full;
    List<Integer> accepted;
    try (EncoderDecoderModel model = EncoderDecoderModel.open(LargeHead.in(folder), 2)) {
      full = answers(model, ExitSettings.full());
      assertSame(answers(model, NARROW), full);
      model.internals().writeDraftHead();
      assertThat(folder.resolve(FILE)).doesNotExist();
      model.internals().fitDraftHead(requests(ExitSettings.full()), tokens(full));
      List<Generation> drafted = answers(model, NARROW);
      assertSame(drafted, full);
      accepted = drafted.stream().map(Generation::accepted).toList();
      model.internals().writeDraftHead();
    }
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      List<Generation> drafted = answers(model, NARROW);
      assertSame(drafted, full);
      // Neither threads nor neighbours decide what is drafted.
      assertThat(drafted.stream().map(Generation::accepted)).isEqualTo(accepted);
      for (int i = 0; i < full.size(); i++) {
        Generation alone = model.generate(List.of(requests(NARROW).get(i))).getFirst().orThrow();
        assertThat(alone.exitLayers()).isEqualTo(drafted.get(i).exitLayers());
        assertThat(alone.drafted()).isEqualTo(drafted.get(i).drafted());
      }
    }
  }

  /** Whoever does not ask for narrow drafts never reads the file. */
  @Test
  void aDamagedFileIsRefusedByNarrowDrafts() throws IOException {
    Files.writeString(LargeHead.in(folder).resolve(FILE), "damaged");
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      assertThat(answers(model, ExitSettings.full())).hasSize(4);
      assertThatThrownBy(() -> answers(model, NARROW))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(FILE);
    }
  }

  /** Each is finite, and the products with the head's rows are not. */
  @Test
  void aFileOfValuesThatAreTooLargeIsNamed() throws IOException {
    LargeHead.in(folder);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      int width = model.card().sizes().get("decoder_width") instanceof Integer size ? size : 0;
      float[] values = new float[width];
      Arrays.fill(values, 3.3e38f);
      new HeadBasis("test", 1, width, values, values).write(folder);
      assertThatThrownBy(() -> answers(model, NARROW))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(folder.resolve(FILE) + ": holds values so large")
          .hasMessageContaining("delete the file");
      assertThat(answers(model, ExitSettings.full())).hasSize(4);
    }
  }

  @Test
  void smallHeadsNeedNone() throws IOException {
    Files.copy(LargeHead.SMALL.resolve("config.json"), folder.resolve("config.json"));
    Files.copy(LargeHead.SMALL.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      List<Generation> full = answers(model, ExitSettings.full());
      model.internals().fitDraftHead(requests(ExitSettings.full()), tokens(full));
      model.internals().writeDraftHead();
      assertThat(folder.resolve(FILE)).doesNotExist();
    }
  }
}
