package dev.deed.cli;

import dev.deed.cli.AnswerOutput.Existing;
import dev.deed.data.CueLayout;
import dev.deed.data.TranscriptFormat;
import dev.deed.data.WindowLine;
import dev.deed.files.AtomicFiles;
import dev.deed.files.IoReason;
import dev.deed.files.LinesFile;
import dev.deed.files.TargetLock;
import dev.deed.speech.PartialTranscript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionListener;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file of a transcript. While it is made, its windows are kept beside it in {@code
 * NAME.deed-segments} (see {@link LinesFile}), from which a later run goes on; formats that can end
 * anywhere get what there is when they are stopped. Belongs to one thread.
 *
 * @param times whether plain text tells times too
 * @param layout of subtitles
 * @param earlier what an earlier run left; null where it left nothing
 * @param segments so far
 */
public record TranscriptFile(
    Path target,
    TranscriptFormat format,
    boolean times,
    CueLayout layout,
    TargetLock lock,
    LinesFile windows,
    @Nullable PartialTranscript earlier,
    List<TranscriptSegment> segments)
    implements AutoCloseable {
  private static final String SUFFIX = ".deed-segments";

  /** Files in which runs that were stopped left windows of a transcript, the newest first. */
  private static List<Path> left(Path target) {
    Path kept = kept(target);
    Path folder = kept.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> all = new ArrayList<>(LinesFile.leftovers(kept));
    Optional.of(kept).filter(Files::exists).ifPresent(all::add);
    return all;
  }

  private static Path kept(Path target) {
    return target.resolveSibling(target.getFileName() + SUFFIX);
  }

  /**
   * Looks at what is there before the work begins.
   *
   * @return false where the transcript is whole, and is not to be made again
   * @throws InputException when something is there that is not to be replaced
   */
  public static boolean isToBeMade(Path target, Existing existing) {
    List<Path> left = left(target);
    InputException.require(
        existing != Existing.REFUSED || left.isEmpty(),
        target.toString(),
        "a run that was stopped left windows of it in " + (left.isEmpty() ? "" : left.getFirst()),
        "give --resume to go on behind them, or --overwrite to begin anew");
    InputException.require(
        existing != Existing.REFUSED || !Files.exists(target),
        target.toString(),
        "is there already",
        "give another --output, --resume to make what is missing, or --overwrite");
    return existing != Existing.RESUMED || !left.isEmpty() || !Files.exists(target);
  }

  /**
   * Begins a transcript, or goes on with one.
   *
   * @throws InputException when it cannot be written, or another run writes it
   */
  public static TranscriptFile open(
      Path target, TranscriptFormat format, boolean times, CueLayout layout, Existing existing) {
    TargetLock lock = AtomicFiles.lock(target);
    try {
      List<Path> left = left(target);
      WindowLine.Read read =
          existing == Existing.RESUMED && !left.isEmpty()
              ? WindowLine.read(left.getFirst())
              : new WindowLine.Read(0, null);
      PartialTranscript earlier = read.transcript();
      LinesFile windows =
          earlier == null
              ? LinesFile.begin(kept(target), true)
              : LinesFile.goOn(left.getFirst(), kept(target), read.bytes());
      List<TranscriptSegment> segments =
          new ArrayList<>(earlier == null ? List.of() : earlier.segments());
      return new TranscriptFile(target, format, times, layout, lock, windows, earlier, segments);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Keeps a window.
   *
   * @throws OutputFailure when it cannot be written; those before it are kept
   */
  public void add(TranscriptionListener.Progress progress) {
    try {
      windows.write((WindowLine.of(progress) + "\n").getBytes(StandardCharsets.UTF_8));
      segments.addAll(progress.segments());
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /**
   * Writes the whole transcript; its windows are needed no longer.
   *
   * @throws OutputFailure when it cannot be written; the windows are kept
   */
  public void finish(String text) {
    try {
      AtomicFiles.writeText(target, text);
      windows.close();
      for (Path file : left(target)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private OutputFailure failure(IOException e) {
    return new OutputFailure(
        target.toString(),
        target,
        "its windows are in " + kept(target) + ", make room and go on with --resume",
        e);
  }

  /** What a run that did not come to its end leaves, for a message. */
  public String left() {
    if (segments.isEmpty()) {
      return "nothing was said so far; go on with --resume";
    }
    Path where = showsPart() ? target : kept(target);
    return segments.size()
        + (segments.size() == 1 ? " segment, up to " : " segments, up to ")
        + TranscriptFormat.time(segments.getLast().end())
        + (segments.size() == 1 ? ", is in " : ", are in ")
        + where
        + "; go on with --resume";
  }

  /** Leaves what a later run can go on with, unless it was finished. */
  @Override
  public void close() {
    // An interrupt, which asks to stop, would end the writing too.
    boolean interrupted = Thread.interrupted();
    try (lock) {
      windows.close();
      if (showsPart()) {
        AtomicFiles.writeText(target, format.write(segments, times, layout));
      }
    } catch (IOException e) {
      throw IoReason.unwritable(target, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean showsPart() {
    return format.endsAnywhere() && !segments.isEmpty() && !Files.exists(target);
  }
}
