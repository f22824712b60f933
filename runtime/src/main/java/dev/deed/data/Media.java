package dev.deed.data;

import java.nio.file.Path;
import java.util.function.Function;

/** A picture or a sound of a line: a file, or the bytes of one. Not read before it is used. */
public sealed interface Media {
  /** A file on disk. */
  record InFile(Path path) implements Media {}

  /** The bytes of a file; not copied. */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  record InMemory(byte[] bytes) implements Media {}

  /** What one of two functions makes of it. */
  default <T> T as(Function<Path, T> ofFile, Function<byte[], T> ofBytes) {
    return switch (this) {
      case InFile file -> ofFile.apply(file.path);
      case InMemory memory -> ofBytes.apply(memory.bytes);
    };
  }
}
