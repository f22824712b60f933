package dev.deed.sound;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The packets of a track, in their order. Belongs to one thread. */
interface Packets {
  Track track();

  /**
   * The next packet; null behind the last one.
   *
   * @throws java.io.EOFException when the file is cut off
   */
  byte @Nullable [] next() throws IOException;
}
