package dev.deed.lab.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.cli.OutputOptions;
import dev.deed.cli.ProgressLine;
import dev.deed.lab.copying.CopyingConverter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed convert copying}: examples that teach a model to copy from a page. */
@Command(
    name = "copying",
    description = {
      "Makes pre-training data for models that read pages: questions whose answer is copied from"
          + " the page.",
      "Pages are those of SOURCE with digits and words replaced, and made-up receipts. Training"
          + " examples come from the pages of train.jsonl, validation examples from those of"
          + " val.jsonl. The data set appears whole or not at all."
    },
    mixinStandardHelpOptions = true)
final class ConvertCopyingCommand implements Callable<Integer> {
  private static final int DEFAULT_VAL_COUNT = 500;

  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Mixin DrawnOptions drawn = new DrawnOptions();

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description =
          "Folder that convert sroie --task fields made; not read where all receipts are made up.")
  Path source = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "New or empty folder.")
  Path target = Path.of("");

  @Option(
      names = "--val-count",
      paramLabel = "N",
      description =
          "Validation examples (default: " + DEFAULT_VAL_COUNT + ", but no more than --count).")
  @Nullable Integer valCount;

  @Option(
      names = "--made-up-share",
      paramLabel = "X",
      description = "Share of examples on made-up receipts, 0 to 1 (default: ${DEFAULT-VALUE}).")
  double madeUpShare = 0.5;

  @Option(
      names = "--most-lines",
      paramLabel = "N",
      description =
          "Text lines that a page keeps around those asked for (default: ${DEFAULT-VALUE}).")
  int mostLines = 36;

  @Override
  public Integer call() {
    CopyingConverter converter =
        new CopyingConverter(
            drawn.count,
            valCount == null ? Math.min(DEFAULT_VAL_COUNT, drawn.count) : valCount,
            drawn.seed,
            madeUpShare,
            mostLines);
    CopyingConverter.Summary summary;
    try (ProgressLine progress = ProgressLine.of(common, "examples", -1)) {
      summary = converter.convert(source, target, progress::to);
    }
    ConvertedParts parts = new ConvertedParts(target, summary.examples());
    if (common.json) {
      ObjectNode json = parts.json();
      json.put("made_up", summary.madeUp()).put("pages", summary.pages());
      ObjectNode tasks = json.putObject("tasks");
      summary.tasks().forEach(tasks::put);
      System.out.println(json);
    } else {
      System.out.println(parts.line());
      System.out.printf(
          "%d on made-up receipts, the others on %d real pages; %s%n",
          summary.madeUp(), summary.pages(), list(summary.tasks()));
    }
    return 0;
  }

  private static String list(Map<String, Long> tasks) {
    return tasks.entrySet().stream()
        .map(task -> task.getValue() + " " + task.getKey())
        .collect(Collectors.joining(", "));
  }
}
