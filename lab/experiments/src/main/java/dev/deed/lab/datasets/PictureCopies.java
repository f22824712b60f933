package dev.deed.lab.datasets;

import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Copies pictures into a data set, each once however often it is referred to. They are numbered,
 * since a name that comes from outside may lead out of the folder.
 */
final class PictureCopies {
  private static final String FOLDER = "pictures";

  private final Path dataSet;
  private final PictureReader reader = new PictureReader();
  private final Map<Path, String> copied = new HashMap<>();

  PictureCopies(Path dataSet) {
    this.dataSet = dataSet;
  }

  /**
   * The copy of a picture.
   *
   * @return path relative to the data set
   * @throws InputException when the file is no picture that can be read
   */
  String copy(Path picture) throws IOException {
    String known = copied.get(picture);
    if (known != null) {
      return known;
    }
    // Read for the error alone: better now than in the midst of a training.
    reader.read(picture);
    String name = "%06d%s".formatted(copied.size() + 1, ending(picture));
    Files.copy(picture, Files.createDirectories(dataSet.resolve(FOLDER)).resolve(name));
    copied.put(picture, FOLDER + "/" + name);
    return FOLDER + "/" + name;
  }

  private static String ending(Path picture) {
    String name = picture.toString().toLowerCase(Locale.ROOT);
    String ending = name.substring(Math.max(0, name.lastIndexOf('.')));
    return ending.matches("\\.[a-z]{3,4}") ? ending : "";
  }
}
