package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.checkpoint.TargetLock;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.calibration.CalibratedModel;
import dev.deed.evaluation.calibration.LosslessCalibration;
import dev.deed.evaluation.calibration.LosslessCalibrationReport;
import dev.deed.evaluation.calibration.LosslessCalibrator;
import dev.deed.evaluation.calibration.LosslessModel;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.value.InputException;
import java.io.IOException;
import java.util.List;

/** {@code deed calibrate --lossless}: cost alone decides, for every answer is full depth's. */
record LosslessCalibrateRun(CalibrateCommand command) {
  /** Length of the n-grams of the encoder's input that drafts are tried from. */
  private static final int NGRAM = 2;

  /** Calibrates, shows it and keeps it; 1 when nothing was cheaper than full depth. */
  int run() throws IOException {
    requireAlone();
    EvaluationData inputs = EvaluationData.inputs(command.data, command.limit);
    try (TargetLock lock = command.dryRun ? null : CalibratedModel.lock(command.model.folder);
        EncoderDecoderModel opened = command.model.open()) {
      LosslessModel.requireRoom(command.model.folder, opened.ownExits());
      boolean reads = opened.internals().spec().encoder().front().reads().contains(Part.TOKENS);
      LosslessCalibrator calibrator =
          new LosslessCalibrator(
              command.evaluator(),
              command.candidates.of(opened),
              reads ? List.of(0, NGRAM) : List.of(0),
              command.searched(inputs.size()),
              command.seed);
      LosslessCalibration calibration;
      try (EvaluationProgress progress = new EvaluationProgress(command.model, "calibrate")) {
        calibration =
            calibrator.calibrate(
                new NamedModel(command.model.folder.toString(), opened), inputs, progress);
      }
      return report(calibration, opened);
    }
  }

  private int report(LosslessCalibration calibration, EncoderDecoderModel opened)
      throws IOException {
    LosslessCalibrationReport report =
        new LosslessCalibrationReport(
            calibration,
            command.data,
            Provenance.here(
                command.spec.commandLine().getParseResult().originalArgs(),
                List.of(opened.internals().folder().precision()),
                command.model.threads,
                1,
                command.repeats,
                InstallFolder.find()));
    if (command.model.json) {
      System.out.println(report.json());
    } else {
      System.out.print(report.plain());
    }
    if (calibration.chosen().isEmpty()) {
      return 1;
    }
    if (!command.dryRun) {
      command.tellOfLink(
          LosslessModel.write(command.model.folder, calibration.chosen().get(), report));
    }
    return 0;
  }

  /** Nothing is lost, so nothing is to be said of what may be. */
  private void requireAlone() {
    for (String option :
        List.of(
            "--metric",
            "--against",
            "--bound",
            "--tolerance",
            "--level",
            "--corpus",
            "--decay",
            "--gates",
            "--shortlists")) {
      InputException.require(
          !command.spec.commandLine().getParseResult().hasMatchedOption(option),
          option,
          "does not go with --lossless, whose answers are those of full depth: drafts have a"
              + " confidence, exits and a threshold alone",
          "leave it out");
    }
  }
}
