package dev.deed.lab.commands;

import dev.deed.cli.OutputOptions;
import dev.deed.cli.ProgressLine;
import dev.deed.lab.datasets.LineCrop;
import dev.deed.lab.rendering.LineFonts;
import dev.deed.lab.rendering.TextLengths;
import dev.deed.lab.rendering.TextLineConverter;
import dev.deed.lab.rendering.TextLineConverter.Style;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed convert text-lines}: pictures of made-up text lines. */
@Command(
    name = "text-lines",
    description = {
      "Makes training data for models that read text lines: grey pictures of made-up lines, set in"
          + " fonts of this machine, printed and scanned badly.",
      "The data set appears whole or not at all."
    },
    mixinStandardHelpOptions = true)
final class ConvertTextLinesCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Mixin DrawnOptions drawn = new DrawnOptions();

  @Parameters(index = "0", paramLabel = "TARGET", description = "New or empty folder.")
  Path target = Path.of("");

  @Option(
      names = "--style",
      paramLabel = "STYLE",
      description =
          "receipts: lines of receipts with targets in capitals, to be joined with real lines;"
              + " prints: lines of all sorts in a dozen languages, case as printed, for a model"
              + " that learns from nothing else; papers: prints, most of them lines of made-up"
              + " receipts and invoices (default: ${DEFAULT-VALUE}).")
  Style style = Style.RECEIPTS;

  @Option(
      names = "--least-characters",
      paramLabel = "N",
      description =
          "Leave shorter texts out, or join those of prints, 1 to 40 (default: ${DEFAULT-VALUE}). A"
              + " model that sees few long lines reads their ends badly.")
  int leastCharacters = 1;

  @Option(
      names = "--most-characters",
      paramLabel = "N",
      description =
          "Leave longer texts out, 1 to 200 (default: ${DEFAULT-VALUE}). Short lines are learnt"
              + " first and fast.")
  int mostCharacters = 200;

  @Option(
      names = "--val-count",
      paramLabel = "N",
      description = "Further pictures for val.jsonl, up to 10,000,000 (default: none).")
  int valCount;

  @Option(
      names = "--texts",
      paramLabel = "FILE",
      description =
          "JSON Lines whose targets, with digits and words replaced, are half of the texts of"
              + " receipts. May be given again (default: all texts are made up).")
  List<Path> texts = new ArrayList<>();

  @Option(
      names = "--font",
      paramLabel = "NAME",
      split = ",",
      description =
          "Families that are installed, or .ttf or .otf files (default: ${DEFAULT-VALUE}).")
  List<String> fonts = List.of("Monospaced", "SansSerif", "Serif");

  @Option(
      names = "--height",
      paramLabel = "N",
      description = "Height of the pictures in pixels (default: ${DEFAULT-VALUE}).")
  int height = 32;

  @Option(
      names = "--largest-width",
      paramLabel = "N",
      description = "Longer lines are squeezed to it (default: ${DEFAULT-VALUE}).")
  int largestWidth = 832;

  @Override
  public Integer call() {
    TextLineConverter converter =
        new TextLineConverter(
            style,
            new TextLengths(leastCharacters, mostCharacters),
            drawn.count,
            valCount,
            drawn.seed,
            LineFonts.named(fonts),
            new LineCrop(height, largestWidth, true));
    try (ProgressLine progress = ProgressLine.of(common, "pictures", -1)) {
      converter.convert(texts, target, progress::to);
    }
    Map<String, Long> examples = new LinkedHashMap<>();
    examples.put("train", (long) drawn.count);
    if (valCount > 0) {
      examples.put("val", (long) valCount);
    }
    new ConvertedParts(target, examples).print(common.json);
    return 0;
  }
}
