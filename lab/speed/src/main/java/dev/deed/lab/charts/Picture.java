package dev.deed.lab.charts;

import dev.deed.files.AtomicFiles;
import dev.deed.value.InputException;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** A white picture that is drawn on in points and written with two pixels a point. */
final class Picture {
  /** Pixels a point, so that the picture stays sharp where it is shown large. */
  private static final int SCALE = 2;

  private Picture() {}

  static Font font(int size, int style) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  /** Refuses where the JDK finds no fonts, as on a bare system. */
  static void requireFonts() {
    // Nothing is shown; without this, the JDK looks for a display.
    System.setProperty("java.awt.headless", "true");
    try {
      new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)
          .createGraphics()
          .getFontMetrics(Picture.font(12, Font.PLAIN));
    } catch (RuntimeException | LinkageError | InternalError e) {
      throw new InputException(
          "charts",
          "plots need fonts, and this system has none (" + e.getMessage() + ")",
          "install fontconfig and a font (Debian: apt-get install fontconfig fonts-dejavu-core)");
    }
  }

  /**
   * Writes it as PNG, whole or not at all.
   *
   * @param draw what is drawn on it
   * @throws IOException when the file cannot be written
   */
  static void write(Path file, int width, int height, Consumer<Graphics2D> draw)
      throws IOException {
    // Nothing is shown; without this, the JDK looks for a display.
    System.setProperty("java.awt.headless", "true");
    BufferedImage image =
        new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.scale(SCALE, SCALE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    draw.accept(graphics);
    graphics.dispose();
    AtomicFiles.write(file, out -> ImageIO.write(image, "png", out));
  }
}
