package dev.deed.cli;

import dev.deed.tasks.data.PromptConverter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed convert prompt}: a data set whose every line has the same prompt. */
@Command(
    name = "prompt",
    description = {
      "Gives every line of a data set the same prompt, for a model of several tasks.",
      "Pictures are referred to where they are. The data set appears whole or not at all."
    },
    mixinStandardHelpOptions = true)
final class ConvertPromptCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description = "Folder with train.jsonl, val.jsonl, test.jsonl, or some of them.")
  Path source = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "New or empty folder.")
  Path target = Path.of("");

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      required = true,
      description = "What every line gets.")
  String prompt = "";

  @Option(
      names = "--replace",
      description = "Put it in the place of prompts (default: lines that have one are refused).")
  boolean replace;

  @Option(names = "--copy", description = "Copy the pictures.")
  boolean copy;

  @Override
  public Integer call() {
    PromptConverter converter = new PromptConverter(prompt, replace, copy);
    PromptConverter.Summary summary;
    try (ProgressLine progress = ProgressLine.of(common, "lines", -1)) {
      summary = converter.convert(source, target, progress::to);
    }
    ConvertedParts parts = new ConvertedParts(target, summary.examples());
    if (common.json) {
      System.out.println(parts.json().put("replaced", summary.replaced()));
    } else {
      System.out.println(parts.line());
      if (summary.replaced() > 0) {
        System.out.printf("replaced: %d other prompts%n", summary.replaced());
      }
    }
    return 0;
  }
}
