package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.evaluation.EvaluationData;
import dev.deed.evaluation.Evaluator;
import dev.deed.evaluation.Metric;
import dev.deed.evaluation.NamedModel;
import dev.deed.evaluation.Provenance;
import dev.deed.evaluation.calibration.AudioContextCalibration;
import dev.deed.evaluation.calibration.AudioContextCalibration.Spoken;
import dev.deed.evaluation.calibration.CalibratedModel;
import dev.deed.evaluation.calibration.Calibration;
import dev.deed.evaluation.calibration.CalibrationReport;
import dev.deed.evaluation.calibration.Calibrator;
import dev.deed.evaluation.calibration.Candidates;
import dev.deed.evaluation.calibration.CorpusGoal;
import dev.deed.evaluation.calibration.FieldCalibration;
import dev.deed.evaluation.calibration.Goal;
import dev.deed.evaluation.calibration.LabelledPages;
import dev.deed.evaluation.calibration.Promise;
import dev.deed.field.FieldReader;
import dev.deed.files.TargetLock;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deed calibrate}: when a model stops, chosen on validation data with a guarantee. */
@Command(
    name = "calibrate",
    description =
        "Chooses confidence, threshold and exit layers on validation data, with a guarantee, and"
            + " makes them the model's own.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CalibrateCommand implements Callable<Integer> {
  /** Options of what may be lost, and of what does not suit drafts. */
  private static final String OF_LOSSES =
      "--metric --against --tolerance --level --corpus --decay --gates";

  /** Options of what does not suit margins. */
  private static final String OF_EXITS =
      "--confidence --layers --thresholds --decay --gates --corpus --search-examples"
          + " --lossless --repeats --only-tokens-of";

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin DecodeOptions model = new DecodeOptions();

  @Option(names = "--data", paramLabel = "FILE.jsonl", required = true)
  Path data = Path.of("");

  @Option(names = "--metric", paramLabel = "NAME")
  String metric = "exact";

  @Option(names = "--against", paramLabel = "WHAT")
  String against = "full";

  @Option(names = "--tolerance", paramLabel = "POINTS")
  double tolerance = 1;

  @Option(names = "--level", paramLabel = "P")
  double level = 0.95;

  @Option(names = "--corpus")
  boolean corpus;

  @Mixin CandidateOptions candidates = new CandidateOptions();

  @Option(names = "--search-examples", paramLabel = "N")
  @Nullable Integer searchExamples;

  @Mixin MeasureOptions measured = new MeasureOptions();

  @Option(names = "--seed", paramLabel = "N")
  long seed = 1;

  @Option(names = "--lossless")
  boolean lossless;

  @Option(names = "--audio-context")
  boolean audioContext;

  @Option(names = "--review", paramLabel = "SHARE")
  @Nullable Double review;

  @Option(names = "--delta", paramLabel = "P")
  double delta = 0.05;

  @Option(names = "--dry-run")
  boolean dryRun;

  @Override
  public Integer call() throws IOException {
    measured.check(2);
    if (audioContext) {
      requireWithout(OF_EXITS, "does not go with --audio-context, which chooses a margin alone");
      return audioContext((Promise) goal());
    }
    if (review != null) {
      requireWithout(
          OF_EXITS + " " + OF_LOSSES.replace(" --corpus --decay --gates", ""),
          "does not go with --review, which chooses when fields need one");
      return review(review);
    }
    if (lossless) {
      requireWithout(
          OF_LOSSES,
          "does not go with --lossless, whose answers are those of full depth: drafts have a"
              + " confidence, exits and a threshold alone");
    }
    Goal goal = lossless ? null : goal();
    EvaluationData examples =
        lossless
            ? EvaluationData.inputs(data, measured.limit)
            : EvaluationData.read(data, measured.limit);
    try (TargetLock lock = dryRun ? null : CalibratedModel.lock(model.ownFolder());
        EncoderDecoderModel opened = model.open()) {
      if (lossless) {
        CalibratedModel.requireRoom(model.folder(), opened.ownExits());
      }
      NamedModel named = new NamedModel(model.place().toString(), opened);
      Evaluator evaluator = measured.evaluator(1);
      Candidates tried = candidates.of(opened);
      int searched = searched(examples.size());
      Calibration calibration;
      try (EvaluationProgress progress = new EvaluationProgress(model, "calibrate")) {
        List<Integer> runs = goal == null ? ngrams(opened) : List.of();
        calibration =
            new Calibrator(evaluator, goal, tried, runs, searched, seed)
                .calibrate(named, examples, progress);
      }
      return report(calibration, opened);
    }
  }

  private Goal goal() {
    return corpus
        ? new CorpusGoal(Metric.named(metric), against(), tolerance, level)
        : new Promise(Metric.named(metric), against(), tolerance, level);
  }

  private void requireWithout(String options, String why) {
    for (String option : options.split(" ")) {
      InputException.require(
          !spec.commandLine().getParseResult().hasMatchedOption(option),
          option,
          why,
          "leave it out");
    }
  }

  private int audioContext(Promise promise) throws IOException {
    List<Spoken> recordings = new ArrayList<>();
    for (InputLine line : InputReader.first(data, measured.limit)) {
      String where = data + ", line " + line.number();
      if (line.audio() == null) {
        throw new InputException(where, "names no audio", "give recordings alone");
      }
      InputException.require(
          promise.against() == Promise.Against.FULL || !line.targets().isEmpty(),
          where,
          "has no target",
          "add it, or leave out --against references");
      recordings.add(new Spoken(Recording.of(line.audio()), line.targets()));
    }
    try (TargetLock lock = dryRun ? null : CalibratedModel.lock(model.ownFolder());
        EncoderDecoderModel opened = model.open();
        Engine engine = opened.engine(EngineOptions.defaults());
        EvaluationProgress progress = new EvaluationProgress(model, "calibrate")) {
      AudioContextCalibration calibration =
          AudioContextCalibration.of(promise, Transcriber.of(engine), recordings, progress);
      Provenance provenance = provenance(opened);
      System.out.print(
          model.json ? calibration.json(data, provenance) + "\n" : calibration.plain());
      if (calibration.chosen().isEmpty()) {
        return 1;
      }
      if (!dryRun) {
        ObjectNode setting = calibration.setting(calibration.chosen().get(), data, provenance);
        noteLink(CalibratedModel.write(model.folder(), setting));
      }
      return 0;
    }
  }

  private int review(double share) throws IOException {
    OptionBounds.require(
        share > 0 && share < 1, "--review", share, "give more than 0, less than 1");
    OptionBounds.require(delta > 0 && delta < 1, "--delta", delta, "give more than 0, less than 1");
    List<FieldCalibration.Page> pages = new ArrayList<>();
    for (InputLine line : InputReader.first(data, measured.limit)) {
      pages.add(LabelledPages.page(data + ", line " + line.number(), line));
    }
    try (TargetLock lock = dryRun ? null : CalibratedModel.lock(model.ownFolder());
        EncoderDecoderModel opened = model.open();
        Engine engine = opened.engine(EngineOptions.defaults());
        EvaluationProgress progress = new EvaluationProgress(model, "calibrate")) {
      FieldCalibration calibration =
          FieldCalibration.of(FieldReader.of(engine), pages, share, delta, seed, progress);
      ObjectNode setting = calibration.setting(data, provenance(opened));
      System.out.print(model.json ? setting + "\n" : calibration.plain());
      if (!dryRun) {
        noteLink(CalibratedModel.writeReview(model.folder(), setting));
      }
      return calibration.keeps() ? 0 : 1;
    }
  }

  private Provenance provenance(EncoderDecoderModel opened) {
    return Provenance.here(
        spec.commandLine().getParseResult().originalArgs(),
        List.of(opened.internals().folder().precision()),
        model.threads,
        1,
        measured.repeats,
        InstallFolder.find());
  }

  private static void noteLink(boolean wasLink) {
    if (wasLink) {
      Notes.print("deed: config.json was a link; it is a file of this folder's own now");
    }
  }

  /** Lengths of the n-grams of the encoder's input that drafts are tried from; 0: none are. */
  private static List<Integer> ngrams(EncoderDecoderModel model) {
    boolean reads = model.internals().spec().encoder().front().reads().contains(Part.TOKENS);
    return reads ? List.of(0, 2) : List.of(0);
  }

  /** Shows it and keeps it; 1 when nothing was found. */
  private int report(Calibration calibration, EncoderDecoderModel opened) throws IOException {
    CalibrationReport report = new CalibrationReport(calibration, data, provenance(opened));
    System.out.print(model.json ? report.json() + "\n" : report.plain());
    if (calibration.chosen().isEmpty()) {
      return 1;
    }
    if (!dryRun) {
      keep(calibration.chosen().get(), report, opened);
    }
    return 0;
  }

  private void keep(Calibration.Tested chosen, CalibrationReport report, EncoderDecoderModel opened)
      throws IOException {
    int layers = opened.internals().spec().decoderLayers();
    opened.internals().writeDraftHead();
    noteLink(CalibratedModel.write(model.folder(), layers, chosen, report));
  }

  private Promise.Against against() {
    return switch (against) {
      case "full" -> Promise.Against.FULL;
      case "references" -> Promise.Against.REFERENCES;
      default -> throw new InputException("--against", "is " + against, "give full or references");
    };
  }

  private int searched(int examples) {
    if (searchExamples == null) {
      return Math.clamp(3L * examples / 10, 1, 200);
    }
    OptionBounds.require(
        searchExamples >= 1 && searchExamples < examples,
        "--search-examples",
        searchExamples,
        "give 1.." + (examples - 1) + ", so that some are left for the test");
    return searchExamples;
  }
}
