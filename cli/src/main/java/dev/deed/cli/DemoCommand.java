package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.checkpoint.BadInputException;
import dev.deed.cli.options.CommonOptions;
import dev.deed.cli.output.Notes;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.evaluation.WarmUp;
import dev.deed.evaluation.demo.Answer;
import dev.deed.evaluation.demo.DemoReport;
import dev.deed.evaluation.demo.Demonstration;
import dev.deed.evaluation.demo.ExitMarks;
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

/** {@code deed demo}: the shipped model on the shipped samples. */
@Command(
    name = "demo",
    description =
        "Runs the shipped model on shipped screenshots: markup, exit layer of each token, time"
            + " against full depth.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Colours appear on a terminal; set NO_COLOR for plain marks, CLICOLOR_FORCE=1 for",
      "colours in a pipe."
    })
final class DemoCommand implements Callable<Integer> {
  private static final String SHIPPED = "models/screenshot-markup";
  private static final Duration WARM_UP = Duration.ofSeconds(8);

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description = "Another model folder (default: the shipped " + SHIPPED + ").")
  @Nullable Path folder;

  @Option(
      names = "--samples",
      paramLabel = "FILE.jsonl",
      description =
          "Other samples, one input a line (default: samples/samples.jsonl of the model).")
  @Nullable Path samples;

  @Option(
      names = "--threshold",
      paramLabel = "X",
      description = "Exit at this confidence; above 1 never (default: the model's own).")
  @Nullable Double threshold;

  @Option(
      names = "--lossless",
      description =
          "Verify tokens that leave early: the answers are those of full depth. Marks tell where"
              + " each was drafted.")
  boolean lossless;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "How often each sample is measured (default: ${DEFAULT-VALUE}).")
  int repeats = 7;

  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    if (repeats < 1) {
      throw new BadInputException("--repeats", "is " + repeats, "give 1 or more");
    }
    Path model = folder == null ? shipped() : folder;
    List<InputLine> inputs =
        InputReader.first(
            samples == null ? model.resolve("samples").resolve("samples.jsonl") : samples,
            Integer.MAX_VALUE);
    try (EncoderDecoderModel opened = common.open(model)) {
      Demonstration demonstration = new Demonstration(opened, threshold, lossless);
      List<Answer> answers = answers(demonstration, inputs);
      if (!common.json && !common.quiet) {
        Notes.print("measuring ...");
      }
      return print(demonstration.measure(answers, repeats, WarmUp.upTo(WARM_UP)));
    }
  }

  /** Prints a report; the exit code is 1 where answers are wrong. */
  int print(DemoReport report) {
    if (common.json) {
      System.out.println(report.json());
    } else {
      System.out.println();
      System.out.print(report.table());
    }
    report.violations().forEach(line -> Notes.print("deed: " + line));
    return report.violations().isEmpty() ? 0 : 1;
  }

  private List<Answer> answers(Demonstration demonstration, List<InputLine> inputs) {
    ExitMarks marks =
        new ExitMarks(
            demonstration.layers(),
            Ansi.AUTO.enabled(),
            demonstration.verifies(),
            System.out.charset());
    if (!common.json) {
      System.out.print(marks.legend());
    }
    List<Answer> answers = new ArrayList<>();
    for (InputLine input : inputs) {
      Answer answer = demonstration.decode(input);
      answers.add(answer);
      if (!common.json) {
        System.out.println();
        System.out.println(input.name() + ":");
        System.out.print(marks.show(answer));
      }
    }
    return answers;
  }

  private static Path shipped() {
    Path root = InstallFolder.find();
    Path model = root == null ? Path.of(SHIPPED) : root.resolve(SHIPPED);
    if (!Files.exists(model.resolve("config.json"))) {
      throw new BadInputException(
          "the shipped model " + model,
          "is missing",
          "check out the whole repository, or give another with --model FOLDER --samples FILE");
    }
    return model;
  }
}
