package dev.deed.lab.commands;

import dev.deed.cli.OutputOptions;
import dev.deed.cli.ProgressLine;
import dev.deed.lab.values.ValuesConverter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed convert values}: texts with dates, amounts and the like, and what they say. */
@Command(
    name = "values",
    description = {
      "Makes training data for models that read dates, times, amounts, quantities and numbers in"
          + " texts of seven languages and write them in one form: values alone, and phrases with"
          + " up to three.",
      "No prompt of test.jsonl or val.jsonl is in train.jsonl. The data set appears whole or not"
          + " at all."
    },
    mixinStandardHelpOptions = true)
final class ConvertValuesCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Mixin DrawnOptions drawn = new DrawnOptions();

  @Parameters(index = "0", paramLabel = "TARGET", description = "New or empty folder.")
  Path target = Path.of("");

  @Option(
      names = "--val-count",
      paramLabel = "N",
      description = "Validation examples (default: ${DEFAULT-VALUE}).")
  int valCount = 500;

  @Option(
      names = "--test-count",
      paramLabel = "N",
      description = "Test examples; 0 for none (default: ${DEFAULT-VALUE}).")
  int testCount = 1000;

  @Override
  public Integer call() {
    ValuesConverter converter = new ValuesConverter(drawn.count, valCount, testCount, drawn.seed);
    try (ProgressLine progress = ProgressLine.of(common, "examples", -1)) {
      converter.convert(target, progress::to);
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
