package dev.deed.processing;

import dev.deed.processing.picture.Picture;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;

/**
 * The pictures made by {@code tools/make_picture_fixtures.py}, and what else lies under its own
 * path.
 */
public final class Fixtures {
  private Fixtures() {}

  public static byte[] bytes(String name) {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What Pillow made: width and height, then the samples, deflated. */
  public static Picture answer(String name) {
    try (DataInputStream in = new DataInputStream(new InflaterInputStream(open(name + ".rgb")))) {
      int width = in.readUnsignedShort();
      int height = in.readUnsignedShort();
      return new Picture(width, height, in.readAllBytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Names of all files, in order. */
  public static List<String> names() {
    URL folder = Objects.requireNonNull(Fixtures.class.getResource("/pictures"));
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether there is such a file. */
  public static boolean has(String name) {
    return Fixtures.class.getResource(path(name)) != null;
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(Fixtures.class.getResourceAsStream(path(name)), name);
  }

  private static String path(String name) {
    return name.startsWith("/") ? name : "/pictures/" + name;
  }
}
