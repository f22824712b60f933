package dev.deed.lab.commands;

import dev.deed.cli.OutputOptions;
import dev.deed.cli.ProgressLine;
import dev.deed.lab.receipts.ReceiptsConverter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed convert receipts}: made-up receipts and invoices and their fields. */
@Command(
    name = "receipts",
    description = {
      "Makes training data for models that find company, date, address and total of receipts and"
          + " invoices: made-up papers as words with boxes, with the errors of reading.",
      "The data set appears whole or not at all."
    },
    mixinStandardHelpOptions = true)
final class ConvertReceiptsCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Mixin DrawnOptions drawn = new DrawnOptions();

  @Parameters(index = "0", paramLabel = "TARGET", description = "New or empty folder.")
  Path target = Path.of("");

  @Option(
      names = "--val-count",
      paramLabel = "N",
      description = "Papers for validation (default: ${DEFAULT-VALUE}).")
  int valCount = 150;

  @Option(
      names = "--most-words",
      paramLabel = "N",
      description = "Words that a paper has at most (default: ${DEFAULT-VALUE}).")
  int mostWords = 220;

  @Override
  public Integer call() {
    ReceiptsConverter converter =
        new ReceiptsConverter(drawn.count, valCount, mostWords, drawn.seed);
    try (ProgressLine progress = ProgressLine.of(common, "papers", -1)) {
      converter.convert(target, progress::to);
    }
    Map<String, Long> papers = new LinkedHashMap<>();
    papers.put("train", (long) drawn.count);
    papers.put("val", (long) valCount);
    new ConvertedParts(target, papers).print(common.json);
    return 0;
  }
}
