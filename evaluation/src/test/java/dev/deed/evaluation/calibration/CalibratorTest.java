package dev.deed.evaluation.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.decode.exit.Confidence;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.Metric;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.TinyModel;
import dev.deed.evaluation.WarmUp;
import dev.deed.evaluation.calibration.Calibration.Losses;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.model.spec.ExitSpec;
import dev.deed.tensor.Activation;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calibration of the random vision model on made-up data. */
final class CalibratorTest {
  private static final int EXAMPLES = 60;

  private static final Provenance HERE =
      Provenance.here(List.of("x"), List.of(WeightPrecision.FP32), 1, 1, 1, null);

  @TempDir Path folder = Path.of("");

  private EvaluationData data() throws IOException {
    Files.copy(TinyModel.GOLDEN.resolve("expected.safetensors"), folder.resolve("x.safetensors"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      lines.add(
          """
          {"tensors": {"pixel_values": "x.safetensors:pixel_values.%d"}, "generation": \
          {"max_new_tokens": 8}, "target": "68"}\
          """
              .formatted(i % 5));
    }
    return EvaluationData.read(Files.write(folder.resolve("data.jsonl"), lines), EXAMPLES);
  }

  /** So low that no exit is passed by: what is chosen must keep it all the same. */
  private static final double GATE = 1e-6;

  private static Calibrator calibrator(Goal promise) {
    return new Calibrator(
        new Evaluator(1, 1, WarmUp.upTo(Duration.ZERO)),
        promise,
        new Candidates(
            List.of(Confidence.MAX_PROB),
            List.of(List.of(1, 6), List.of(1, 2, 3, 4, 5, 6)),
            List.of(2.0, 0.3, -2.0),
            List.of(0.0, 0.5),
            List.of(GATE)),
        20,
        1);
  }

  private static Promise promise(Promise.Against against, double tolerance) {
    return new Promise(Metric.named("exact"), against, tolerance, 0.9);
  }

  private static Losses losses(Tested setting) {
    return (Losses) setting.outcome();
  }

  /** A copy, since a calibration writes into it. */
  private Path model() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("model"));
    try (Stream<Path> files = Files.list(TinyModel.GOLDEN.resolve("model"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  /** The targets are what no depth answers, so nothing is lost against them. */
  @Test
  void whatLosesNothingIsAcceptedAndWritten() throws IOException {
    Path path = model();
    EvaluationData data = data();
    ExitSettings chosen;
    try (EncoderDecoderModel model = EncoderDecoderModel.open(path, 1)) {
      Calibration found =
          calibrator(promise(Promise.Against.REFERENCES, 6))
              .calibrate(new NamedModel("tiny", model), data, new EvaluationListener() {});
      assertThat(found.searched()).isEqualTo(12);
      assertThat(found.testExamples()).isEqualTo(EXAMPLES - 20);
      assertThat(found.tested()).isNotEmpty();
      Tested best = found.chosen().orElseThrow();
      assertThat(losses(best).accepted()).isTrue();
      assertThat(best.cost()).isBetween(0.0, 0.999);
      assertThat(best.decode()).hasSameSizeAs(found.full());
      chosen = best.policy();
      assertThat(chosen.get(ExitSetting.GATE)).isEqualTo(GATE);
      CalibratedModel.write(path, 6, best, new CalibrationReport(found, data.file(), HERE));
    }
    try (EncoderDecoderModel again = EncoderDecoderModel.open(path, 1)) {
      assertThat(again.ownExits()).isEqualTo(chosen);
      assertThat(again.internals().exitRule(ExitSettings.own()))
          .isEqualTo(again.internals().exitRule(chosen));
      assertThat(again.internals().folder().config().ignoredKeys()).doesNotContain("exits");
    }
    assertThat(Files.readString(path.resolve("config.json")))
        .contains("\"p_value\"", "\"bound\" : \"hoeffding-bentkus\"", "\"precision\" : \"fp32\"");
  }

  @Test
  void nothingIsAcceptedThatLosesMore() throws IOException {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model(), 1)) {
      Calibration found =
          calibrator(promise(Promise.Against.FULL, 40))
              .calibrate(new NamedModel("tiny", model), data(), new EvaluationListener() {});
      assertThat(found.tested()).isNotEmpty();
      assertThat(
              found.tested().stream().map(CalibratorTest::losses).filter(one -> one.risk() >= 40))
          .isNotEmpty()
          .noneMatch(Losses::accepted);
    }
  }

  @Test
  void aCorpusGoalComparesTheWhole() throws IOException {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model(), 1)) {
      Goal goal = new CorpusGoal(Metric.named("bleu_tokens"), Promise.Against.REFERENCES, 0.5, 0.8);
      EvaluationData data = data();
      Calibration found =
          calibrator(goal)
              .calibrate(new NamedModel("tiny", model), data, new EvaluationListener() {});
      assertThat(found.tested())
          .isNotEmpty()
          .map(CalibratorTest::losses)
          .allSatisfy(
              losses -> {
                double pValue = losses.judgement().pValue();
                assertThat(pValue).isBetween(0.0, 1.0);
                assertThat(losses.accepted()).isEqualTo(pValue <= 0.2);
                assertThat(losses.searchRisk()).isLessThanOrEqualTo(0.5);
              });
      CalibrationReport report = new CalibrationReport(found, data.file(), HERE);
      assertThat(report.plain()).contains("no promise for others");
      assertThat(report.json().path("tested").get(0).has("p_value")).isTrue();
    }
  }

  @Test
  void tooFewExamplesAreSaidBefore() throws IOException {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model(), 1)) {
      EvaluationData data = data();
      assertThatThrownBy(
              () ->
                  calibrator(promise(Promise.Against.FULL, 1))
                      .calibrate(new NamedModel("tiny", model), data, new EvaluationListener() {}))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("cannot show less than 5.59 points");
    }
  }

  @Test
  void gatesStandBeforeMeasuresThatAskTheHead() throws IOException {
    Candidates candidates =
        new Candidates(
            List.of(Confidence.MAX_PROB, Confidence.GATE),
            List.of(List.of(1, 6)),
            List.of(0.5),
            List.of(0.0),
            List.of(0.0, 0.25));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model(), 1)) {
      assertThat(candidates.policies(model, List.of()))
          .map(ExitSettings::toString)
          .containsExactly(
              "max_prob:0.5@layers=1,6",
              "max_prob:0.5@layers=1,6,gate=0.25",
              "gate:0.5@layers=1,6");
    }
  }

  @Test
  void setsOfExitsHoldTheLastAndNoneTwice() {
    List<List<Integer>> sets =
        Candidates.someSets(
            new ExitSpec(List.of(1, 2, 3, 4, 5, 6), 0, Activation.GELU, null, null));
    assertThat(sets).doesNotHaveDuplicates().allMatch(set -> set.contains(6) && set.size() > 1);
    assertThat(sets)
        .contains(List.of(1, 2, 3, 4, 5, 6), List.of(3, 4, 5, 6), List.of(2, 6), List.of(2, 4, 6));
  }
}
