package dev.deed.lab.rendering;

import dev.deed.files.NamedPath;
import dev.deed.value.InputException;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds fonts. Stateless. */
public final class LineFonts {
  private LineFonts() {}

  /**
   * Fonts by name.
   *
   * @param names families that are installed, or TrueType or OpenType files
   * @return one font each, in their order, of size 1
   * @throws InputException when a name is neither
   */
  public static List<Font> named(List<String> names) {
    Set<String> families =
        Set.of(GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames());
    List<Font> fonts = new ArrayList<>();
    for (String name : names) {
      if (families.contains(name)) {
        fonts.add(new Font(name, Font.PLAIN, 1));
      } else {
        Path file = NamedPath.of("font " + name, name);
        InputException.require(
            Files.isRegularFile(file),
            "font " + name,
            "is no file, nor is a family of this name installed",
            "install it, or give a .ttf or .otf file; fc-list : family lists those that there are");
        fonts.add(read(file));
      }
    }
    return fonts;
  }

  private static Font read(Path file) {
    try {
      return Font.createFont(Font.TRUETYPE_FONT, file.toFile());
    } catch (FontFormatException | IOException e) {
      throw new InputException(
          file.toString(), "is no font that can be read", "give a .ttf or .otf file");
    }
  }
}
