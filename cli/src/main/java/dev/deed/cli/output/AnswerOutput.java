package dev.deed.cli.output;

import dev.deed.data.generate.EarlierAnswers;
import dev.deed.files.NamedPath;
import dev.deed.files.OutputPlace;
import dev.deed.value.InputException;
import java.nio.file.Path;

/** Where the answers of a job go, line by line. Belongs to one thread. */
public sealed interface AnswerOutput extends AutoCloseable permits AnswerFile, AnswerStream {
  /** What becomes of an output that is there already. */
  enum Existing {
    /** It is an error. */
    REFUSED,
    /** It is replaced once all lines are decoded. */
    OVERWRITTEN,
    /** Its lines are kept, and decoding goes on after them. */
    RESUMED
  }

  /**
   * @param input file of inputs; - for stdin
   * @param output file, pipe or device; - for stdout
   * @throws InputException when it must not or cannot be written
   */
  static AnswerOutput open(String input, String output, Existing existing) {
    Path target = NamedPath.of("--output", output);
    Path source = NamedPath.of("--input", input.equals("-") ? "/dev/stdin" : input);
    OutputPlace place =
        output.equals("-") ? new OutputPlace.StandardOutput() : OutputPlace.of(target);
    return switch (place) {
      case OutputPlace.RegularFile file -> {
        OutputPlace.requireOther(source, file.path(), "--output " + output);
        yield AnswerFile.open(target, file.path(), input, existing);
      }
      case OutputPlace.Stream stream -> {
        requireNew(existing, output);
        OutputPlace.requireOther(source, stream.path(), "--output " + output);
        yield AnswerStream.open(stream.path());
      }
      case OutputPlace.StandardOutput _ -> {
        requireNew(existing, "stdout");
        OutputPlace.requireOther(source, Path.of("/dev/stdout"), "stdout");
        yield AnswerStream.standard();
      }
    };
  }

  private static void requireNew(Existing existing, String output) {
    InputException.require(
        existing == Existing.REFUSED,
        existing == Existing.RESUMED ? "--resume" : "--overwrite",
        output + " is no file",
        "leave it out, or give a file with --output");
  }

  /** Answers that are there already. */
  EarlierAnswers earlier();

  /**
   * @param line with its end
   * @throws OutputFailure when it cannot be written; the lines before it are kept
   */
  void write(byte[] line);

  /** Says that all answers are there. */
  void finish();

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

  /**
   * What is left once this is closed.
   *
   * @param count lines that are there
   */
  Left left(long count);

  @Override
  void close();
}
