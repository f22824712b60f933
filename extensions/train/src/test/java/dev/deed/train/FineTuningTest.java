package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.checkpoint.Config;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.LineInputs;
import dev.deed.data.ParsedLine;
import dev.deed.data.TrainingTexts;
import dev.deed.model.family.ModelFolder;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** T5Gemma, T5Gemma 2 and Florence-2 with random weights, trained on and answering. */
class FineTuningTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Beside the special tokens that a learnt tokenizer has: those of T5Gemma 2's pictures. */
  private static final Map<String, Integer> PICTURE_TOKENS =
      Map.of("boi_token", 37, "eoi_token", 38, "image_token", 35);

  @TempDir Path data;
  @TempDir Path work;

  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @BeforeEach
  void prepare() throws IOException {
    Files.createDirectories(work.resolve("plain"));
  }

  @ParameterizedTest
  @CsvSource({
    "t5gemma, false",
    "t5gemma-plain, false",
    "t5gemma2, false",
    "t5gemma2, true",
    "florence2, false",
    "florence2, true"
  })
  void learnsAndAnswersAsTheEngineDoes(String family, boolean pictures) throws IOException {
    Path set = pictures ? TinyTask.pictures(data, 40) : TinyTask.text(data, 60);
    if (pictures && family.equals("t5gemma2")) {
      ask(set, "<boi> red");
    }
    Path plain = model(family, set);
    Path out = work.resolve("model");
    Recorder heard = new Recorder();
    TinyTask.training(set, out, new Training.Start.FromModel(plain), recipe(false, 60)).run(heard);
    assertThat(heard.losses().getLast()).isLessThan(0.8 * heard.losses().getFirst());

    TrainingListener.Validation best =
        heard.validations.stream().filter(TrainingListener.Validation::best).toList().getLast();
    try (EncoderDecoderModel model = EncoderDecoderModel.open(out, 1)) {
      for (int exit = 1; exit <= 3; exit++) {
        assertThat(exact(model, set.resolve("val.jsonl"), exit, pictures))
            .as("exit %d", exit)
            .isCloseTo(best.exact().get(exit - 1), within(1e-9));
      }
    }
  }

  /** What reads pictures keeps its bits; of the rest nothing does, but what has no gradient. */
  @ParameterizedTest
  @CsvSource({"t5gemma2, <boi>", "florence2, red"})
  void thePartThatReadsPicturesStaysAsItIs(String family, String prompt) throws IOException {
    Path set = TinyTask.pictures(data, 8);
    ask(set, prompt);
    Path plain = model(family, set);
    Path out = work.resolve("model");
    TinyTask.training(set, out, new Training.Start.FromModel(plain), recipe(false, 2))
        .run(new Recorder());
    try (ModelFolder before = ModelFolder.open(plain);
        ModelFolder after = ModelFolder.open(out)) {
      Set<String> frozen = TrainedKinds.frozen(before.spec());
      assertThat(frozen).isNotEmpty();
      for (String name : before.byCanonicalName().keySet()) {
        float[] own = after.tensor(name).toFloats();
        if (frozen.contains(name)) {
          assertThat(own).as(name).containsExactly(before.tensor(name).toFloats());
        }
      }
      String moved = "encoder.layers.0.self.value.weight";
      assertThat(Arrays.equals(after.tensor(moved).toFloats(), before.tensor(moved).toFloats()))
          .isFalse();
      assertThat(Config.read(out.resolve("config.json")).text("dtype")).isEqualTo("float32");
    }
  }

  @Test
  void exitsAndGateAloneLeaveTheAnswersAsTheyAre() throws IOException {
    Path set = TinyTask.text(data, 20);
    Path plain = model("t5gemma2", set);
    Path out = work.resolve("model");
    Training training =
        TinyTask.training(set, out, new Training.Start.FromModel(plain), recipe(true, 3));
    Training withGate =
        new Training(
            training.data(),
            training.times(),
            out,
            training.start(),
            new ExitRequest(ExitRequest.ALL, 4, true),
            training.recipe(),
            training.maxMinutes(),
            training.limit(),
            training.device(),
            1,
            false);
    withGate.run(new Recorder());
    try (ModelFolder before = ModelFolder.open(plain);
        ModelFolder after = ModelFolder.open(out)) {
      for (String name : before.byCanonicalName().keySet()) {
        assertThat(after.tensor(name).toFloats())
            .as(name)
            .containsExactly(before.tensor(name).toFloats());
      }
      assertThat(after.holds("exits.gate.weight")).isTrue();
      assertThat(after.tensor("exits.adapters.1.up.weight").toFloats()).isNotEqualTo(new float[64]);
    }
  }

  @Test
  void aPictureWithoutAPlaceIsRefused() throws IOException {
    Path set = TinyTask.pictures(data, 4);
    ask(set, "red");
    Path plain = model("t5gemma2", set);
    Training training =
        TinyTask.training(
            set, work.resolve("model"), new Training.Start.FromModel(plain), recipe(false, 2));
    assertThatThrownBy(() -> training.run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("does not say where the picture belongs");
  }

  private static TrainingRecipe recipe(boolean freeze, long steps) {
    TrainingRecipe usual = TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, steps);
    return new TrainingRecipe(
        usual.loss(),
        freeze,
        usual.batch(),
        usual.accumulate(),
        usual.dropout(),
        usual.holdNorms(),
        usual.shift(),
        usual.optimizer(),
        usual.schedule(),
        usual.clip(),
        usual.validateEvery(),
        usual.patience(),
        usual.seed());
  }

  /** Gives each picture of a set a prompt. */
  private static void ask(Path set, String prompt) throws IOException {
    for (String file : List.of("train.jsonl", "val.jsonl")) {
      Path lines = set.resolve(file);
      Files.writeString(
          lines, Files.readString(lines).replace("{", "{\"prompt\": \"" + prompt + "\", "));
    }
  }

  /** The family's tiny folder with a tokenizer of the data's words, and a size for pictures. */
  private Path model(String family, Path set) throws IOException {
    Path folder = work.resolve("plain");
    Path golden = Golden.path("core", "../families/" + family + "/model");
    try (Stream<Path> files = Files.list(golden)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    VocabularySource.Learnt learnt = (VocabularySource.Learnt) VocabularySource.parse("word:32");
    learnt.writeTo(
        folder,
        List.of(set.resolve("train.jsonl")),
        EnumSet.of(TrainingTexts.Field.PROMPT, TrainingTexts.Field.TARGET));
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        """
        {"image_processor_type": "ViTImageProcessor", "size": {"height": 16, "width": 16}}
        """);
    if (!family.equals("florence2")) {
      namePictureTokens(folder);
      // The family's tokens by the ids of the learnt tokenizer, which Florence-2 has already.
      for (String file : List.of("config.json", "generation_config.json")) {
        ObjectNode config = (ObjectNode) MAPPER.readTree(folder.resolve(file).toFile());
        Map<String, Integer> ids =
            Map.of(
                "bos_token_id",
                0,
                "pad_token_id",
                1,
                "eos_token_id",
                2,
                "decoder_start_token_id",
                0);
        ids.forEach(
            (key, id) -> config.findParents(key).forEach(part -> ((ObjectNode) part).put(key, id)));
        MAPPER.writeValue(folder.resolve(file).toFile(), config);
      }
    }
    return folder;
  }

  private static void namePictureTokens(Path folder) throws IOException {
    Path tokens = folder.resolve("tokenizer.json");
    Path settings = folder.resolve("tokenizer_config.json");
    ObjectNode tokenizer = (ObjectNode) MAPPER.readTree(tokens.toFile());
    ObjectNode named = (ObjectNode) MAPPER.readTree(settings.toFile());
    PICTURE_TOKENS.forEach(
        (key, id) -> {
          String content = "<" + key.replace("_token", "") + ">";
          ((ObjectNode) tokenizer.at("/model/vocab")).put(content, id);
          ObjectNode added = ((ArrayNode) tokenizer.get("added_tokens")).addObject();
          added.put("id", id);
          added.put("content", content);
          for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
            added.put(flag, false);
          }
          added.put("special", true);
          named.put(key, content);
        });
    MAPPER.writeValue(tokens.toFile(), tokenizer);
    MAPPER.writeValue(settings.toFile(), named);
  }

  /**
   * Per cent of a file's lines that are answered exactly.
   *
   * @param firstIsBlank whether training left the first one out
   */
  static double exact(EncoderDecoderModel model, Path file, int exit, boolean firstIsBlank) {
    GenerationOptions options = GenerationOptions.defaults().withExits(ExitSettings.atLayer(exit));
    int right = 0;
    int all = 0;
    try (InputReader reader = InputReader.open(file)) {
      for (ParsedLine line = reader.next(); line != null; line = reader.next()) {
        InputLine input = (InputLine) line;
        if (firstIsBlank && input.number() == 1) {
          continue;
        }
        all++;
        String answer = model.generate(LineInputs.input(input), options).text();
        right += Objects.equals(input.target(), answer) ? 1 : 0;
      }
    }
    return 100.0 * right / all;
  }
}
