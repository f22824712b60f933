package dev.deed.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.decode.Features;
import dev.deed.files.Interruption;
import dev.deed.model.EncoderOutput;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.table.TaggedTable;
import dev.deed.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Pixels, hidden states, tags and boxes of tables against docling-ibm-models. */
final class TableGoldenTest {
  private static final double TOLERANCE = 1e-4;

  @TestFactory
  Stream<DynamicTest> narrowSets() throws IOException {
    return tests(Shared.path("golden/tables"));
  }

  @TestFactory
  Stream<DynamicTest> ownSets() throws IOException {
    return tests(TableModelTest.ROOT);
  }

  /** Of the published widths; {@code checks/tables.py} builds the model with {@code --full}. */
  @Test
  void fullWidths() throws IOException {
    String model = System.getProperty("deed.table.full");
    assumeTrue(model != null, "skipped: there is no -Ddeed.table.full=FOLDER");
    check(Shared.path("golden/tables/full"), Path.of(model));
  }

  private static Stream<DynamicTest> tests(Path root) throws IOException {
    try (Stream<Path> sets = Files.list(root)) {
      return sets
          .filter(set -> Files.exists(set.resolve("model/tm_config.json")))
          .sorted()
          .map(
              set ->
                  dynamicTest(set.getFileName().toString(), () -> check(set, set.resolve("model"))))
          .toList()
          .stream();
    }
  }

  private static void check(Path set, Path folder) throws IOException {
    JsonNode cases = new ObjectMapper().readTree(set.resolve("cases.json").toFile());
    List<String> wrong = new ArrayList<>();
    try (SafetensorsFile expected = SafetensorsFile.open(set.resolve("expected.safetensors"));
        EncoderDecoderModel model = EncoderDecoderModel.open(folder, 2)) {
      for (JsonNode one : cases.path("cases")) {
        new Case(set, one, expected.tensors(), wrong).check(model);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private record Case(Path set, JsonNode node, Map<String, Tensor> expected, List<String> wrong) {
    void check(EncoderDecoderModel model) {
      TableModel tables = TableModel.of(model);
      Picture picture = new PictureReader().read(set.resolve(node.path("image").asText()));
      TablePage page = tables.page(picture, Interruption.OF_THREAD);
      JsonNode table = node.path("table");
      double[] box = {0, 0, picture.width(), picture.height()};
      Arrays.setAll(box, i -> table.isArray() ? table.get(i).asDouble() : box[i]);
      Input input = page.input(box[0], box[1], box[2], box[3]);
      int side = page.pictures().side();
      float[] pixels = Objects.requireNonNull(input.tensor("pixel_values"));
      compare("pixels", pixels, 3, side, side);
      Generation answer = model.generate(input, GenerationOptions.defaults());
      int[] tags = ints(node.path("tags"));
      int[] emitted = answer.tokens().stream().mapToInt(token -> token.id()).toArray();
      if (!Arrays.equals(emitted, Arrays.copyOfRange(tags, 1, tags.length))) {
        wrong.add(name() + " emits " + Arrays.toString(emitted));
        return;
      }
      states(model, input, tags);
      TaggedTable structure = tables.structure(input, answer, false);
      assertThat(structure.tags().stream().map(tag -> tag.name().toLowerCase(Locale.ROOT)))
          .containsExactlyElementsOf(
              IntStream.range(1, tags.length - 1)
                  .mapToObj(i -> node.path("tags_as_named").get(i).asText())
                  .toList());
      float[][] merged =
          structure.boxes().stream()
              .map(
                  at ->
                      new float[] {
                        (float) ((at.x0() + at.x1()) / 2),
                        (float) ((at.y0() + at.y1()) / 2),
                        (float) (at.x1() - at.x0()),
                        (float) (at.y1() - at.y0())
                      })
              .toArray(float[][]::new);
      compare("boxes_merged", flat(merged), merged.length, 4);
    }

    /** What the encoder and all layers make of it, and the states of cells. */
    private void states(EncoderDecoderModel model, Input input, int[] tags) {
      EncoderOutput encoded = model.internals().encoderOutput(input);
      int grid = (int) Math.sqrt(encoded.positions());
      float[] beside = Objects.requireNonNull(encoded.beside());
      compare("encoder", beside, grid, grid, beside.length / encoded.positions());
      int width = encoded.hidden().length / encoded.positions();
      compare("memory", encoded.hidden(), encoded.positions(), width);
      Features features =
          model.internals().features(input.withDecoderPrefix(ints(node.path("prefix"))));
      List<float[]> hidden = features.hidden();
      int layers = hidden.size() - 1;
      float[][] all = hidden.subList(1, layers + 1).toArray(float[][]::new);
      compare("hidden", flat(all), layers, features.positions(), width);
      compare(
          "logits",
          Objects.requireNonNull(features.exitLogits().get(layers)),
          features.positions(),
          13);
      KeptSteps kept =
          KeptSteps.of(
              IntStream.range(1, tags.length)
                  .mapToObj(i -> node.path("tags_as_named").get(i).asText())
                  .toList());
      int[] inputs = Arrays.copyOf(tags, tags.length - 1);
      float[] last = model.internals().features(input.withDecoderPrefix(inputs)).hidden().getLast();
      float[][] states =
          kept.steps().stream()
              .map(step -> Arrays.copyOfRange(last, step * width, (step + 1) * width))
              .toArray(float[][]::new);
      compare("box_states", flat(states), states.length, width);
      var found =
          model
              .internals()
              .boxes(input, inputs, kept.steps().stream().mapToInt(Integer::intValue).toArray());
      compare("boxes", found.boxes(), states.length, 4);
      compare("classes", found.classes(), states.length, found.classes().length / states.length);
    }

    private String name() {
      return node.path("name").asText();
    }

    /** A large tensor may be thinned out: its name tells so, but for pixels, whose shape does. */
    private void compare(String what, float[] computed, int... shape) {
      for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
        String key = entry.getKey();
        String full = name() + "." + what;
        if (key.equals(full) || key.startsWith(full + "_every_")) {
          List<Integer> stored = entry.getValue().shape();
          int axis = what.equals("pixels") ? 1 : 0;
          int every =
              key.equals(full)
                  ? Math.ceilDiv(shape[axis], stored.get(axis))
                  : Integer.parseInt(key.replaceFirst(".*_every_(\\d+)..", "$1"));
          compare(key, entry.getValue().toFloats(), thinned(what, computed, every, shape));
        }
      }
    }

    private void compare(String key, float[] wanted, float[] actual) {
      if (wanted.length != actual.length) {
        wrong.add(key + ": " + actual.length + " for " + wanted.length + " values");
        return;
      }
      double largest = 1;
      double difference = 0;
      for (int i = 0; i < wanted.length; i++) {
        largest = Math.max(largest, Math.abs(wanted[i]));
        difference = Math.max(difference, Math.abs(wanted[i] - actual[i]));
      }
      if (!(difference <= TOLERANCE * largest)) {
        wrong.add(key + ": differs by " + difference + " of " + largest);
      }
    }

    /** The places 0, {@code every}, 2 · {@code every} … of the grid, or of the rows. */
    private static float[] thinned(String what, float[] values, int every, int... shape) {
      if (every == 1) {
        return values;
      }
      boolean channelsFirst = what.equals("pixels");
      boolean rows = shape.length == 2;
      int outer = channelsFirst ? shape[0] : 1;
      int height = channelsFirst ? shape[1] : shape[0];
      int width = channelsFirst ? shape[2] : rows ? 1 : shape[1];
      int inner = channelsFirst ? 1 : rows ? shape[1] : shape[2];
      List<Float> thin = new ArrayList<>();
      for (int i = 0; i < outer; i++) {
        for (int y = 0; y < height; y += every) {
          for (int x = 0; x < width; x += every) {
            for (int k = 0; k < inner; k++) {
              thin.add(values[((i * height + y) * width + x) * inner + k]);
            }
          }
        }
      }
      return flat(thin.stream().map(value -> new float[] {value}).toArray(float[][]::new));
    }
  }

  private static float[] flat(float[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] flat = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * width, width);
    }
    return flat;
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }
}
