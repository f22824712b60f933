package dev.deed.lab.charts;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/**
 * What a point of a series looks like.
 *
 * @param filled hollow otherwise
 */
record PlotMark(Color color, Form form, boolean filled) {
  /**
   * Outlines, about ten points wide. Those from the pentagon on stand for no family of policies.
   */
  enum Form {
    DIAMOND,
    CIRCLE,
    SQUARE,
    CROSS,
    HOURGLASS,
    TRIANGLE,
    TRIANGLE_DOWN,
    STAR,
    PENTAGON,
    TRIANGLE_LEFT,
    TRIANGLE_RIGHT,
    BAR,
    BEAM,
    HEXAGON,
    SMALL_STAR;

    Shape shape() {
      return switch (this) {
        case DIAMOND -> polygon(0, -7, 7, 0, 0, 7, -7, 0);
        case CIRCLE -> new Ellipse2D.Double(-4, -4, 8, 8);
        case SQUARE -> new Rectangle2D.Double(-4, -4, 8, 8);
        case CROSS ->
            polygon(
                -2, -6, 2, -6, 2, -2, 6, -2, 6, 2, 2, 2, 2, 6, -2, 6, -2, 2, -6, 2, -6, -2, -2, -2);
        case HOURGLASS -> polygon(-5, -5, 5, 5, 5, -5, -5, 5);
        case TRIANGLE -> polygon(0, -5.5, 5.5, 4.5, -5.5, 4.5);
        case TRIANGLE_DOWN -> polygon(0, 5.5, 5.5, -4.5, -5.5, -4.5);
        case STAR -> rays(5, 8.5, 3.6);
        case PENTAGON -> rays(5, 5.5, 4.45);
        case TRIANGLE_LEFT -> polygon(-5.5, 0, 4.5, 5.5, 4.5, -5.5);
        case TRIANGLE_RIGHT -> polygon(5.5, 0, -4.5, 5.5, -4.5, -5.5);
        case BAR -> new Rectangle2D.Double(-2, -6, 4, 12);
        case BEAM -> new Rectangle2D.Double(-6, -2, 12, 4);
        case HEXAGON -> rays(3, 5.5, 5.5);
        case SMALL_STAR -> rays(4, 7, 2.2);
      };
    }

    /** Corners at the ends of rays and between them by turns, the first on top. */
    private static Shape rays(int count, double outer, double inner) {
      double[] corners = new double[4 * count];
      for (int i = 0; i < 2 * count; i++) {
        double radius = i % 2 == 0 ? outer : inner;
        double angle = -Math.PI / 2 + i * Math.PI / count;
        corners[2 * i] = radius * Math.cos(angle);
        corners[2 * i + 1] = radius * Math.sin(angle);
      }
      return polygon(corners);
    }

    private static Shape polygon(double... corners) {
      Path2D path = new Path2D.Double();
      path.moveTo(corners[0], corners[1]);
      for (int i = 2; i < corners.length; i += 2) {
        path.lineTo(corners[i], corners[i + 1]);
      }
      path.closePath();
      return path;
    }
  }
}
