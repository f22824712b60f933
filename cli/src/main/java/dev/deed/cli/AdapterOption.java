package dev.deed.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A LoRA adapter for the model of a command: {@code --adapter}. */
public final class AdapterOption {
  @Option(names = "--adapter", paramLabel = "ADAPTER", descriptionKey = "adapter.adapter")
  public @Nullable Path adapter;
}
