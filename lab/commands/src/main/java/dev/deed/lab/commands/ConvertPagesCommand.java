package dev.deed.lab.commands;

import dev.deed.cli.OutputOptions;
import dev.deed.cli.ProgressLine;
import dev.deed.lab.rendering.LineFonts;
import dev.deed.lab.rendering.pages.LocationTokens;
import dev.deed.lab.rendering.pages.PagesConverter;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed convert pages}: made-up pages with questions and captions. */
@Command(
    name = "pages",
    description = {
      "Makes a data set of made-up pages of 256 x 256 pixels with cards, buttons, fields and icons:"
          + " questions where something is, whose answer is a box as four location tokens, and"
          + " captions in several right wordings.",
      "A fourth of the test's pages have pairs of colour and kind that are nowhere else; their ids"
          + " begin with new-, and test-new.jsonl holds them again. The data set appears whole or"
          + " not at all."
    },
    mixinStandardHelpOptions = true)
final class ConvertPagesCommand implements Callable<Integer> {
  private static final int DEFAULT_VAL_COUNT = 300;
  private static final int DEFAULT_TEST_COUNT = 1000;
  private static final int DEFAULT_QUESTIONS = 4;

  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Mixin DrawnOptions drawn = new DrawnOptions();

  @Parameters(index = "0", paramLabel = "TARGET", description = "New or empty folder.")
  Path target = Path.of("");

  @Option(
      names = "--task",
      paramLabel = "TASK",
      required = true,
      description =
          "refer: where something is; caption: what the page shows; both; list: all that is on the"
              + " page, each thing with its box.")
  PagesConverter.Task task = PagesConverter.Task.REFER;

  @Option(
      names = "--val-count",
      paramLabel = "N",
      description =
          "Pages for validation (default: " + DEFAULT_VAL_COUNT + ", but no more than --count).")
  @Nullable Integer valCount;

  @Option(
      names = "--test-count",
      paramLabel = "N",
      description =
          "Pages for the test (default: " + DEFAULT_TEST_COUNT + ", but no more than --count).")
  @Nullable Integer testCount;

  @Option(
      names = "--most-elements",
      paramLabel = "N",
      description =
          "Only pages of one card with at most N elements, to start a model with (default: pages of"
              + " all sorts).")
  int mostElements;

  @Option(
      names = "--questions",
      paramLabel = "N",
      description =
          "Most questions where something is, about each page (default: "
              + DEFAULT_QUESTIONS
              + ").")
  @Nullable Integer questions;

  @Option(
      names = "--bins",
      paramLabel = "N",
      description = "Location tokens for width and height, 32 to 1000 (default: ${DEFAULT-VALUE}).")
  int bins = 64;

  @Option(
      names = "--decoder-prompt",
      description =
          "Put questions into decoder_prompt, for a model whose encoder reads pictures alone.")
  boolean decoderPrompt;

  @Option(
      names = "--font",
      paramLabel = "NAME",
      split = ",",
      description =
          "Families that are installed, or .ttf or .otf files (default: ${DEFAULT-VALUE}).")
  List<String> fonts = List.of("SansSerif", "Serif", "Monospaced");

  @Override
  public Integer call() {
    PagesConverter converter =
        new PagesConverter(
            task,
            new PagesConverter.Pages(
                drawn.count,
                valCount == null ? Math.min(DEFAULT_VAL_COUNT, drawn.count) : valCount,
                testCount == null ? Math.min(DEFAULT_TEST_COUNT, drawn.count) : testCount,
                mostElements),
            questions(),
            new LocationTokens(bins),
            decoderPrompt,
            drawn.seed,
            LineFonts.named(fonts));
    Map<String, Long> examples;
    try (ProgressLine progress = ProgressLine.of(common, "pages", -1)) {
      examples = converter.convert(target, progress::to);
    }
    new ConvertedParts(target, examples).print(common.json);
    return 0;
  }

  private int questions() {
    InputException.require(
        questions == null || task.asksWhere(),
        "--questions",
        "is for questions where something is, which --task "
            + task.name().toLowerCase(Locale.ROOT)
            + " does not ask",
        "leave it out, or take --task refer or both");
    return questions == null ? DEFAULT_QUESTIONS : questions;
  }
}
