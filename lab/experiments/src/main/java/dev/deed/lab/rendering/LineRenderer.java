package dev.deed.lab.rendering;

import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.Resampling;
import dev.deed.processing.picture.Resizer;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.TextAttribute;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Sets a text line as a bad printer would and looks at it as a scanner would: fonts of any width
 * and slant, boxes that sit badly, a neighbour's edge, few pixels, faded ink, noise. Safe for many
 * threads.
 *
 * @param fonts to choose from; at least one
 */
record LineRenderer(List<Font> fonts) {
  /** Size of a font when set; what is drawn is made smaller afterwards. */
  private static final float SIZE = 48;

  /** Height of capitals in many fonts. */
  private static final double CAPITAL = 0.7 * SIZE;

  private static final int LEAST_ROWS = 13;
  private static final int MOST_ROWS = 40;

  LineRenderer {
    fonts = List.copyOf(fonts);
  }

  /** Whether all characters are in all fonts. */
  boolean canSet(String text) {
    return fonts.stream().allMatch(font -> font.canDisplayUpTo(text) < 0);
  }

  /**
   * A grey picture of a text; the same for the same state of the generator.
   *
   * @param text that {@link #canSet can be set}
   * @param neighbour text of the line above or below, of which an edge may be seen
   */
  Picture draw(String text, String neighbour, RandomGenerator random) {
    Font font = font(random);
    Shape line = outline(text, font);
    Rectangle2D box = line.getBounds2D();
    double height = Math.max(box.getHeight(), CAPITAL);
    double[] margins = new double[4];
    for (int side = 0; side < margins.length; side++) {
      margins[side] = random.nextDouble(0.02, side < 2 ? 0.35 : 0.3) * height;
    }
    int width = (int) Math.ceil(box.getWidth() + margins[0] + margins[1]);
    int rows = (int) Math.ceil(height + margins[2] + margins[3]);
    int paper = random.nextInt(random.nextBoolean() ? 185 : 240, 256);
    int ink = random.nextInt(0, random.nextInt(20, paper - 60));
    BufferedImage image = new BufferedImage(width, rows, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    // Set pixel by pixel, since grey images convert colours between gamuts.
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, rows);
    graphics.setColor(Color.BLACK);
    graphics.rotate(tilt(random), width / 2.0, rows / 2.0);
    graphics.translate(
        margins[0] - box.getX(), margins[2] - box.getY() + (height - box.getHeight()) / 2);
    graphics.fill(line);
    if (random.nextDouble() < 0.2) {
      double pitch = height * random.nextDouble(1.15, 1.5);
      graphics.translate(0, random.nextBoolean() ? pitch : -pitch);
      graphics.fill(outline(neighbour, font));
    }
    graphics.dispose();
    return faded(scanned(image, random), ink, paper, random);
  }

  private Font font(RandomGenerator random) {
    Font font = fonts.get(random.nextInt(fonts.size()));
    AffineTransform shape =
        AffineTransform.getShearInstance(
            random.nextDouble() < 0.15 ? random.nextDouble(-0.25, 0.1) : 0, 0);
    shape.scale(random.nextDouble(0.6, 1.25), 1);
    return font.deriveFont(
            Map.of(
                TextAttribute.SIZE,
                SIZE,
                TextAttribute.WEIGHT,
                random.nextDouble() < 0.3
                    ? TextAttribute.WEIGHT_BOLD
                    : TextAttribute.WEIGHT_REGULAR,
                TextAttribute.TRACKING,
                random.nextDouble(-0.03, 0.12)))
        .deriveFont(shape);
  }

  private static Shape outline(String text, Font font) {
    return new TextLayout(text, font, new FontRenderContext(null, true, true)).getOutline(null);
  }

  /** In radians; most lines stand straight. */
  private static double tilt(RandomGenerator random) {
    return random.nextDouble() < 0.3 ? random.nextDouble(-0.012, 0.012) : 0;
  }

  /** Few rows of pixels, as a scanner has them. */
  private static Picture scanned(BufferedImage image, RandomGenerator random) {
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    int[] row = new int[image.getWidth()];
    for (int y = 0, out = 0; y < image.getHeight(); y++) {
      image.getRaster().getSamples(0, y, row.length, 1, 0, row);
      for (int sample : row) {
        rgb[out++] = (byte) sample;
        rgb[out++] = (byte) sample;
        rgb[out++] = (byte) sample;
      }
    }
    Picture whole = new Picture(image.getWidth(), image.getHeight(), rgb);
    int rows = random.nextInt(LEAST_ROWS, MOST_ROWS);
    int width = Math.max(1, Math.round((float) whole.width() * rows / whole.height()));
    return Resizer.resize(whole, width, rows, Resampling.BILINEAR);
  }

  /** Ink for black and paper for white; ink that is missing in spots or in rows; noise. */
  private static Picture faded(Picture picture, int ink, int paper, RandomGenerator random) {
    double spots = random.nextDouble() < 0.35 ? random.nextDouble(0.05, 0.5) : 0;
    double gaps = random.nextDouble() < 0.1 ? random.nextDouble(0.1, 0.3) : 0;
    double noise = random.nextDouble() < 0.5 ? random.nextDouble(2, 16) : 0;
    byte[] rgb = picture.rgb().clone();
    int width = picture.width();
    for (int y = 0, at = 0; y < picture.height(); y++) {
      double left = random.nextDouble() < gaps ? random.nextDouble(0.2, 0.7) : 1;
      for (int x = 0; x < width; x++, at += 3) {
        double black = left * (255 - (rgb[at] & 0xff)) / 255.0;
        if (random.nextDouble() < spots) {
          black *= random.nextDouble();
        }
        double level = paper + (ink - paper) * black + noise * random.nextGaussian();
        byte sample = (byte) Math.clamp(Math.round(level), 0, 255);
        rgb[at] = sample;
        rgb[at + 1] = sample;
        rgb[at + 2] = sample;
      }
    }
    return new Picture(width, picture.height(), rgb);
  }

  /** How a text is printed: as it is, or small letters for capitals. */
  static String printed(String text, RandomGenerator random) {
    double draw = random.nextDouble();
    if (draw < 0.65) {
      return text;
    }
    String small = text.toLowerCase(Locale.ROOT);
    return draw < 0.8 ? small : capitalised(small);
  }

  private static String capitalised(String small) {
    StringBuilder text = new StringBuilder(small);
    for (int i = 0; i < text.length(); i++) {
      if (i == 0 || text.charAt(i - 1) == ' ') {
        text.setCharAt(i, Character.toUpperCase(text.charAt(i)));
      }
    }
    return text.toString();
  }
}
