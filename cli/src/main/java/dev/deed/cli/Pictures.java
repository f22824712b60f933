package dev.deed.cli;

import dev.deed.Input;
import dev.deed.checkpoint.IoReason;
import dev.deed.checkpoint.NamedPath;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The pictures that {@code --image} names: files, those of a folder by their names, stdin. */
final class Pictures {
  private static final List<String> ENDINGS =
      List.of(".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff");

  private Pictures() {}

  /**
   * A picture.
   *
   * @param name as the command line has it, or the path of a file in a folder
   * @param input that holds the picture alone
   */
  record Named(String name, Input input) {}

  /** Whether what {@code --image} names may be more than one picture. */
  static boolean areMany(List<String> given) {
    return given.size() > 1 || given.stream().anyMatch(name -> Files.isDirectory(path(name)));
  }

  /**
   * The pictures, in order. Files are opened later; stdin is read here.
   *
   * @throws InputException when a folder holds none, or cannot be read
   */
  static List<Named> of(List<String> given) throws IOException {
    List<Named> pictures = new ArrayList<>();
    for (String name : given) {
      if (name.equals("-")) {
        pictures.add(new Named(name, Input.ofImage(System.in)));
      } else if (Files.isDirectory(path(name))) {
        inFolder(path(name))
            .forEach(file -> pictures.add(new Named(file.toString(), Input.ofImage(file))));
      } else {
        pictures.add(new Named(name, Input.ofImage(path(name))));
      }
    }
    return pictures;
  }

  private static List<Path> inFolder(Path folder) {
    try (Stream<Path> listed = Files.list(folder)) {
      List<Path> files = listed.filter(Pictures::isPicture).sorted().toList();
      InputException.require(
          !files.isEmpty(),
          folder.toString(),
          "is a folder without pictures",
          "give one with files that end with one of " + String.join(", ", ENDINGS));
      return files;
    } catch (IOException e) {
      throw new InputException(
          folder.toString(), "cannot be read (" + IoReason.of(e) + ")", "check the folder");
    }
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(file);
  }

  private static Path path(String name) {
    return NamedPath.of("path \"" + name + "\"", name);
  }
}
