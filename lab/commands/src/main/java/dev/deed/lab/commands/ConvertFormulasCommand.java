package dev.deed.lab.commands;

import dev.deed.cli.OutputOptions;
import dev.deed.cli.ProgressLine;
import dev.deed.lab.rendering.FormulaConverter;
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

/** {@code deed convert formulas}: pictures of made-up formulas. */
@Command(
    name = "formulas",
    description = {
      "Makes training data for models that read formulas: grey pictures of formulas that a grammar"
          + " draws, and their LaTeX, one token a word and at most "
          + FormulaConverter.MOST_TOKENS
          + " tokens.",
      "No formula is there twice: none of val.jsonl or test.jsonl is in train.jsonl. The data set"
          + " appears whole or not at all."
    },
    mixinStandardHelpOptions = true)
final class ConvertFormulasCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Mixin DrawnOptions drawn = new DrawnOptions();

  @Parameters(index = "0", paramLabel = "TARGET", description = "New or empty folder.")
  Path target = Path.of("");

  @Option(
      names = "--val-count",
      paramLabel = "N",
      description = "Validation examples (default: ${DEFAULT-VALUE}).")
  int valCount = 300;

  @Option(
      names = "--test-count",
      paramLabel = "N",
      description = "Test examples; 0 for none (default: ${DEFAULT-VALUE}).")
  int testCount = 500;

  @Option(
      names = "--most-tokens",
      paramLabel = "N",
      description =
          "Tokens of the longest formula, 4 to 64, or 1: single signs, again and again (default:"
              + " ${DEFAULT-VALUE}).")
  int mostTokens = FormulaConverter.MOST_TOKENS;

  @Option(
      names = "--everyday",
      description =
          "Draws laws, identities and equations as people write them every day, with letters and"
              + " numbers that vary, in place of a grammar that combines all it knows.")
  boolean everyday;

  @Option(
      names = "--exclude",
      paramLabel = "FILE",
      description = "JSON Lines whose targets are not drawn. May be given again.")
  List<Path> excluded = new ArrayList<>();

  @Override
  public Integer call() {
    FormulaConverter converter =
        new FormulaConverter(drawn.count, valCount, testCount, mostTokens, everyday, drawn.seed);
    try (ProgressLine progress = ProgressLine.of(common, "formulas", -1)) {
      converter.convert(excluded, target, progress::to);
    }
    Map<String, Long> examples = new LinkedHashMap<>();
    examples.put("train", (long) drawn.count);
    examples.put("val", (long) valCount);
    if (testCount > 0) {
      examples.put("test", (long) testCount);
    }
    new ConvertedParts(target, examples).print(common.json);
    return 0;
  }
}
