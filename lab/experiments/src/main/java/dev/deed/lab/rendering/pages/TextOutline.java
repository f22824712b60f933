package dev.deed.lab.rendering.pages;

import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;

/** Text as a shape that fills a box, so that where it stands is known to the pixel. Stateless. */
final class TextOutline {
  private static final float SIZE = 40;
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  private TextOutline() {}

  /** How wide a text of a height is, in pixels. */
  static int width(String text, Font font, int height) {
    Rectangle2D bounds = outline(text, font).getBounds2D();
    return (int) Math.ceil(bounds.getWidth() * height / bounds.getHeight());
  }

  /** The text with its bounds on the box. */
  static Shape in(Box box, String text, Font font) {
    Shape outline = outline(text, font);
    Rectangle2D bounds = outline.getBounds2D();
    AffineTransform move = AffineTransform.getTranslateInstance(box.x0(), box.y0());
    move.scale(box.width() / bounds.getWidth(), box.height() / bounds.getHeight());
    move.translate(-bounds.getX(), -bounds.getY());
    return move.createTransformedShape(outline);
  }

  private static Shape outline(String text, Font font) {
    return new TextLayout(text, font.deriveFont(SIZE), CONTEXT).getOutline(null);
  }
}
