package dev.deed.lab.charts;

import dev.deed.value.InputException;
import java.awt.Font;
import java.awt.image.BufferedImage;

/** Whether this system has what plots draw letters with. */
final class PlotFonts {
  private PlotFonts() {}

  /**
   * To be asked before a long measurement whose plots could not be drawn.
   *
   * @param option what asks for plots
   * @throws InputException where the JDK finds no fonts, as on a bare system
   */
  static void require(String option) {
    // Nothing is shown; without this, the JDK looks for a display.
    System.setProperty("java.awt.headless", "true");
    try {
      new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)
          .createGraphics()
          .getFontMetrics(Picture.font(12, Font.PLAIN));
    } catch (RuntimeException | LinkageError | InternalError e) {
      throw new InputException(
          option,
          "plots need fonts, and this system has none (" + e.getMessage() + ")",
          "install fontconfig and a font (Debian: apt-get install fontconfig fonts-dejavu-core)");
    }
  }
}
