package dev.deed.server.serving;

import java.nio.file.Path;

/**
 * Where files and batches of clients are kept, and how much is done with them.
 *
 * @param mostBytes of a client's files together
 * @param mostAtOnce requests of batches that are under way beside those of others
 */
public record FileFolder(Path path, long mostBytes, int mostAtOnce) {
  /** What a client's files may take together where nothing else is said, in bytes. */
  public static final long DEFAULT_BYTES = 1L << 30;
}
