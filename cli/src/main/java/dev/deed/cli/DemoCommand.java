package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.ModelSamples;
import dev.deed.evaluation.DemoReport;
import dev.deed.evaluation.DemoResult;
import dev.deed.evaluation.Demonstration;
import dev.deed.evaluation.ExitMarks;
import dev.deed.evaluation.Paragraph;
import dev.deed.evaluation.WarmUp;
import dev.deed.value.InputException;
import dev.deed.value.OneLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deed demo}: the shipped models on the shipped samples. */
@Command(
    name = "demo",
    description =
        "Runs the shipped models on shipped samples: markup of screenshots, answers to questions,"
            + " text lines, formulas, boxes of what is asked for, values in texts; exit layer of"
            + " each token, time against full depth.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  /** The first one's figures are the totals. */
  private static final List<String> SHIPPED =
      List.of(
          "models/ofa-tasks",
          "models/screenshot-markup",
          "models/text-lines",
          "models/formulas",
          "models/referring",
          "models/values");

  private static final WarmUp WARM_UP = WarmUp.upTo(Duration.ofSeconds(3));

  /** For all models, about. */
  private static final Duration TIME = Duration.ofSeconds(60);

  @Option(names = "--model", paramLabel = "MODEL")
  @Nullable Path folder;

  @Option(names = "--samples", paramLabel = "FILE.jsonl")
  @Nullable Path samples;

  @Option(names = "--repeats", paramLabel = "N")
  @Nullable Integer repeats;

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin AdapterOption adapter = new AdapterOption();

  @Override
  public Integer call() {
    if (repeats != null) {
      OptionBounds.requireAtLeast("--repeats", repeats, 1);
    }
    InputException.require(
        samples == null || folder != null,
        "--samples",
        "are those of one model",
        "give --model MODEL too");
    InputException.require(
        adapter.adapter == null || folder != null,
        "--adapter",
        "is of one model",
        "give --model MODEL too");
    List<Path> models = folder == null ? shipped() : List.of(folder);
    long end = System.nanoTime() + TIME.toNanos();
    List<DemoReport> reports = new ArrayList<>();
    for (Path model : models) {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      int still = models.size() - reports.size();
      reports.add(report(common.place(model, adapter), left.dividedBy(still)));
    }
    return print(new DemoResult(reports));
  }

  private DemoReport report(ModelPlace place, Duration time) {
    Path folder = place.folder();
    List<InputLine> inputs =
        samples == null
            ? ModelSamples.inputs(folder)
            : InputReader.first(samples, Integer.MAX_VALUE);
    try (EncoderDecoderModel model = common.open(place)) {
      Demonstration demonstration =
          new Demonstration(model, samples == null ? folder : samples, inputs);
      if (!common.json) {
        ExitMarks marks =
            new ExitMarks(
                model.internals().spec().decoderLayers(),
                Ansi.AUTO.enabled(),
                System.out.charset(),
                Terminal.columnsOfOutput());
        System.out.print(marks.legend(name(folder)));
        System.out.println(demonstration.show(marks));
        common.note("measuring " + name(folder) + " ...");
      }
      return repeats == null
          ? demonstration.measureWithin(time, WARM_UP)
          : demonstration.measure(repeats, WARM_UP);
    }
  }

  /** Prints the result; the exit code is 1 where answers are wrong. */
  int print(DemoResult result) {
    System.out.print(
        common.json
            ? result.json() + "\n"
            : result.table(new Paragraph(Terminal.columnsOfOutput())));
    result.violations().forEach(line -> Notes.print("deed: " + line));
    return result.violations().isEmpty() ? 0 : 1;
  }

  private static String name(Path folder) {
    Path name = folder.getFileName();
    return OneLine.of(name == null ? folder.toString() : name.toString());
  }

  private static List<Path> shipped() {
    Path root = InstallFolder.find();
    List<Path> models = new ArrayList<>();
    for (String shipped : SHIPPED) {
      Path model = root == null ? Path.of(shipped) : root.resolve(shipped);
      if (!Files.exists(model.resolve("config.json"))) {
        throw new InputException(
            "the shipped model " + model,
            "is missing",
            "check out the whole repository, or give another with --model FOLDER --samples FILE");
      }
      models.add(model);
    }
    return models;
  }
}
