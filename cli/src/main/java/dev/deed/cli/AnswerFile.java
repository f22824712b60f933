package dev.deed.cli;

import dev.deed.data.EarlierAnswers;
import dev.deed.data.LineReader;
import dev.deed.data.LineSource;
import dev.deed.files.AtomicFiles;
import dev.deed.files.IoReason;
import dev.deed.files.LinesFile;
import dev.deed.files.TargetLock;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers in a file that loses none of them; see {@link LinesFile}.
 *
 * @param given what the user calls it
 * @param target where that leads
 * @param outdated leftovers of the target that are worth nothing once this is finished
 */
record AnswerFile(
    Path given,
    Path target,
    TargetLock lock,
    EarlierAnswers earlier,
    LinesFile lines,
    List<Path> outdated)
    implements AnswerOutput {
  /** Begins a file, or goes on with one. */
  static AnswerFile open(Path given, Path target, JobInput input, Existing existing) {
    TargetLock lock = TargetLock.on(target);
    try {
      List<Path> leftovers = leftovers(target);
      if (existing == Existing.RESUMED) {
        return resume(given, target, lock, leftovers, input);
      }
      if (existing == Existing.REFUSED) {
        requireNothing(given, target, leftovers);
      }
      LinesFile lines = LinesFile.begin(target, existing == Existing.OVERWRITTEN);
      return new AnswerFile(given, target, lock, EarlierAnswers.none(), lines, leftovers);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private static AnswerFile resume(
      Path given, Path target, TargetLock lock, List<Path> leftovers, JobInput input) {
    InputException.require(
        input.isKept(),
        "--resume",
        "reads the input twice, and "
            + (input.name().equals("-") ? "stdin" : input.name())
            + " is no file",
        "save it and give the file with --input");
    // A leftover is of the last job: what that was to replace is older.
    Path before =
        leftovers.isEmpty()
            ? Optional.of(target).filter(Files::exists).orElse(null)
            : leftovers.getFirst();
    requireOlder(given, target, leftovers);
    if (before == null) {
      return new AnswerFile(
          given, target, lock, EarlierAnswers.none(), LinesFile.begin(target, false), List.of());
    }
    EarlierAnswers earlier;
    try (LineReader lines = input.lines().get()) {
      earlier = EarlierAnswers.match(before, input.name(), lines);
    }
    LinesFile lines = LinesFile.goOn(before, target, earlier.bytes());
    List<Path> outdated = leftovers.stream().filter(left -> !left.equals(before)).toList();
    return new AnswerFile(given, target, lock, earlier, lines, outdated);
  }

  /** What a job that was cut off was to replace, not what somebody wrote after its end. */
  private static void requireOlder(Path given, Path target, List<Path> leftovers) {
    Path left = leftovers.isEmpty() ? target : leftovers.getFirst();
    if (target.toFile().lastModified() > left.toFile().lastModified()) {
      throw new InputException(
          given.toString(),
          "is newer than what a job left in " + left + ", " + Left.lines(wholeLines(left)),
          "remove the one of them that you do not want");
    }
  }

  private static void requireNothing(Path given, Path target, List<Path> leftovers) {
    if (!leftovers.isEmpty()) {
      Path left = leftovers.getFirst();
      throw new InputException(
          given.toString(),
          "a job that was cut off left " + Left.lines(wholeLines(left)) + " in " + left,
          "give --resume to go on after them, or --overwrite to begin anew");
    }
    InputException.require(
        !Files.exists(target),
        given.toString(),
        "is there already",
        "give --resume to go on after its lines, or --overwrite to replace it");
  }

  /** Those that hold a whole line; the others are removed, the target being locked. */
  private static List<Path> leftovers(Path target) {
    List<Path> worth = new ArrayList<>();
    for (Path left : LinesFile.leftovers(target)) {
      if (wholeLines(left) > 0) {
        worth.add(left);
      } else {
        remove(left);
      }
    }
    return worth;
  }

  private static long wholeLines(Path file) {
    try (LineSource lines = new LineSource(Files.newInputStream(file), 0)) {
      long whole = 0;
      while (lines.next() != null && lines.ended()) {
        whole++;
      }
      return whole;
    } catch (IOException e) {
      throw IoReason.unwritable(file, e);
    }
  }

  private static void remove(Path leftover) {
    try {
      Files.deleteIfExists(leftover);
    } catch (IOException e) {
      throw IoReason.unwritable(leftover, e);
    }
  }

  @Override
  public void write(byte[] line) {
    try {
      lines.write(line);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void finish() {
    try {
      lines.finish();
      if (!earlier.inOrder()) {
        AtomicFiles.write(target, sorted -> earlier.sort(target, sorted));
      }
      outdated.forEach(AnswerFile::remove);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private OutputFailure failure(IOException e) {
    close();
    Left left = left(Files.exists(lines.path()) ? wholeLines(lines.path()) : 0);
    String whatToDo = left.lines() + ", make room and " + left.next();
    return new OutputFailure(given.toString(), target, whatToDo, e);
  }

  @Override
  public Left left(long count) {
    if (count == 0) {
      return new Left("no line was written", "run it again");
    }
    Path path = lines.path();
    String where = path.equals(target) ? given.toString() : path + " (" + given + " is as it was)";
    return new Left(
        Left.lines(count) + (count == 1 ? " is in " : " are in ") + where, "go on with --resume");
  }

  @Override
  public void close() {
    try (lock) {
      lines.close();
    } catch (IOException e) {
      Path left = lines.path();
      String next = Files.exists(left) ? "look at " + left : "its lines are lost, run it again";
      throw new OutputFailure(given.toString(), target, next, e);
    }
  }
}
