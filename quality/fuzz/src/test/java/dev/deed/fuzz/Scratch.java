package dev.deed.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for the files that a door opens, written anew for each input. */
final class Scratch {
  /** Files written thousands of times a second are not for a disk. */
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path folder;

  Scratch() {
    try {
      folder =
          Files.isWritable(MEMORY)
              ? Files.createTempDirectory(MEMORY, "deed-fuzz")
              : Files.createTempDirectory("deed-fuzz");
      Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folder() {
    return folder;
  }

  /** The same folder with a {@code config.json}. */
  Scratch config(String json) {
    write("config.json", json.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  Path write(String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete() {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      System.err.println("left behind: " + folder);
    }
  }
}
