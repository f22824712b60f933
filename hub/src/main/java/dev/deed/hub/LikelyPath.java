package dev.deed.hub;

import dev.deed.files.Spelling;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Texts that could name a model, but look like a path that does not exist. They are not sent to the
 * hub. With a revision, such as {@code NAME@main}, a text is a name.
 */
public final class LikelyPath {
  private static final Pattern FILE =
      Pattern.compile(
          "(?i).*\\.(gguf|ggml|onnx|safetensors|bin|pt|pth|ckpt|h5|msgpack|tflite|json|jsonl|txt"
              + "|zip|tar|gz|tgz|7z)");

  private LikelyPath() {}

  /**
   * Refuses a text that ends like a file, one whose owner is the name of what is there or {@code
   * models}, an owner that the Hub cannot have, and one without a slash that has nearly the name of
   * what is there.
   *
   * @param text that can be the name of a model
   * @param names what is there, as {@link #namesIn} gives it
   * @throws InputException with what may have been meant
   */
  public static void refuse(String text, Collection<String> names) {
    if (text.contains("@")) {
      return;
    }
    String what = "model \"" + text + "\"";
    String hub = text + "@" + ModelName.MAIN + " for a model of the Hub";
    InputException.require(
        !FILE.matcher(text).matches(),
        what,
        "is no folder here, and ends like a file",
        "give the folder of a model, or " + hub);
    int slash = text.indexOf('/');
    String owner = text.substring(0, Math.max(0, slash));
    InputException.require(
        !owner.equals("models") && !names.contains(owner),
        what,
        "is no folder in " + Path.of("").toAbsolutePath(),
        "give the path of one that exists, or " + hub);
    String near = slash >= 0 ? null : Spelling.nearest(text, names);
    InputException.require(
        near == null,
        what,
        "is no folder here",
        "did you mean \"" + near + "\"? Give that, or " + hub);
  }

  /** {@return the names of what lies in a folder; none where it cannot be read} */
  public static List<String> namesIn(Path folder) {
    try (Stream<Path> there = Files.list(folder)) {
      return there.map(path -> path.getFileName().toString()).toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
