package dev.deed.sound;

import dev.deed.files.NativeFolder;
import dev.deed.processing.sound.FfmpegProgram;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * The program of the jar {@code org.bytedeco:ffmpeg} whose classifier is this platform's. It and
 * its libraries are unpacked once, into JavaCPP's cache; none of them is loaded into this process.
 */
public final class BytedecoFfmpeg implements FfmpegProgram {
  private static final String FOLDER = "ffmpeg/" + Loader.getPlatform();
  private static final String NAME =
      Loader.getPlatform().startsWith("windows") ? "ffmpeg.exe" : "ffmpeg";

  /** Found once: the cache is looked through for what others may have put there. */
  private static volatile @Nullable Path unpacked;

  /** Found as a service. */
  public BytedecoFfmpeg() {}

  @Override
  public Optional<Path> path() {
    Path known = unpacked;
    if (known == null) {
      known = unpack();
      unpacked = known;
    }
    return Optional.ofNullable(known);
  }

  private static @Nullable Path unpack() {
    String installed = System.getProperty(NativeFolder.INSTALLED);
    if (installed != null && Files.exists(Path.of(installed, FOLDER, NAME))) {
      return Path.of(installed, FOLDER, NAME);
    }
    URL folder = BytedecoFfmpeg.class.getClassLoader().getResource("org/bytedeco/" + FOLDER + "/");
    if (folder == null) {
      return null;
    }
    try {
      Path cache = Loader.getCacheDir().toPath();
      NativeFolder.requireOwn(cache, cache, NativeFolder.MOVE_JAVACPP);
      Path program = Loader.cacheResource(folder).toPath().resolve(NAME);
      File file = program.toFile();
      if (!file.canExecute() && !file.setExecutable(true)) {
        throw new IOException(file + " cannot be made executable");
      }
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException("ffmpeg cannot be unpacked", e);
    }
  }
}
