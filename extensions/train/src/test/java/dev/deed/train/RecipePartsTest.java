package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.processing.picture.Picture;
import dev.deed.tensor.Activation;
import dev.deed.train.TrainingRecipe.LearningRateSchedule;
import dev.deed.train.TrainingRecipe.PictureShift;
import dev.deed.train.torch.Batch;
import dev.deed.train.torch.TorchModel.ExitOutput;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Schedule, batches, augmentation, first values and losses, each against its definition. */
class RecipePartsTest {
  @BeforeAll
  static void start() {
    TorchRuntime.start(1);
  }

  @Test
  void learningRateWarmsUpAndFollowsHalfACosine() {
    LearningRateSchedule schedule = new LearningRateSchedule(2.0, 10, 110, 0.1);
    assertThat(schedule.at(0)).isCloseTo(0.2, within(1e-12));
    assertThat(schedule.at(9)).isCloseTo(2.0, within(1e-12));
    assertThat(schedule.at(60)).isCloseTo(2.0 * (0.1 + 0.9 * 0.5), within(1e-12));
    assertThat(schedule.at(110)).isCloseTo(0.2, within(1e-12));
    assertThat(new LearningRateSchedule(1, 0, 1, 0).at(0)).isEqualTo(1);
  }

  @Test
  void everyEpochHasEveryExampleOnceInBatchesOfSimilarLength() {
    List<EncodedExample> examples = new ArrayList<>();
    for (int i = 0; i < 37; i++) {
      examples.add(
          new EncodedExample(
              new EncodedExample.Source.Ids(new int[1]), new int[0], new int[1 + i % 7]));
    }
    Trainer.BatchPlan plan = new Trainer.BatchPlan(examples, 4, 3);
    assertThat(plan.perEpoch()).isEqualTo(10);
    List<EncodedExample> first = epoch(plan, 0);
    List<EncodedExample> second = epoch(plan, 1);
    assertThat(first).containsExactlyInAnyOrderElementsOf(examples);
    assertThat(second).containsExactlyInAnyOrderElementsOf(examples).isNotEqualTo(first);
    assertThat(new Trainer.BatchPlan(examples, 4, 3).batch(12)).isEqualTo(plan.batch(12));
    for (long number = 0; number < 10; number++) {
      int shortest =
          plan.batch(number).stream().mapToInt(e -> e.labels().length).min().orElseThrow();
      int longest =
          plan.batch(number).stream().mapToInt(e -> e.labels().length).max().orElseThrow();
      assertThat(longest - shortest).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void whatReadsTextLinesTakesCropsOfAnyHeightAndColour() {
    String stem =
        """
        [{"channels": 4, "kernel": [3, 3], "stride": [4, 2]},
         {"channels": 4, "kernel": [3, 3], "stride": [4, 2]}]
        """;
    for (String height : List.of("16", "32")) {
      var json =
          Preset.named(
                  "stem-mbart",
                  Map.of(
                      "encoder.any_size",
                      "true",
                      "encoder.stem",
                      stem,
                      "encoder.image_size",
                      "[" + height + ", 64]"))
              .preprocessor();
      boolean oneRow = height.equals("16");
      assertThat(json.path("fill_height").asBoolean()).isEqualTo(oneRow);
      assertThat(json.path("do_grayscale").asBoolean()).isEqualTo(oneRow);
      assertThat(json.path("do_autocontrast").asBoolean()).isEqualTo(oneRow);
      assertThat(json.path("do_dark_on_light").asBoolean()).isEqualTo(oneRow);
    }
  }

  @Test
  void theBatchesOfManySizesHoldOneSizeEach() {
    List<EncodedExample> examples = new ArrayList<>();
    for (int i = 0; i < 43; i++) {
      int side = 1 + i % 5 / 2;
      StoredPicture picture = StoredPicture.plain(new Picture(side, 2, new byte[6 * side]));
      examples.add(
          new EncodedExample(
              new EncodedExample.Source.Page(new int[1 + i % 4], new int[0], picture),
              new int[0],
              new int[2]));
    }
    Trainer.BatchPlan plan = new Trainer.BatchPlan(examples, 4, 3);
    // 18, 17 and 8 examples.
    assertThat(plan.perEpoch()).isEqualTo(5 + 5 + 2);
    assertThat(epoch(plan, 0)).containsExactlyInAnyOrderElementsOf(examples);
    assertThat(epoch(plan, 1)).containsExactlyInAnyOrderElementsOf(examples);
    for (long number = 0; number < 24; number++) {
      List<EncodedExample> batch = plan.batch(number);
      assertThat(batch).hasSizeBetween(1, 4);
      assertThat(batch).extracting(EncodedExample::sides).containsOnly(batch.getFirst().sides());
      assertThat(new Trainer.BatchPlan(examples, 4, 3).batch(number)).isEqualTo(batch);
    }
  }

  @Test
  void thoseOfOneSourceStayTogether() {
    List<EncodedExample> examples = new ArrayList<>();
    for (int source = 0; source < 120; source++) {
      EncodedExample.Source shared = new EncodedExample.Source.Ids(new int[1]);
      for (int i = 0; i < 4; i++) {
        examples.add(new EncodedExample(shared, new int[0], new int[1 + (source + i) % 5]));
      }
    }
    Trainer.BatchPlan plan = new Trainer.BatchPlan(examples, 32, 3);
    assertThat(plan.perEpoch()).isEqualTo(15);
    assertThat(epoch(plan, 0)).containsExactlyInAnyOrderElementsOf(examples);
    assertThat(epoch(plan, 1))
        .containsExactlyInAnyOrderElementsOf(examples)
        .isNotEqualTo(epoch(plan, 0));
    for (long number = 0; number < 30; number++) {
      assertThat(sources(plan.batch(number))).isEqualTo(8);
    }
    Trainer.BatchPlan small = new Trainer.BatchPlan(examples, 16, 3);
    double sources = 0;
    for (long number = 0; number < small.perEpoch(); number++) {
      sources += sources(small.batch(number));
    }
    assertThat(sources / small.perEpoch()).isGreaterThan(7);
  }

  /** As `--times 8` gives them: a batch of one example's repeats would teach it alone. */
  @Test
  void repeatsOfAnEpochGoToOtherBatches() {
    List<EncodedExample> once = new ArrayList<>();
    for (int source = 0; source < 256; source++) {
      EncodedExample.Source shared = new EncodedExample.Source.Ids(new int[1 + source % 64]);
      once.add(new EncodedExample(shared, new int[0], new int[1]));
      once.add(new EncodedExample(shared, new int[0], new int[2]));
    }
    List<EncodedExample> examples = new ArrayList<>();
    for (int time = 0; time < 8; time++) {
      examples.addAll(once);
    }
    Trainer.BatchPlan plan = new Trainer.BatchPlan(examples, 8, 3);
    assertThat(epoch(plan, 0)).containsExactlyInAnyOrderElementsOf(examples);
    double different = 0;
    for (long number = 0; number < plan.perEpoch(); number++) {
      different += new HashSet<>(plan.batch(number)).size();
    }
    assertThat(different / plan.perEpoch()).isGreaterThan(7);
  }

  /** A page's words stay where their boxes say. */
  @Test
  void picturesMoveWhereNoBoxStays() {
    byte[] rgb = new byte[3 * 40];
    new Random(3).nextBytes(rgb);
    Picture picture = new Picture(20, 2, rgb);
    StoredPicture stored = StoredPicture.deflate(picture);
    PictureShift shift = new PictureShift(9);
    int[] ids = {1, 2};
    for (int[] coordinates : List.of(new int[0], new int[] {-1, -1})) {
      EncodedExample.Source moved =
          shift.apply(new EncodedExample.Source.Page(ids, coordinates, stored), new Random(1));
      EncodedExample.Source.Page page = (EncodedExample.Source.Page) moved;
      assertThat(page.ids()).isEqualTo(ids);
      assertThat(page.coordinates()).isEqualTo(coordinates);
      Random random = new Random(1);
      int right = random.nextInt(19) - 9;
      int down = random.nextInt(19) - 9;
      assertThat(Objects.requireNonNull(page.picture()).picture().rgb())
          .isEqualTo(PictureShift.shift(picture, right, down).rgb())
          .isNotEqualTo(rgb);
    }
    EncodedExample.Source placed = new EncodedExample.Source.Page(ids, new int[] {-1, 4}, stored);
    assertThat(shift.apply(placed, new Random(1))).isEqualTo(placed);
  }

  private static List<EncodedExample> epoch(Trainer.BatchPlan plan, int number) {
    List<EncodedExample> all = new ArrayList<>();
    for (long batch = 0; batch < plan.perEpoch(); batch++) {
      all.addAll(plan.batch(number * plan.perEpoch() + batch));
    }
    return all;
  }

  @Test
  void aShiftedPictureRepeatsItsEdges() {
    byte[] rgb = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4};
    Picture picture = new Picture(2, 2, rgb);
    assertThat(PictureShift.shift(picture, 0, 0).rgb()).isEqualTo(rgb);
    assertThat(PictureShift.shift(picture, 1, 0).rgb())
        .isEqualTo(new byte[] {1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3});
    assertThat(PictureShift.shift(picture, 0, -1).rgb())
        .isEqualTo(new byte[] {3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4});
  }

  @Test
  void exitsChangeNoOtherFirstValue() {
    TransformerSpec plain = spec("stem-mbart", Map.of());
    ExitSpec everywhere = new ExitSpec(List.of(1, 2, 3, 4, 5, 6), 32, Activation.GELU, null, null);
    TransformerSpec exits = plain.withExits(everywhere);
    assertThat(ParameterTable.of(exits)).hasSizeGreaterThan(ParameterTable.of(plain).size());
    Map<String, float[]> values = new HashMap<>();
    for (Parameter parameter : ParameterTable.of(plain)) {
      values.put(parameter.name(), new Initialisation(plain, 5).values(parameter));
    }
    for (Parameter parameter : ParameterTable.of(exits)) {
      if (!parameter.belongsToExits()) {
        assertThat(new Initialisation(exits, 5).values(parameter))
            .isEqualTo(values.get(parameter.name()));
      }
    }
    assertThat(new Initialisation(plain, 6).values(ParameterTable.of(plain).getFirst()))
        .isNotEqualTo(values.get(ParameterTable.of(plain).getFirst().name()));
  }

  /** Deviations of tokens as the encoder and the head see them. */
  @Test
  void embeddingsSuitTheHeadThatTheyAreTiedTo() {
    assertThat(deviation("t5", "decoder.embedding.weight")).isCloseTo(1, within(0.02));
    assertThat(deviation("t5-v1_1", "head.weight")).isCloseTo(Math.pow(128, -0.5), within(0.002));
    assertThat(deviation("bart", "decoder.embedding.weight"))
        .isCloseTo(Math.pow(128, -0.5), within(0.002));
    assertThat(deviation("t5", "decoder.layers.0.self.query.weight"))
        .isCloseTo(Math.pow(128 * 32, -0.5), within(5e-4));
    assertThat(deviation("bart", "decoder.layers.0.self.query.weight"))
        .isCloseTo(Math.pow(128, -0.5), within(0.002));
  }

  @Test
  void modelsThatReadPagesStartOutCopying() {
    float[] value = values("latr", "decoder.layers.2.cross.value.weight");
    float[] output = values("latr", "decoder.layers.2.cross.output.weight");
    for (int i = 0; i < 128; i++) {
      for (int j = 0; j < 128; j++) {
        assertThat(output[j * 128 + i]).isEqualTo(value[i * 128 + j]);
      }
    }
    double small = Math.pow(128 * 2 * 3, -0.5);
    assertThat(deviation("latr", "encoder.layers.1.self.output.weight"))
        .isCloseTo(small, within(0.002));
    // One of its four heads copies: it writes at full size.
    assertThat(deviation("latr", "encoder.layers.0.self.output.weight"))
        .isCloseTo(Math.sqrt(0.75 * small * small + 0.25 / 128), within(0.002));
    assertThat(deviation("latr", "decoder.layers.0.feed_forward.out.weight"))
        .isCloseTo(Math.pow(512 * 2 * 6, -0.5), within(0.001));
    assertThat(deviation("ofa-stem", "decoder.layers.0.feed_forward.out.weight"))
        .isCloseTo(Math.pow(512, -0.5), within(0.001));
  }

  private static float[] values(String preset, String name) {
    TransformerSpec spec = spec(preset, Map.of());
    Parameter parameter =
        ParameterTable.of(spec).stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow();
    return new Initialisation(spec, 1).values(parameter);
  }

  private static double deviation(String preset, String name) {
    double sum = 0;
    float[] values = values(preset, name);
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }

  private static TransformerSpec spec(String preset, Map<String, String> settings) {
    var config = Preset.named(preset, settings).config();
    (config.has("decoder") ? (ObjectNode) config.get("decoder") : config).put("vocab_size", 1000);
    return ModelFamily.describe(Config.of(preset, config)).spec();
  }

  @Test
  void presetsRefuseUnknownNamesAndKeys() {
    assertThatThrownBy(() -> Preset.named("gpt", Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("give one of t5");
    assertThatThrownBy(() -> Preset.named("t5", Map.of("d_modell", "3")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no such value")
        .hasMessageContaining("d_model");
    assertThatThrownBy(() -> Preset.named("t5", Map.of("decoder.d_model", "3")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no object decoder");
  }

  @Test
  void lossesOfAllKindsFollowTheirDefinitions() {
    try (PointerScope scope = new PointerScope()) {
      float[] shallow = {1, 0, 0, 0, 2, 0};
      float[] deep = {3, 0, 0, 0, 0, 1};
      List<ExitOutput> exits = List.of(exit(1, shallow), exit(2, deep));
      Tensor labels = Tensor.create(new long[] {0, Batch.IGNORED}, 1, 2);
      double first = nll(1, 0, 0);
      double last = nll(3, 0, 0);
      assertThat(total(DeepSupervisionLoss.Kind.DEED, exits, labels))
          .isCloseTo((first + last) / 2 + last, within(1e-5));
      assertThat(total(DeepSupervisionLoss.Kind.AVG, exits, labels))
          .isCloseTo((first + last) / 2, within(1e-5));
      assertThat(total(DeepSupervisionLoss.Kind.LAST, exits, labels)).isCloseTo(last, within(1e-5));
      double sum = Math.exp(3) + 2;
      double cross = Math.exp(3) / sum * first + 2 / sum * (first + 1);
      assertThat(total(DeepSupervisionLoss.Kind.DISTILL, exits, labels))
          .isCloseTo(cross + last, within(1e-5));
    }
  }

  private static double total(
      DeepSupervisionLoss.Kind kind, List<ExitOutput> exits, Tensor labels) {
    DeepSupervisionLoss loss = new DeepSupervisionLoss(kind, 0);
    return loss.total(loss.exitLosses(exits, labels)).item_double();
  }

  private static double nll(double right, double a, double b) {
    return -right + Math.log(Math.exp(right) + Math.exp(a) + Math.exp(b));
  }

  private static ExitOutput exit(int layer, float[] logits) {
    return new ExitOutput(layer, torch.zeros(1, 2, 1), Tensor.create(logits, 1, 2, 3));
  }

  @Test
  void theDefaultDecayLeavesNormsBiasesAndPositionsAlone() {
    Set<Parameter.Role> decaying = new HashSet<>();
    for (Parameter parameter : ParameterTable.of(spec("stem-mbart", Map.of()))) {
      if (parameter.role().decays()) {
        decaying.add(parameter.role());
      }
    }
    assertThat(decaying)
        .containsExactlyInAnyOrder(
            Parameter.Role.LINEAR,
            Parameter.Role.QUERY,
            Parameter.Role.BLOCK_OUTPUT,
            Parameter.Role.EMBEDDING);
  }

  private static long sources(List<EncodedExample> batch) {
    return batch.stream().map(EncodedExample::source).distinct().count();
  }
}
