package dev.deed.lab.rendering;

import dev.deed.processing.picture.Picture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Prints a text line and cuts it out of its page: any font, smooth or in dots, thick or thin, boxes
 * that are tight, wide or cut into it, edges of the lines above and below, rules, a tilted page.
 * {@link PrintScan} looks at it. Safe for many threads.
 *
 * @param fonts to choose from; at least one
 */
record PrintRenderer(List<Font> fonts) {
  private static final int FONT_TRIES = 12;
  private static final int MOST_COLUMNS = 6000;

  PrintRenderer {
    fonts = List.copyOf(fonts);
  }

  /** A font that has all characters of a text; empty when some draws find none. */
  Optional<Font> font(String text, RandomGenerator random) {
    for (int tries = 0; tries < FONT_TRIES; tries++) {
      Font font = fonts.get(random.nextInt(fonts.size()));
      if (font.canDisplayUpTo(text) < 0) {
        return Optional.of(font);
      }
    }
    return Optional.empty();
  }

  /**
   * A grey picture of a text; the same for the same state of the generator.
   *
   * @param font that has all its characters
   * @param neighbours texts of the lines above and below, of which edges may be seen; what the font
   *     lacks is left out
   */
  Picture draw(String text, Font font, List<String> neighbours, RandomGenerator random) {
    PrintOutline outline = PrintOutline.draw(font, random);
    Shape line = outline.of(text, random);
    Rectangle2D box = PrintOutline.box(line, random.nextDouble() < 0.6);
    Rectangle2D crop = crop(box, random);
    double dots = random.nextDouble() < 0.22 ? random.nextDouble(14, 34) / PrintOutline.SIZE : 0;
    double scale = dots > 0 ? dots : 1;
    scale = Math.min(scale, MOST_COLUMNS / crop.getWidth());
    int width = Math.max(1, (int) Math.ceil(crop.getWidth() * scale));
    int height = Math.max(1, (int) Math.ceil(crop.getHeight() * scale));
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    if (dots == 0) {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    }
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.scale(scale, scale);
    graphics.translate(-crop.getX(), -crop.getY());
    graphics.rotate(tilt(random), box.getCenterX(), box.getCenterY());
    outline.paint(graphics, line);
    for (int side = 0; side < 2; side++) {
      if (random.nextDouble() < 0.3) {
        outline.paint(graphics, neighbour(outline, neighbours.get(side), box, side == 0, random));
      }
      if (random.nextDouble() < 0.04) {
        rule(graphics, box, side == 0, random);
      }
    }
    if (random.nextDouble() < 0.015) {
      pen(graphics, box, random);
    }
    graphics.dispose();
    InkMap ink = InkMap.of(image);
    if (dots > 0) {
      ink = ink.dots(4, random.nextDouble(1.6, 3.2));
    }
    return PrintScan.draw(random).of(ink, random);
  }

  private static Rectangle2D crop(Rectangle2D box, RandomGenerator random) {
    double height = box.getHeight();
    boolean loose = random.nextDouble() < 0.1;
    double[] margins = new double[4];
    for (int side = 0; side < margins.length; side++) {
      boolean beside = side < 2;
      margins[side] =
          height
              * (loose
                  ? random.nextDouble(0.1, beside ? 1.2 : 0.7)
                  : random.nextDouble(beside ? 0.0 : -0.05, beside ? 0.35 : 0.3));
    }
    return new Rectangle2D.Double(
        box.getX() - margins[0],
        box.getY() - margins[2],
        box.getWidth() + margins[0] + margins[1],
        height + margins[2] + margins[3]);
  }

  /** In radians; most lines stand straight. */
  private static double tilt(RandomGenerator random) {
    return random.nextDouble() < 0.35 ? random.nextGaussian() * 0.008 : 0;
  }

  /** The line above or below, somewhere along it. */
  private static Shape neighbour(
      PrintOutline outline, String text, Rectangle2D box, boolean above, RandomGenerator random) {
    Shape line = outline.of(outline.font().canDisplayUpTo(text) < 0 ? text : "012 345 678", random);
    Rectangle2D its = line.getBounds2D();
    double gap = random.nextDouble(-0.03, 0.28) * box.getHeight();
    double y = above ? box.getMinY() - gap - its.getMaxY() : box.getMaxY() + gap - its.getMinY();
    double x = box.getX() - its.getX() + random.nextDouble(-0.5, 0.5) * box.getWidth();
    return AffineTransform.getTranslateInstance(x, y).createTransformedShape(line);
  }

  /** A line above or below, whole or of dashes. */
  private static void rule(
      Graphics2D graphics, Rectangle2D box, boolean above, RandomGenerator random) {
    float thick = (float) (random.nextDouble(0.03, 0.1) * PrintOutline.SIZE);
    float dash = (float) (random.nextDouble(0.1, 0.6) * PrintOutline.SIZE);
    graphics.setStroke(
        random.nextBoolean()
            ? new BasicStroke(thick)
            : new BasicStroke(
                thick, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {dash}, 0));
    double gap = random.nextDouble(0.02, 0.25) * box.getHeight();
    double y = above ? box.getMinY() - gap : box.getMaxY() + gap;
    graphics.draw(
        new Line2D.Double(box.getX() - box.getHeight(), y, box.getMaxX() + box.getHeight(), y));
  }

  /** A stroke of a pen across the line. */
  private static void pen(Graphics2D graphics, Rectangle2D box, RandomGenerator random) {
    graphics.setStroke(new BasicStroke((float) (random.nextDouble(0.03, 0.1) * PrintOutline.SIZE)));
    graphics.draw(
        new Line2D.Double(
            box.getX() + random.nextDouble() * box.getWidth(),
            box.getMinY() - 0.2 * box.getHeight(),
            box.getX() + random.nextDouble() * box.getWidth(),
            box.getMaxY() + 0.2 * box.getHeight()));
  }
}
