package dev.deed.cli.options;

import dev.deed.OpenOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A smaller model that drafts for the model of a command: {@code --assistant}. */
public final class AssistantOption {
  @Option(
      names = "--assistant",
      paramLabel = "MODEL",
      description =
          "Smaller model with the same tokens, a folder or a name, that drafts; answers are those of"
              + " full depth, as with --lossless, and come sooner where it is mostly right (default:"
              + " the folder's own, if config.json names one). Not where a policy is given without"
              + " --lossless.")
  public @Nullable Path assistant;

  /** The options with the model that was asked for. */
  public OpenOptions addTo(OpenOptions options, CommonOptions common) {
    if (assistant == null) {
      return options;
    }
    ModelPlace place = common.place(assistant);
    return options.withAssistant(place.adapter() == null ? place.folder() : place.adapter());
  }
}
