package dev.deed.lab.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes labels beside points so that none covers a point or another label: near positions first,
 * farther ones with a line to the point. Belongs to one picture. Lengths in points of the graphics.
 */
final class LabelPlacement {
  private static final double[] DISTANCES = {9, 20, 34, 50, 68, 90};
  private static final int DIRECTIONS = 16;
  private static final double POINT_SIZE = 11;

  /** Lines shine through, so that none seems to end at a label. */
  private static final Color HALO = new Color(255, 255, 255, 190);

  private final Graphics2D graphics;
  private final Rectangle2D area;
  private final List<Rectangle2D> taken = new ArrayList<>();

  /**
   * @param area labels stay inside it
   * @param points what labels must not cover
   */
  LabelPlacement(Graphics2D graphics, Rectangle2D area, List<Point2D> points) {
    this.graphics = graphics;
    this.area = area;
    for (Point2D point : points) {
      taken.add(
          new Rectangle2D.Double(
              point.getX() - POINT_SIZE / 2,
              point.getY() - POINT_SIZE / 2,
              POINT_SIZE,
              POINT_SIZE));
    }
  }

  /** Writes one label; where there is no room at all, not. */
  void write(String label, Point2D point, Font font, Color color) {
    Rectangle2D bounds = font.getStringBounds(label, graphics.getFontRenderContext());
    double width = bounds.getWidth();
    double height = font.getSize2D() * 0.8;
    for (double distance : DISTANCES) {
      for (int d = 0; d < DIRECTIONS; d++) {
        // Above first, then to both sides by turns.
        double angle =
            -Math.PI / 2 + (d % 2 == 0 ? 1 : -1) * ((d + 1) / 2) * 2 * Math.PI / DIRECTIONS;
        double x = point.getX() + Math.cos(angle) * (distance + width / 2);
        double y = point.getY() + Math.sin(angle) * (distance + height / 2);
        Rectangle2D box =
            new Rectangle2D.Double(x - width / 2 - 2, y - height / 2 - 2, width + 4, height + 4);
        if (area.contains(box) && taken.stream().noneMatch(box::intersects)) {
          taken.add(box);
          draw(label, box, distance > DISTANCES[0], point, font, color);
          return;
        }
      }
    }
  }

  private void draw(
      String label, Rectangle2D box, boolean far, Point2D point, Font font, Color color) {
    graphics.setColor(HALO);
    graphics.fill(box);
    graphics.setColor(color);
    graphics.setFont(font);
    graphics.drawString(label, (float) box.getX() + 2, (float) (box.getMaxY() - 2));
    if (far) {
      graphics.setStroke(new BasicStroke(0.5f));
      graphics.draw(
          new Line2D.Double(
              Math.clamp(point.getX(), box.getMinX(), box.getMaxX()),
              Math.clamp(point.getY(), box.getMinY(), box.getMaxY()),
              point.getX(),
              point.getY()));
    }
  }
}
