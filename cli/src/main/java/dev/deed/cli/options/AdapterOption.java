package dev.deed.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A LoRA adapter for the model of a command: {@code --adapter}. */
public final class AdapterOption {
  @Option(
      names = "--adapter",
      paramLabel = "ADAPTER",
      description =
          "LoRA adapter that PEFT saved, a folder or a name of the Hub, merged into the weights"
              + " while they are read. An adapter may be MODEL itself, if it names its base.")
  public @Nullable Path adapter;
}
