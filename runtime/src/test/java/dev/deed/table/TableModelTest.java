package dev.deed.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.files.Interruption;
import dev.deed.model.front.BoxHead;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.table.TaggedTable;
import dev.deed.value.DraftPrecision;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables by one model: the same bits whatever is beside them, and what is refused. */
final class TableModelTest {
  /** Folders that tools/make_table_fixture.py writes. */
  static final Path ROOT =
      Path.of(System.getProperty("deed.root", ".."))
          .resolve("core/src/test/resources/table-former");

  private static final Path TINY = ROOT.resolve("tiny");
  private static final String WEIGHTS = "tableformer_accurate.safetensors";
  private static final double[][] BOXES = {
    {3.5, 6.2, 52.5, 70.5}, {0, 0, 56, 75}, {-9, 20, 30, 300}, {20, 10, 40, 30}, {3, 6, 53, 40}
  };

  @TempDir Path folder = Path.of("");

  private static Picture picture() {
    return new PictureReader().read(TINY.resolve("page.png"));
  }

  private void copy(String exits) throws IOException {
    ObjectNode config =
        (ObjectNode) new ObjectMapper().readTree(TINY.resolve("model/tm_config.json").toFile());
    if (!exits.isEmpty()) {
      config.set("exits", new ObjectMapper().readTree(exits));
    }
    Files.writeString(folder.resolve("tm_config.json"), config.toString());
    Files.copy(TINY.resolve("model").resolve(WEIGHTS), folder.resolve(WEIGHTS));
  }

  private static List<Input> inputs(EncoderDecoderModel model) {
    TablePage page = TableModel.of(model).page(picture(), Interruption.OF_THREAD);
    List<Input> inputs = new ArrayList<>();
    for (double[] box : BOXES) {
      inputs.add(page.input(box[0], box[1], box[2], box[3]));
    }
    return inputs;
  }

  /** Each table alone, on one thread, at full depth. */
  private List<TaggedTable> alone() {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      return inputs(model).stream()
          .map(
              input ->
                  TableModel.of(model)
                      .structure(input, model.generate(input, GenerationOptions.defaults()), true))
          .toList();
    }
  }

  @Test
  void batchesThreadsDraftsAndRequestsInFlightGiveTheSameBits()
      throws IOException, InterruptedException {
    copy("{\"layers\": [1, 2, 3]}");
    List<TaggedTable> expected = alone();
    ExitSettings lossless = ExitSettings.parse("max_prob:0.3").with(ExitSetting.LOSSLESS, true);
    List<GenerationOptions> all = new ArrayList<>(List.of(GenerationOptions.defaults()));
    for (ExitSettings exits :
        List.of(
            lossless,
            lossless.with(ExitSetting.DRAFT_NGRAMS, 1),
            lossless.with(ExitSetting.DRAFT_PRECISION, DraftPrecision.INT8))) {
      all.add(GenerationOptions.defaults().withExits(exits));
    }
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 3);
        Engine engine = model.engine(EngineOptions.defaults())) {
      TableModel tables = TableModel.of(model);
      for (GenerationOptions options : all) {
        List<Input> inputs = inputs(model);
        List<Result<Generation>> answers =
            model.generate(inputs.stream().map(input -> new Request(input, options)).toList());
        List<Ticket> tickets =
            inputs(model).stream()
                .map(input -> engine.submit(new Request(input, options)))
                .toList();
        for (int i = 0; i < inputs.size(); i++) {
          assertThat(tables.structure(inputs.get(i), answers.get(i).orThrow(), true))
              .isEqualTo(expected.get(i));
          assertThat(tickets.get(i).await().tokenIds())
              .isEqualTo(answers.get(i).orThrow().tokenIds());
        }
      }
    }
  }

  /** Where tokens leave early, other tags may come, but the states of these are at full depth. */
  @Test
  void boxesAreThoseOfFullDepthWhereverTagsLeft() throws IOException {
    copy("{\"layers\": [1, 2, 3]}");
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      TableModel tables = TableModel.of(model);
      Input input = inputs(model).getFirst();
      Generation early =
          model.generate(
              input, GenerationOptions.defaults().withExits(ExitSettings.parse("static:1")));
      assertThat(early.exitLayers()).containsOnly(1);
      TaggedTable structure = tables.structure(input, early, true);
      List<Integer> tokens = early.tokenIds();
      KeptSteps kept =
          KeptSteps.of(
              structure.tags().stream().map(tag -> tag.name().toLowerCase(Locale.ROOT)).toList());
      int[] inputs = new int[tokens.size()];
      inputs[0] = model.internals().decoderPrefix(input)[0];
      for (int i = 1; i < inputs.length; i++) {
        inputs[i] = tokens.get(i - 1);
      }
      int[] steps = kept.steps().stream().mapToInt(Integer::intValue).toArray();
      BoxHead.Found found = model.internals().boxes(input, inputs, steps);
      assertThat(kept.merged(structure.tags(), found.boxes(), found.best())).isEqualTo(structure);
    }
  }

  @Test
  void aTableOutsideOfThePageIsRefused() throws IOException {
    copy("");
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      TablePage page = TableModel.of(model).page(picture(), Interruption.OF_THREAD);
      for (double[] box :
          new double[][] {
            {60, 0, 80, 20}, {10, 10, 10, 20}, {30, 0, 20, 9}, {0, Double.NaN, 1, Double.NaN}
          }) {
        assertThatThrownBy(() -> page.input(box[0], box[1], box[2], box[3]))
            .isInstanceOf(InputException.class)
            .hasMessageContaining("nothing lies on the picture of 56×75")
            .message()
            .hasLineCount(1);
      }
      Picture strip = new Picture(2000, 1, new byte[6000]);
      assertThatThrownBy(() -> TableModel.of(model).page(strip, Interruption.OF_THREAD))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("too wide");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/model/type|\"TableModel02\"|TableModel04_rs",
        "/model/enc_layers|9|lacks the tensor",
        "/model/enc_layers|0|within 1",
        "/model/nheads|5|must divide",
        "/model/enc_image_size|4000|within",
        "/dataset/resized_image|8000|more than DEED has room for",
        "/dataset/image_normalization/std|[0, 1, 1]|must not hold 0",
        "/dataset/image_normalization/mean|[\"a\", 1, 1]|must be three numbers",
        "/predict/bbox|false|value true only",
        "/predict/max_steps|0|within 1",
        "/dataset_wordmap/word_map_tag|[]|must be an object",
        "/dataset_wordmap/word_map_tag/fcel|0|too",
        "/dataset_wordmap/word_map_tag/fcel|13|within 0..12",
        "/dataset_wordmap/word_map_tag/lcel|null|lacks",
        "/dataset_wordmap/word_map_tag/lcel|DELETE|lacks"
      })
  void aFolderThatCannotBeIsRefused(String place, String value, String why) throws IOException {
    copy("");
    ObjectMapper mapper = new ObjectMapper();
    Path file = folder.resolve("tm_config.json");
    ObjectNode config = (ObjectNode) mapper.readTree(file.toFile());
    int slash = place.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) config.at(place.substring(0, slash));
    String key = place.substring(slash + 1);
    if (value.equals("DELETE")) {
      parent.remove(key);
    } else {
      parent.set(key, mapper.readTree(value));
    }
    Files.writeString(file, config.toString());
    assertRefused(why);
  }

  @Test
  void weightsThatAreMissingOrCutAreRefused() throws IOException {
    copy("");
    byte[] bytes = Files.readAllBytes(folder.resolve(WEIGHTS));
    Files.delete(folder.resolve(WEIGHTS));
    assertRefused("holds no tableformer_");
    Files.write(folder.resolve("tableformer_fast.safetensors"), Arrays.copyOf(bytes, 99));
    assertRefused("damaged or cut short");
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> EncoderDecoderModel.open(folder, 1).close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why)
        .message()
        .hasLineCount(1);
  }
}
