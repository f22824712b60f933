package dev.deed.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** What may stand in the place of a file that somebody else made. */
public enum OddFile {
  /** Whoever opens it waits for somebody to write. */
  PIPE,
  FOLDER,
  /** A link to a device that never ends. */
  ENDLESS,
  /** A link to itself. */
  LOOP,
  /** 100 GB, all of them a hole. */
  HUGE;

  private static final long HUNDRED_GB = 100L << 30;

  /** Puts it in the place of a file. */
  public void replace(Path file) throws IOException, InterruptedException {
    Files.deleteIfExists(file);
    switch (this) {
      case PIPE ->
          assumeTrue(
              new ProcessBuilder("mkfifo", file.toString()).start().waitFor() == 0,
              "skipped: no mkfifo");
      case FOLDER -> Files.createDirectory(file);
      case ENDLESS -> Files.createSymbolicLink(file, Path.of("/dev/zero"));
      case LOOP -> Files.createSymbolicLink(file, file.getFileName());
      case HUGE -> {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
          open.setLength(HUNDRED_GB);
        }
      }
    }
  }
}
