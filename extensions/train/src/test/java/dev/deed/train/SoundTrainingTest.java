package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.TrainingTexts;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.Names;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whisper with random weights, trained on spectrograms that lie in the repository. */
class SoundTrainingTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<String> WORDS = List.of("red", "green", "blue");
  private static final Path FAMILY = Golden.path("core", "../families/whisper");

  @TempDir Path set;
  @TempDir Path work;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @Test
  void learnsAndAnswersAsTheEngineDoes() throws IOException {
    lines(true);
    Path plain = model();
    Path out = work.resolve("model");
    Recorder heard = new Recorder();
    train(plain, out, DeepSupervisionLoss.Kind.DEED, 60, heard);
    assertThat(heard.losses().getLast()).isLessThan(0.8 * heard.losses().getFirst());

    TrainingListener.Validation best =
        heard.validations.stream().filter(TrainingListener.Validation::best).toList().getLast();
    try (EncoderDecoderModel model = EncoderDecoderModel.open(out, 1)) {
      for (int exit = 1; exit <= 3; exit++) {
        assertThat(FineTuningTest.exact(model, set.resolve("val.jsonl"), exit, false))
            .as("exit %d", exit)
            .isCloseTo(best.exact().get(exit - 1), within(1e-9));
      }
    }
  }

  @Test
  void theEncoderStaysAsItIsWhereTheModelTeachesItself() throws IOException {
    lines(false);
    Path plain = model();
    Path out = work.resolve("model");
    Recorder heard = new Recorder();
    train(plain, out, DeepSupervisionLoss.Kind.DISTILL, 3, heard);
    assertThat(heard.notes).anyMatch(note -> note.contains("12 inputs without a target"));
    try (ModelFolder before = ModelFolder.open(plain);
        ModelFolder after = ModelFolder.open(out)) {
      for (String name : before.byCanonicalName().keySet()) {
        assertThat(Arrays.equals(after.tensor(name).toFloats(), before.tensor(name).toFloats()))
            .as(name)
            .isEqualTo(Names.belongs(name, Names.ENCODER.name()));
      }
    }
  }

  @Test
  void moreRecordingsThanFitAreRefused() throws IOException {
    lines(true);
    try (FirstModel first = new FirstModel(model(), 1);
        InputReader reader = InputReader.open(set.resolve("train.jsonl"))) {
      SoundRows rows = new SoundRows(first, 2 * 7 * 16 * Float.BYTES);
      InputLine line = (InputLine) Objects.requireNonNull(reader.next());
      rows.source(line);
      rows.source(line);
      assertThatThrownBy(() -> rows.source(line))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the recordings: take more than")
          .hasMessageContaining("--limit");
    }
  }

  private void train(
      Path plain, Path out, DeepSupervisionLoss.Kind loss, long steps, Recorder heard)
      throws IOException {
    TinyTask.training(set, out, new Training.Start.FromModel(plain), TinyTask.recipe(loss, steps))
        .run(heard);
  }

  /** Two sounds, each with a prompt of a word; the target has a word of both. */
  private void lines(boolean targets) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      String target = ", \"target\": \"%s %s\"".formatted(WORDS.get(i % 2), WORDS.get((i + 1) % 3));
      lines.append(
          "{\"tensors\": {\"input_features\": \"%s:in%d.input.input_features\"},"
                  .formatted(FAMILY.resolve("expected.safetensors"), i % 2)
              + " \"decoder_input_ids\": [0, %d]%s}\n".formatted(4 + i % 3, targets ? target : ""));
    }
    for (String file : List.of("train.jsonl", "val.jsonl")) {
      Files.writeString(set.resolve(file), lines);
    }
  }

  /** The family's tiny folder with a tokenizer of the words. */
  private Path model() throws IOException {
    Path folder = Files.createDirectories(work.resolve("plain"));
    Files.copy(FAMILY.resolve("model/model.safetensors"), folder.resolve("model.safetensors"));
    Path words = Files.writeString(set.resolve("words.jsonl"), "{\"target\": \"red green blue\"}");
    VocabularySource.Learnt learnt = (VocabularySource.Learnt) VocabularySource.parse("word:32");
    learnt.writeTo(folder, List.of(words), EnumSet.of(TrainingTexts.Field.TARGET));
    Map<String, Integer> ids =
        Map.of(
            "bos_token_id", 0, "pad_token_id", 1, "eos_token_id", 2, "decoder_start_token_id", 0);
    for (String file : List.of("config.json", "generation_config.json")) {
      ObjectNode config =
          (ObjectNode) MAPPER.readTree(FAMILY.resolve("model").resolve(file).toFile());
      ids.forEach(config::put);
      MAPPER.writeValue(folder.resolve(file).toFile(), config);
    }
    return folder;
  }
}
