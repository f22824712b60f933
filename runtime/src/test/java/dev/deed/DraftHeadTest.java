package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.checkpoint.SafetensorsWriter.Entry;
import dev.deed.checkpoint.Tensor;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Narrow drafts that ask a head of low rank: full depth's answers, with the folder's file or not.
 */
final class DraftHeadTest {
  private static final Path SMALL =
      Path.of(System.getProperty("deed.root", ".."))
          .resolve("core/src/test/resources/golden/exits/t5-v1_1/model");
  private static final String FILE = "draft_head.safetensors";

  /** Words with which the head is large. */
  private static final int WORDS = 1 << 16;

  private static final ExitSettings NARROW =
      ExitSettings.parse("full@lossless,drafts=4,draft_precision=int8");

  @TempDir Path folder = Path.of("");

  /** The small model with more words, each near one of its own. */
  private Path large() throws IOException {
    String config = Files.readString(SMALL.resolve("config.json"));
    Files.writeString(
        folder.resolve("config.json"),
        config.replaceAll("\"vocab_size\": *500", "\"vocab_size\": " + WORDS));
    Random random = new Random(4);
    Map<String, Entry> tensors = new LinkedHashMap<>();
    try (SafetensorsFile weights = SafetensorsFile.open(SMALL.resolve("model.safetensors"))) {
      for (Tensor tensor : weights.tensors().values()) {
        int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
        float[] values = tensor.toFloats();
        if (shape.length == 2 && shape[0] == 500) {
          shape[0] = WORDS;
          float[] more = new float[WORDS * shape[1]];
          for (int i = 0; i < more.length; i++) {
            float noise = i < values.length ? 0 : (float) random.nextGaussian() / 10;
            more[i] = values[i % values.length] * (1 + noise);
          }
          values = more;
        }
        tensors.put(tensor.name(), new Entry(shape, values));
      }
    }
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    return folder;
  }

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
    try (EncoderDecoderModel model = EncoderDecoderModel.open(large(), 2)) {
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
    Files.writeString(large().resolve(FILE), "damaged");
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      assertThat(answers(model, ExitSettings.full())).hasSize(4);
      assertThatThrownBy(() -> answers(model, NARROW))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(FILE);
    }
  }

  @Test
  void smallHeadsNeedNone() throws IOException {
    Files.copy(SMALL.resolve("config.json"), folder.resolve("config.json"));
    Files.copy(SMALL.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      List<Generation> full = answers(model, ExitSettings.full());
      model.internals().fitDraftHead(requests(ExitSettings.full()), tokens(full));
      model.internals().writeDraftHead();
      assertThat(folder.resolve(FILE)).doesNotExist();
    }
  }
}
