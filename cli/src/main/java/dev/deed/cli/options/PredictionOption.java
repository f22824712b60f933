package dev.deed.cli.options;

import dev.deed.GenerationOptions;
import dev.deed.files.NamedPath;
import dev.deed.value.InputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A text that answers are expected to be, overridden line by line by the input's own. */
public final class PredictionOption {
  private static final String NAME = "--prediction";
  private static final String FILE = "@";

  @Option(names = NAME, paramLabel = "TEXT|@FILE", descriptionKey = "prediction.prediction")
  @Nullable String stated;

  /**
   * The text; null where none was stated.
   *
   * @throws InputException when a file cannot be read, or is too long
   */
  public @Nullable String text() {
    if (stated == null || !stated.startsWith(FILE)) {
      return stated;
    }
    Path file = NamedPath.of(NAME, stated.substring(FILE.length()));
    return OptionText.read(NAME, file, GenerationOptions.LONGEST_PREDICTION);
  }
}
