package dev.deed.files;

import dev.deed.value.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that takes long to write and loses none of them, however its writer ends. Each
 * line goes to the operating system at once, so a killed process leaves all but the line at hand. A
 * new file is written beside its target (see {@link PartName}); whoever is stopped or meets a full
 * disk closes it, and the whole lines take the target's name if nothing else has it. Lines whose
 * file is removed meanwhile, or its folder, become a file again in the end.
 *
 * <p>The caller holds the target's {@link TargetLock}. Belongs to one thread.
 */
public final class LinesFile implements AutoCloseable {
  private final Path target;
  private final boolean replaces;
  private final Path opened;
  private final RandomAccessFile file;
  private volatile Path path;
  private volatile @Nullable Object key;
  private volatile long whole;
  private boolean finished;
  private boolean closed;

  private LinesFile(Path path, Path target, boolean replaces, long whole) throws IOException {
    this.target = target;
    this.replaces = replaces;
    this.opened = path;
    this.path = path;
    this.whole = whole;
    // Not a channel: an interrupt, which asks to stop, would close that in the middle of a line.
    this.file = new RandomAccessFile(path.toFile(), "rw");
    // So that nobody takes it for the leftover of a killed process.
    AtomicFiles.lock(file.getChannel());
    this.key = key(path);
    Unfinished.begin(opened, this::keep);
  }

  /**
   * @param replaces whether the finished file replaces what the target is then
   * @throws InputException when no file can be made there
   */
  public static LinesFile begin(Path target, boolean replaces) {
    Path whole = target.toAbsolutePath();
    try {
      return new LinesFile(Files.createFile(PartName.of(whole)), whole, replaces, 0);
    } catch (IOException e) {
      throw IoReason.unwritable(target, e);
    }
  }

  /**
   * Goes on with lines that are there: in the target itself, which is beside its place until it is
   * finished, or in a leftover of it, which then replaces the target.
   *
   * @param length bytes of whole lines; what follows them is cut off
   * @throws InputException when the file cannot be written
   */
  public static LinesFile goOn(Path path, Path target, long length) {
    Path goal = target.toAbsolutePath();
    boolean ofTarget = path.toAbsolutePath().equals(goal);
    boolean movesFirst = ofTarget && !AtomicFiles.MOVES_OPEN;
    try {
      Path opened = movesFirst ? Files.move(goal, PartName.of(goal)) : path.toAbsolutePath();
      LinesFile lines = new LinesFile(opened, goal, !ofTarget, length);
      lines.file.setLength(length);
      lines.file.seek(length);
      if (ofTarget && !movesFirst) {
        // Locked by now: nobody takes it for a leftover.
        lines.path = Files.move(goal, PartName.of(goal));
      }
      return lines;
    } catch (IOException e) {
      throw IoReason.unwritable(path, e);
    }
  }

  /**
   * What earlier writers of a target left beside it: killed ones, and stopped ones that were to
   * replace it. The newest is the first.
   */
  public static List<Path> leftovers(Path target) {
    try {
      return PartName.filesOf(target).stream()
          .sorted(Comparator.comparingLong((Path part) -> part.toFile().lastModified()).reversed())
          .toList();
    } catch (IOException e) {
      throw IoReason.unwritable(target, e);
    }
  }

  /**
   * @param line with its end
   * @throws IOException when it cannot be written, for instance on a full disk; the lines before it
   *     are safe
   */
  public void write(byte[] line) throws IOException {
    file.write(line);
    whole += line.length;
  }

  /** Where the lines are: beside the target while they are written. */
  public Path path() {
    return path;
  }

  /**
   * Gives the file its name.
   *
   * @throws InputException when another file has it by now that is not to be replaced; the lines
   *     stay where they are
   * @throws IOException when the disk or the move fails; the same
   */
  public void finish() throws IOException {
    file.setLength(whole);
    file.getFD().sync();
    boolean lost = restoreIfLost();
    if (!path.equals(target)) {
      try {
        take(replaces && !lost);
      } catch (FileAlreadyExistsException e) {
        throw new InputException(
            target.toString(), "was made by somebody else meanwhile", "the lines are in " + path);
      }
    }
    finished = true;
  }

  /** Keeps the whole lines unless it was finished. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    Unfinished.over(opened);
    try (file) {
      if (!finished) {
        keep();
      }
    }
  }

  private void keep() throws IOException {
    // Closed where a move failed on a system that moves no open file.
    if (file.getChannel().isOpen()) {
      file.setLength(whole);
      if (whole > 0) {
        restoreIfLost();
      }
    }
    if (path.equals(target)) {
      return;
    }
    if (whole == 0) {
      AtomicFiles.closeToMove(file);
      Files.deleteIfExists(path);
    } else if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      take(false);
    }
  }

  private void take(boolean replace) throws IOException {
    AtomicFiles.closeToMove(file);
    if (replace) {
      AtomicFiles.keepPermissions(path, target);
      AtomicFiles.move(path, target);
    } else {
      Files.move(path, target);
    }
    path = target;
  }

  /**
   * Makes the lines a file again where theirs was removed or replaced meanwhile, perhaps with its
   * folder: an open file keeps its content, but no name.
   *
   * @return whether it was
   */
  private boolean restoreIfLost() throws IOException {
    if (Files.exists(path) && Objects.equals(key, key(path))) {
      return false;
    }
    Path copy = PartName.of(target);
    Files.createDirectories(copy.getParent());
    try (OutputStream out = Files.newOutputStream(copy, StandardOpenOption.CREATE_NEW)) {
      byte[] block = new byte[1 << 16];
      file.seek(0);
      for (long left = whole; left > 0; ) {
        int length = (int) Math.min(block.length, left);
        file.readFully(block, 0, length);
        out.write(block, 0, length);
        left -= length;
      }
    }
    path = copy;
    key = key(copy);
    return true;
  }

  /** What tells a file from others that get its name; null where the system has no such thing. */
  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }
}
