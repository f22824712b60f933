package dev.deed.files;

import dev.deed.value.InputException;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;

/** Files that appear whole or not at all. */
public final class AtomicFiles {
  /**
   * The byte that a lock is on, behind all content: Windows lets nobody else read or write what is
   * locked.
   */
  static final long LOCKED = Long.MAX_VALUE - 1;

  /** Windows moves and removes no file that {@code java.io} holds open. */
  static final boolean MOVES_OPEN = File.separatorChar == '/';

  private AtomicFiles() {}

  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes to a temporary file in the same folder (its name: {@link PartName}) and moves it to
   * {@code file}, replacing what was there, whose permissions it takes over. What killed processes
   * left there of the same file is removed.
   *
   * @throws InputException when no file can be made there; the content is not asked for then
   * @throws IOException when writing or moving fails; the temporary file is removed
   */
  public static void write(Path file, Content content) throws IOException {
    Path part = PartName.of(file.toAbsolutePath());
    Unfinished.begin(part, () -> Files.deleteIfExists(part));
    try (FileOutputStream bytes = create(file, part)) {
      writeAndMove(file, part, bytes, content);
    } finally {
      Unfinished.over(part);
    }
    removeLeftovers(file);
  }

  private static void writeAndMove(Path file, Path part, FileOutputStream bytes, Content content)
      throws IOException {
    try {
      lock(bytes.getChannel());
      OutputStream out = new BufferedOutputStream(bytes, 1 << 16);
      content.writeTo(out);
      out.flush();
      keepPermissions(part, file);
      // While it is locked: nobody takes it for the leftover of a killed process.
      closeToMove(bytes);
      move(part, file);
    } finally {
      closeToMove(bytes);
      Files.deleteIfExists(part);
    }
  }

  /** Closes a file that is to be moved or removed, on a system that does neither to an open one. */
  static void closeToMove(Closeable file) throws IOException {
    if (!MOVES_OPEN) {
      file.close();
    }
  }

  /** Locks a file that takes long to make; see {@link TargetLock#on}. */
  public static TargetLock lock(Path file) {
    OutputPlace.file(file);
    return TargetLock.on(file);
  }

  /** Writes a text file in UTF-8; see {@link #write}. */
  public static void writeText(Path file, String text) throws IOException {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Not a channel's stream: an interrupt, which asks to stop, would close that in the middle.
   * Before the content is made: that can take hours, which a wrong path should not cost. Devices,
   * pipes and what stands for them ({@code /dev/stdout}) must stay what they are.
   */
  private static FileOutputStream create(Path file, Path part) {
    OutputPlace.file(file);
    try {
      Files.createDirectories(part.getParent());
      return new FileOutputStream(Files.createFile(part).toFile());
    } catch (IOException e) {
      throw IoReason.unwritable(file, e);
    }
  }

  /** A replaced file stays as readable as it was. */
  static void keepPermissions(Path now, Path before) {
    try {
      PosixFileAttributeView view = Files.getFileAttributeView(now, PosixFileAttributeView.class);
      if (view != null && Files.exists(before)) {
        view.setPermissions(Files.getPosixFilePermissions(before));
      }
    } catch (IOException e) {
      // A file system that gives all files the same: what was written counts for more.
      return;
    }
  }

  static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void removeLeftovers(Path file) {
    try {
      for (Path part : PartName.filesOf(file)) {
        if (!Unfinished.contains(part)) {
          removeLeftover(part);
        }
      }
    } catch (IOException e) {
      // Just finished by its writer, or not ours to see or remove; the file is written all the
      // same.
      return;
    }
  }

  private static void removeLeftover(Path part) throws IOException {
    try (FileChannel channel =
        FileChannel.open(part, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (lock(channel)) {
        Files.deleteIfExists(part);
      }
    }
  }

  /** Whether nobody else holds it; false too on file systems that have no locks. */
  static boolean lock(FileChannel channel) {
    try {
      return channel.tryLock(LOCKED, 1, false) != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }
}
