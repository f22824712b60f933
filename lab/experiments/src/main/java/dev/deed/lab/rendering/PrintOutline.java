package dev.deed.lab.rendering;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.random.RandomGenerator;

/**
 * How a printer sets its characters: a font with its weight, slant, width, spacing and ink. One is
 * drawn for a line and its neighbours. Glyphs stand one behind the other: no ligature, no kerning.
 * Safe for many threads.
 *
 * @param font of {@link #SIZE}
 * @param stretch width by the font's own
 * @param slant shear
 * @param spacing extra room behind each glyph, in units of the size
 * @param wordGap extra room of a space, in units of the size
 * @param jitter deviation of the baseline of single glyphs, in units of the size
 * @param ink how much thicker strokes are than the font's, in units of the size; thinner if
 *     negative
 */
record PrintOutline(
    Font font,
    double stretch,
    double slant,
    double spacing,
    double wordGap,
    double jitter,
    double ink) {
  /** Pixels of the em. */
  static final float SIZE = 40;

  /** Height of capitals in many fonts. */
  static final double CAPITAL = 0.7 * SIZE;

  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  static PrintOutline draw(Font font, RandomGenerator random) {
    int style = random.nextDouble() < 0.28 ? Font.BOLD : Font.PLAIN;
    if (random.nextDouble() < 0.04) {
      style |= Font.ITALIC;
    }
    double width = random.nextDouble();
    double stretch =
        width < 0.45
            ? random.nextDouble(0.85, 1.1)
            : width < 0.91 ? random.nextDouble(0.5, 0.85) : random.nextDouble(1.1, 1.7);
    double spaced = random.nextDouble();
    double spacing =
        spaced < 0.6
            ? random.nextDouble(-0.02, 0.04)
            : spaced < 0.96 ? random.nextDouble(0.02, 0.18) : random.nextDouble(0.2, 0.6);
    double weight = random.nextDouble();
    double ink =
        weight < 0.45
            ? 0
            : weight < 0.85 ? random.nextDouble(0.005, 0.07) : random.nextDouble(-0.03, -0.005);
    return new PrintOutline(
        font.deriveFont(style, SIZE),
        stretch,
        random.nextDouble() < 0.1 ? random.nextDouble(-0.25, 0.1) : 0,
        spacing,
        wordGap(random),
        random.nextDouble() < 0.08 ? random.nextDouble(0.01, 0.04) : 0,
        ink);
  }

  /** Most fonts' own; wide ones, and narrow ones that nearly close. */
  private static double wordGap(RandomGenerator random) {
    double draw = random.nextDouble();
    return draw < 0.2
        ? random.nextDouble(-0.1, 0.8)
        : draw < 0.35 ? random.nextDouble(-0.12, 0) : 0;
  }

  /** Outline of a text with its baseline at zero; may be empty. */
  Shape of(String text, RandomGenerator random) {
    GlyphVector glyphs = font.createGlyphVector(CONTEXT, text);
    double shift = 0;
    for (int i = 0; i < glyphs.getNumGlyphs(); i++) {
      Point2D at = glyphs.getGlyphPosition(i);
      double up = jitter > 0 ? jitter * SIZE * random.nextGaussian() : 0;
      glyphs.setGlyphPosition(i, new Point2D.Double(at.getX() + shift, at.getY() + up));
      shift += spacing * SIZE;
      if (i < text.length() && text.charAt(i) == ' ') {
        shift += wordGap * SIZE;
      }
    }
    AffineTransform shape = AffineTransform.getShearInstance(slant, 0);
    shape.scale(stretch, 1);
    return shape.createTransformedShape(glyphs.getOutline());
  }

  /** Paints an outline with the ink of this print, white on black. */
  void paint(Graphics2D graphics, Shape outline) {
    graphics.setColor(Color.WHITE);
    graphics.fill(outline);
    if (ink != 0) {
      graphics.setColor(ink > 0 ? Color.WHITE : Color.BLACK);
      graphics.setStroke(
          new BasicStroke(
              (float) Math.abs(ink * SIZE), BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL));
      graphics.draw(outline);
      graphics.setColor(Color.WHITE);
    }
  }

  /** Where a reader sees the line: its glyphs, and the height of capitals if wished or if lower. */
  static Rectangle2D box(Shape line, boolean capitals) {
    Rectangle2D glyphs = line.getBounds2D();
    return capitals || glyphs.getHeight() < 0.6 * CAPITAL
        ? glyphs.createUnion(
            new Rectangle2D.Double(glyphs.getX(), -CAPITAL, glyphs.getWidth(), CAPITAL))
        : glyphs;
  }
}
