package dev.deed.lab.commands;

import dev.deed.cli.OutputOptions;
import dev.deed.cli.ProgressLine;
import dev.deed.lab.datasets.PromptConverter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code deed convert prompt}: a data set whose every line has the same prompt, or whose prompts
 * are the decoder's.
 */
@Command(
    name = "prompt",
    description = {
      "Gives every line of a data set the same prompt, for a model of several tasks,",
      "or makes prompts the decoder's.",
      "Pictures are referred to where they are. The data set appears whole or not at all."
    },
    mixinStandardHelpOptions = true)
final class ConvertPromptCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Mixin DataSetFolders folders = new DataSetFolders();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What every line gets (with --decoder-prompt: default its own prompt).")
  @Nullable String prompt;

  @Option(
      names = "--decoder-prompt",
      description =
          "Put prompts into decoder_prompt, for a model whose encoder reads pictures alone.")
  boolean decoderPrompt;

  @Option(
      names = "--replace",
      description = "Put it in the place of prompts (default: lines that have one are refused).")
  boolean replace;

  @Option(names = "--copy", description = "Copy the pictures.")
  boolean copy;

  @Override
  public Integer call() {
    PromptConverter converter = new PromptConverter(prompt, decoderPrompt, replace, copy);
    PromptConverter.Summary summary;
    try (ProgressLine progress = ProgressLine.of(common, "lines", -1)) {
      summary = converter.convert(folders.source, folders.target, progress::to);
    }
    ConvertedParts parts = new ConvertedParts(folders.target, summary.examples());
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
