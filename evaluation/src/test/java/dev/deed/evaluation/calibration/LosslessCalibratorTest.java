package dev.deed.evaluation.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.OpenOptions;
import dev.deed.decode.exit.Confidence;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.TinyModel;
import dev.deed.evaluation.WarmUp;
import dev.deed.evaluation.calibration.Calibration.Tested;
import dev.deed.evaluation.calibration.Calibration.Verified;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lossless exits of the random vision model, on inputs without targets. */
final class LosslessCalibratorTest {
  private static final int INPUTS = 12;
  private static final Provenance HERE =
      Provenance.here(List.of("x"), List.of(WeightPrecision.FP32), 1, 1, 1, null);

  @TempDir Path folder = Path.of("");

  private EvaluationData data() throws IOException {
    Files.copy(TinyModel.GOLDEN.resolve("expected.safetensors"), folder.resolve("x.safetensors"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < INPUTS; i++) {
      lines.add(
          """
          {"tensors": {"pixel_values": "x.safetensors:pixel_values.%d"}, "generation": \
          {"max_new_tokens": 8}}\
          """
              .formatted(i % 5));
    }
    return EvaluationData.inputs(Files.write(folder.resolve("data.jsonl"), lines), 100);
  }

  private Path model() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("model"));
    try (Stream<Path> files = Files.list(TinyModel.GOLDEN.resolve("model"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static Calibrator calibrator(int searchExamples) {
    return new Calibrator(
        new Evaluator(1, 1, WarmUp.upTo(Duration.ZERO)),
        null,
        Candidates.of("max_prob", 2.0, 0.05, 0.01),
        List.of(0),
        searchExamples,
        1);
  }

  /** No label, no tolerance: candidates differ in cost alone. */
  @Test
  void theCheapestAreMeasuredAgain() throws IOException {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model(), 1)) {
      EvaluationData data = data();
      Calibration found =
          calibrator(5).calibrate(new NamedModel("tiny", model), data, new EvaluationListener() {});
      assertThat(found.testExamples()).isEqualTo(INPUTS - 5);
      assertThat(found.tested()).hasSizeBetween(4, 11);
      // Settings that come to the same are measured once.
      List<Tested> wide =
          found.tested().stream()
              .filter(one -> one.policy().get(ExitSetting.DRAFT_PRECISION) == null)
              .toList();
      assertThat(wide).extracting(Tested::cost).doesNotHaveDuplicates();
      // Narrow layers to their end, and with the exits of the cheapest.
      assertThat(found.tested().subList(wide.size(), found.tested().size()))
          .hasSizeBetween(2, 3)
          .extracting(one -> one.policy().toString())
          .allMatch(policy -> policy.contains("draft_precision=int8"))
          .anyMatch(policy -> policy.startsWith("full@lossless"));
      assertThat(found.tested())
          .allSatisfy(
              setting -> {
                assertThat(setting.policy().isLossless()).isTrue();
                Verified verified = (Verified) setting.outcome();
                assertThat(verified.acceptedShare()).isBetween(0.0, 1.0);
                assertThat(verified.layerPassesShare()).isPositive();
              });
      CalibrationReport report = new CalibrationReport(found, data.file(), HERE);
      assertThat(report.plain()).contains("@lossless", "Every answer is that of full depth");
      assertThat(report.json().path("tested")).hasSameSizeAs(found.tested());
      assertThatThrownBy(
              () ->
                  calibrator(INPUTS)
                      .calibrate(new NamedModel("tiny", model), data, new EvaluationListener() {}))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no example is left");
    }
  }

  /** Narrow layers are all that can draft there; they become the model's own, where they pay. */
  @Test
  void ofAModelWithoutExitsNarrowLayersAreTried() throws IOException {
    Path path = model();
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode config = (ObjectNode) mapper.readTree(path.resolve("config.json").toFile());
    config.remove("exits");
    Files.writeString(path.resolve("config.json"), config.toString());
    Tested narrow;
    CalibrationReport report;
    try (EncoderDecoderModel model = EncoderDecoderModel.open(path, 1)) {
      EvaluationData data = data();
      Calibration found =
          calibrator(5).calibrate(new NamedModel("tiny", model), data, new EvaluationListener() {});
      assertThat(found.tested())
          .extracting(one -> one.policy().toString())
          .containsExactly("full@lossless,draft_precision=int8");
      narrow = found.tested().getFirst();
      report = new CalibrationReport(found, data.file(), HERE);
    }
    CalibratedModel.write(path, 6, narrow, report);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(path, 1)) {
      assertThat(model.ownExits()).isEqualTo(ExitSettings.full());
      assertThat(
              model.internals().resolvedExits(ExitSettings.own().with(ExitSetting.LOSSLESS, true)))
          .isEqualTo(narrow.policy());
    }
    try (EncoderDecoderModel model =
        EncoderDecoderModel.open(
            path, OpenOptions.defaults().withThreads(1).withPrecision(WeightPrecision.INT8))) {
      EvaluationData data = EvaluationData.inputs(folder.resolve("data.jsonl"), 100);
      assertThatThrownBy(
              () ->
                  calibrator(5)
                      .calibrate(new NamedModel("tiny", model), data, new EvaluationListener() {}))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no exits below its last layer");
    }
  }

  private static List<Double> times(double millis) {
    return Collections.nCopies(8, millis);
  }

  private static Tested tested(String policy, double cost, double clock) {
    return new Tested(ExitSettings.parse(policy), new Verified(0.9, 3, 0.5), times(clock), cost);
  }

  @Test
  void whatIsCheaperThanFullDepthIsChosen() {
    Tested dear = tested("max_prob:0.9@lossless", 1.1, 11);
    Tested slow = tested("max_prob:0.5@lossless", 0.6, 12);
    Tested cheap = tested("max_prob:0.3@lossless", 0.8, 8);
    assertThat(new Calibration(null, 3, 4, 8, times(10), List.of(slow, cheap, dear)).chosen())
        .contains(cheap);
    assertThat(new Calibration(null, 3, 4, 8, times(10), List.of(slow, dear)).chosen()).isEmpty();
  }

  /** Such as those of a cache, whose files several folders share. */
  @Test
  void aLinkedConfigurationIsReplacedAndWhatItLedToStays() throws IOException {
    Path path = model();
    Path config = path.resolve("config.json");
    Path shared = Files.move(config, path.resolve("blob"));
    String before = Files.readString(shared);
    Files.createSymbolicLink(config, Path.of("blob"));
    Tested chosen = tested("max_prob:0.3@lossless", 0.8, 8);
    CalibrationReport report =
        new CalibrationReport(
            new Calibration(null, 3, 4, 8, times(10), List.of(chosen)), Path.of("in.jsonl"), HERE);
    assertThat(CalibratedModel.write(path, 6, chosen, report)).isTrue();
    assertThat(config).isRegularFile().content().contains("lossless_policy");
    assertThat(Files.isSymbolicLink(config)).isFalse();
    assertThat(shared).hasContent(before);
    assertThat(CalibratedModel.write(path, 6, chosen, report)).isFalse();
  }

  /** Beside the model's own policy, which stays. */
  @Test
  void whatIsChosenIsASecondPolicy() throws IOException {
    Path path = model();
    ExitSettings own;
    try (EncoderDecoderModel model = EncoderDecoderModel.open(path, 1)) {
      own = model.ownExits();
      CalibratedModel.requireRoom(path, own);
    }
    Tested chosen = tested("max_prob:0.3@layers=1,2,6,lossless,ngrams=2", 0.8, 8);
    Calibration found = new Calibration(null, 3, 4, 8, times(10), List.of(chosen));
    CalibratedModel.write(path, 6, chosen, new CalibrationReport(found, Path.of("in.jsonl"), HERE));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(path, 1)) {
      assertThat(model.ownExits()).isEqualTo(own);
      assertThat(
              model.internals().resolvedExits(ExitSettings.own().with(ExitSetting.LOSSLESS, true)))
          .isEqualTo(chosen.policy());
      assertThat(model.internals().folder().config().ignoredKeys()).doesNotContain("exits");
    }
    JsonNode written =
        new ObjectMapper().readTree(path.resolve("config.json").toFile()).path("exits");
    assertThat(written.path("lossless_policy").path("calibration").path("data").asText())
        .isEqualTo("in.jsonl");
    assertThatThrownBy(() -> CalibratedModel.requireRoom(path, chosen.policy()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a second one has no use");
  }

  @Test
  void candidatesAreTriedWithAndWithoutTheInput() throws IOException {
    Calibrator calibrator =
        new Calibrator(
            new Evaluator(1, 1, WarmUp.upTo(Duration.ZERO)),
            null,
            new Candidates(
                List.of(Confidence.MAX_PROB),
                List.of(List.of(1, 6)),
                List.of(0.5),
                List.of(0.0),
                List.of(0.0)),
            List.of(0, 2),
            1,
            1);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(model(), 1)) {
      assertThat(calibrator.policies(new NamedModel("t", model), data()))
          .extracting(ExitSettings::toString)
          .containsExactly(
              "full",
              "max_prob:0.5@layers=1,6,lossless",
              "max_prob:0.5@layers=1,6,lossless,ngrams=2");
    }
  }
}
