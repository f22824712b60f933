package dev.deed.processing.sound;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * A temporary file for the bytes of a sound whose reader goes to and fro in it. On Linux it loses
 * its name while it is still empty, so that nothing is left however this process ends; elsewhere it
 * is deleted when it is closed.
 */
final class NamelessFile implements AutoCloseable {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** How a process calls its own standard input. */
  private static final String INPUT = DESCRIPTORS + "/0";

  private final FileChannel channel;
  private final Path named;

  private NamelessFile(FileChannel channel, Path named) {
    this.channel = channel;
    this.named = named;
  }

  static NamelessFile of(byte[] content) throws IOException {
    NamelessFile file = Files.isDirectory(DESCRIPTORS) ? withoutName() : withName();
    ByteBuffer left = ByteBuffer.wrap(content);
    try {
      while (left.hasRemaining()) {
        file.channel.write(left);
      }
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static NamelessFile withoutName() throws IOException {
    Path path = Path.of(System.getProperty("java.io.tmpdir"), "deed-sound-" + UUID.randomUUID());
    // Linux lets go of the name as soon as it is open.
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (var open = Files.list(DESCRIPTORS)) {
      Path own = open.filter(one -> leadsTo(one, path)).findFirst().orElseThrow();
      return new NamelessFile(channel, own);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.contains(file.getFileName().toString());
    } catch (IOException e) {
      // Closed since it was listed.
      return false;
    }
  }

  private static NamelessFile withName() throws IOException {
    Path path = Files.createTempFile("deed-sound-", null);
    return new NamelessFile(FileChannel.open(path, StandardOpenOption.WRITE), path);
  }

  /** Prepares a process to find it, and returns by which name. */
  String giveTo(ProcessBuilder process) {
    return give(named, process);
  }

  /**
   * Prepares a process to find a file, and returns by which name: on Linux one that tells nothing,
   * since names would count as much as bytes.
   */
  static String give(Path file, ProcessBuilder process) {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return file.toAbsolutePath().toString();
    }
    process.redirectInput(file.toFile());
    return INPUT;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!named.startsWith(DESCRIPTORS)) {
      Files.deleteIfExists(named);
    }
  }
}
