package dev.deed.examples;

import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.EvaluationListener;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.Metric;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.WarmUp;
import dev.deed.evaluation.calibration.Calibration;
import dev.deed.evaluation.calibration.Calibrator;
import dev.deed.evaluation.calibration.Candidates;
import dev.deed.evaluation.calibration.CorpusGoal;
import dev.deed.evaluation.calibration.Promise;
import dev.deed.hub.ModelHub;
import dev.deed.value.ExitSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Chooses exits on examples and answers with them: {@code CalibrateAndChoose MODEL DATA.jsonl}. A
 * handful of examples promises nothing; docs/calibration.md says how many a promise needs.
 */
public final class CalibrateAndChoose {
  private CalibrateAndChoose() {}

  public static void main(String[] args) {
    EvaluationData data = EvaluationData.read(Path.of(args[1]), 100);
    try (var model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(args[0]))) {
      var calibrator =
          new Calibrator(
              new Evaluator(1, 1, WarmUp.upTo(Duration.ofSeconds(1))),
              new CorpusGoal(Metric.named("exact"), Promise.Against.FULL, 1, 0.9),
              Candidates.of("max_prob", 0.8, 0.9, 0.99),
              data.size() / 2,
              1);
      Calibration found =
          calibrator.calibrate(new NamedModel("model", model), data, new EvaluationListener() {});
      ExitSettings exits =
          found.chosen().map(Calibration.Tested::policy).orElse(ExitSettings.full());
      System.out.println("chosen: " + exits);
      var answer =
          model.generate(
              data.examples().getFirst().input(), GenerationOptions.defaults().withExits(exits));
      System.out.printf(
          "%d of %d layer evaluations ran%n", answer.layersRun(), answer.layersPossible());
    }
  }
}
