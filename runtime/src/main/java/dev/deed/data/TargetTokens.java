package dev.deed.data;

import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/** The tokens that the targets of a data set consist of. */
public final class TargetTokens {
  private TargetTokens() {}

  /**
   * Tokens of all targets, with the special tokens around them.
   *
   * @throws InputException when the file cannot be read, has no line, or a line has no target
   */
  public static SortedSet<Integer> of(Path file, Tokenizer tokenizer) {
    SortedSet<Integer> found = new TreeSet<>();
    try (InputReader examples = InputReader.open(file)) {
      while (examples.nextExample() instanceof InputLine example) {
        for (String target : example.targets()) {
          for (int token : tokenizer.encodeTarget(target, example.targetLanguage())) {
            found.add(token);
          }
        }
      }
    }
    InputException.require(
        !found.isEmpty(), file.toString(), "has no examples", "give a data set with targets");
    return found;
  }
}
