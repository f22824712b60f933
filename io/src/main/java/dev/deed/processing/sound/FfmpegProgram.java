package dev.deed.processing.sound;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Where a program {@code ffmpeg} lies; found as a service. An extension brings one: {@code
 * dev.deed:deed-sound}.
 */
public interface FfmpegProgram {
  /** Environment variable: the program that is taken, whatever else is there. */
  String NAMED = "DEED_FFMPEG";

  /**
   * {@return the program, unpacked; empty: there is none for this system} Quick when it was asked
   * before.
   *
   * @throws dev.deed.value.InputException when it cannot be unpacked, or others may change it
   */
  Optional<Path> path();

  /** The program that the user names, an extension brings, or the {@code PATH} has. */
  static Optional<Path> find() {
    String named = System.getenv(NAMED);
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named));
    }
    ClassLoader loader = FfmpegProgram.class.getClassLoader();
    Stream<Path> brought =
        ServiceLoader.load(FfmpegProgram.class, loader).stream()
            .flatMap(found -> found.get().path().stream());
    String folders = System.getenv().getOrDefault("PATH", "");
    Stream<Path> installed =
        Arrays.stream(folders.split(File.pathSeparator, -1))
            .filter(folder -> !folder.isBlank())
            .flatMap(folder -> Stream.of("ffmpeg", "ffmpeg.exe").map(Path.of(folder)::resolve))
            .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file));
    return Stream.concat(brought, installed).findFirst();
  }
}
