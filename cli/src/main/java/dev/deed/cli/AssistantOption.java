package dev.deed.cli;

import dev.deed.OpenOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A smaller model that drafts for the model of a command: {@code --assistant}. */
public final class AssistantOption {
  @Option(names = "--assistant", paramLabel = "MODEL", descriptionKey = "assistant.assistant")
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
