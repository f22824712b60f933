package dev.deed.cli;

import dev.deed.data.EarlierAnswers;
import dev.deed.files.NamedPath;
import dev.deed.files.OutputPlace;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.List;

/** Where the answers of a job go, line by line. Belongs to one thread. */
public interface AnswerOutput extends AutoCloseable {
  /** What becomes of an output that is there already. */
  enum Existing {
    /** It is an error. */
    REFUSED,
    /** It is replaced once all lines are decoded. */
    OVERWRITTEN,
    /** Its lines are kept, and decoding goes on after them. */
    RESUMED;

    /** What the options of these names ask for. */
    public static Existing of(boolean overwrite, boolean resume) {
      InputException.require(
          !overwrite || !resume,
          "--overwrite, --resume",
          "exclude one another",
          "leave one of them out");
      return resume ? RESUMED : overwrite ? OVERWRITTEN : REFUSED;
    }
  }

  /**
   * @param output file, pipe or device; - for stdout
   * @throws InputException when it must not or cannot be written
   */
  static AnswerOutput open(JobInput input, String output, Existing existing) {
    List<Path> sources = input.files();
    Path target = NamedPath.of("--output", output);
    OutputPlace place =
        output.equals("-") ? new OutputPlace.StandardOutput() : OutputPlace.of(target);
    return switch (place) {
      case OutputPlace.RegularFile file -> {
        requireOther(sources, file.path(), "--output " + output);
        yield AnswerFile.open(target, file.path(), input, existing);
      }
      case OutputPlace.Stream stream -> {
        requireNew(existing, output);
        requireOther(sources, stream.path(), "--output " + output);
        yield AnswerStream.open(stream.path());
      }
      case OutputPlace.StandardOutput _ -> {
        requireNew(existing, "stdout");
        requireOther(sources, Path.of("/dev/stdout"), "stdout");
        yield AnswerStream.standard();
      }
    };
  }

  private static void requireOther(List<Path> sources, Path target, String name) {
    sources.forEach(source -> OutputPlace.requireOther(source, target, name));
  }

  private static void requireNew(Existing existing, String output) {
    InputException.require(
        existing == Existing.REFUSED,
        existing == Existing.RESUMED ? "--resume" : "--overwrite",
        output + " is no file",
        "leave it out, or give a file with --output");
  }

  /** Answers that are there already. */
  default EarlierAnswers earlier() {
    return EarlierAnswers.none();
  }

  /**
   * @param line with its end
   * @throws OutputFailure when it cannot be written; the lines before it are kept
   */
  void write(byte[] line);

  /** Says that all answers are there. */
  default void finish() {}

  /**
   * What a job that did not come to its end leaves, for a message.
   *
   * @param lines where they are
   * @param next what the user can do
   */
  record Left(String lines, String next) {
    /** {@code 1 whole line}, {@code 2 whole lines}. */
    static String lines(long count) {
      return count + (count == 1 ? " whole line" : " whole lines");
    }
  }

  /** What is left once this is closed with {@code count} lines. */
  Left left(long count);

  @Override
  void close();
}
