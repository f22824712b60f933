package dev.deed.lab.rendering.pages;

import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Objects;

/**
 * Draws pages; everything is inside its box and touches all four sides of it. Safe for many
 * threads.
 *
 * @param fonts those of the design
 */
record PagePainter(List<Font> fonts) {
  private static final Color TEXT = new Color(45, 45, 50);
  private static final Color PALE = new Color(130, 130, 138);
  private static final Color TRACK = new Color(205, 205, 210);

  PagePainter {
    fonts = List.copyOf(fonts);
  }

  /** The picture of a page, {@link Page#SIDE} pixels wide and high. */
  Picture paint(Page page) {
    BufferedImage image = new BufferedImage(Page.SIDE, Page.SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    Page.Style style = page.style();
    Font font = fonts.get(style.font());
    graphics.setColor(new Color(style.ground()));
    graphics.fillRect(0, 0, Page.SIDE, Page.SIDE);
    for (Box card : page.cards()) {
      graphics.setColor(new Color(style.border()));
      graphics.fill(rounded(card, 0, style.corner()));
      graphics.setColor(new Color(style.cardGround()));
      graphics.fill(rounded(card, 1, Math.max(0, style.corner() - 2)));
    }
    graphics.setColor(PALE);
    page.labels().forEach(label -> graphics.fill(TextOutline.in(label.box(), label.text(), font)));
    page.elements().forEach(element -> paint(element, font, graphics));
    graphics.dispose();
    return new PictureReader().copy(image);
  }

  private static void paint(Element element, Font font, Graphics2D graphics) {
    Box box = element.box();
    switch (element.kind()) {
      case BUTTON -> {
        int corner = element.look() == Look.ROUND ? box.height() : element.shade() % 5;
        graphics.setColor(colour(element));
        graphics.fill(rounded(box, 0, corner));
        graphics.setColor(on(element));
        write(element, font, graphics);
      }
      case FIELD -> {
        graphics.setColor(PALE);
        graphics.fill(rounded(box, 0, element.shade() % 6));
        graphics.setColor(Color.WHITE);
        graphics.fill(rounded(box, 1, element.shade() % 6));
        graphics.setColor(TRACK);
        write(element, font, graphics);
      }
      case CHECK_BOX -> checkBox(element, graphics);
      case STAR -> fill(star(box), element, graphics);
      case TRIANGLE -> fill(triangle(box), element, graphics);
      case CIRCLE ->
          fill(
              new Ellipse2D.Double(box.x0(), box.y0(), box.width(), box.height()),
              element,
              graphics);
      case BADGE -> {
        fill(rounded(box, 0, box.height()), element, graphics);
        graphics.setColor(on(element));
        write(element, font, graphics);
      }
      case BAR -> {
        graphics.setColor(TRACK);
        graphics.fill(rounded(box, 0, 4));
        int full = box.width() * (30 + element.shade() % 60) / 100;
        Box part = new Box(box.x0(), box.y0(), box.x0() + full, box.y1());
        fill(rounded(part, 0, 4), element, graphics);
      }
      case HEADING -> {
        graphics.setColor(TEXT);
        graphics.fill(TextOutline.in(box, element.text(), font));
      }
    }
  }

  private static void fill(Shape shape, Element element, Graphics2D graphics) {
    graphics.setColor(colour(element));
    graphics.fill(shape);
  }

  private static Color colour(Element element) {
    return new Color(Objects.requireNonNull(element.colour()).rgb(element.shade()));
  }

  /** What can be read on the element's colour. */
  private static Color on(Element element) {
    Color ground = colour(element);
    int luma = (299 * ground.getRed() + 587 * ground.getGreen() + 114 * ground.getBlue()) / 1000;
    return luma > 150 ? TEXT : Color.WHITE;
  }

  private static RoundRectangle2D rounded(Box box, int inset, int corner) {
    return new RoundRectangle2D.Double(
        box.x0() + inset,
        box.y0() + inset,
        box.width() - 2 * inset,
        box.height() - 2 * inset,
        corner,
        corner);
  }

  /** In the middle, as large as there is room. */
  private static void write(Element element, Font font, Graphics2D graphics) {
    Box box = element.box();
    int height = Math.min(9, box.height() - 6);
    int width = Math.min(TextOutline.width(element.text(), font, height), box.width() - 8);
    int x = box.x0() + (box.width() - width) / 2;
    int y = box.y0() + (box.height() - height) / 2;
    graphics.fill(TextOutline.in(new Box(x, y, x + width, y + height), element.text(), font));
  }

  private static void checkBox(Element element, Graphics2D graphics) {
    Box box = element.box();
    fill(rounded(box, 0, 3), element, graphics);
    if (element.look() == Look.EMPTY) {
      graphics.setColor(Color.WHITE);
      graphics.fill(rounded(box, 3, 0));
      return;
    }
    Path2D tick = new Path2D.Double();
    tick.moveTo(box.x0() + 0.22 * box.width(), box.y0() + 0.52 * box.height());
    tick.lineTo(box.x0() + 0.42 * box.width(), box.y0() + 0.72 * box.height());
    tick.lineTo(box.x0() + 0.78 * box.width(), box.y0() + 0.28 * box.height());
    graphics.setColor(on(element));
    graphics.setStroke(new BasicStroke(2f));
    graphics.draw(tick);
  }

  private static Shape triangle(Box box) {
    Path2D path = new Path2D.Double();
    path.moveTo((box.x0() + box.x1()) / 2.0, box.y0());
    path.lineTo(box.x1(), box.y1());
    path.lineTo(box.x0(), box.y1());
    path.closePath();
    return path;
  }

  /** Five points, drawn out to the sides of the box. */
  private static Shape star(Box box) {
    double wide = Math.cos(Math.PI / 10);
    double low = Math.cos(Math.PI / 5);
    Path2D path = new Path2D.Double();
    for (int i = 0; i < 10; i++) {
      double radius = i % 2 == 0 ? 1 : 0.45;
      double angle = Math.PI * (i / 5.0 - 0.5);
      double x = (radius * Math.cos(angle) / wide + 1) / 2;
      double y = (radius * Math.sin(angle) + 1) / (1 + low);
      double column = box.x0() + x * box.width();
      double row = box.y0() + y * box.height();
      if (i == 0) {
        path.moveTo(column, row);
      } else {
        path.lineTo(column, row);
      }
    }
    path.closePath();
    return path;
  }
}
