package dev.deed.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The temporary files and folders that this process is writing, so that a forced end leaves none
 * behind. Safe for use from many threads.
 */
public final class Unfinished {
  private static final Map<Path, Closeable> PARTS = new ConcurrentHashMap<>();

  private Unfinished() {}

  /**
   * @param ending does what is to become of a part that will not be finished
   */
  static void begin(Path part, Closeable ending) {
    PARTS.put(part, ending);
  }

  static void over(Path part) {
    PARTS.remove(part);
  }

  static boolean contains(Path part) {
    return PARTS.containsKey(part);
  }

  /**
   * Keeps the whole lines of files of lines and removes all other parts; for a process that ends
   * while a thread is still writing.
   *
   * @return parts that could not be moved or removed
   */
  public static List<Path> settle() {
    List<Path> left = new ArrayList<>();
    PARTS.forEach(
        (part, ending) -> {
          try {
            ending.close();
          } catch (IOException e) {
            left.add(part);
          }
        });
    return left;
  }
}
