package dev.deed.lab.rendering;

import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.Resampling;
import dev.deed.processing.picture.Resizer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.scilab.forge.jlatexmath.TeXConstants;
import org.scilab.forge.jlatexmath.TeXFormula;
import org.scilab.forge.jlatexmath.TeXIcon;

/**
 * Sets formulas with JLaTeXMath in Computer Modern and looks at them as people who cut them out of
 * papers and pages do: small print and somewhat larger, thin and thick strokes, black on white and
 * less than that, now and then blurred or noisy. Not safe for several threads.
 *
 * @param height of the largest pictures, in pixels
 * @param width of the largest pictures, in pixels
 */
record FormulaRenderer(int height, int width) {
  /** Pixels of an em below which scripts cannot be read. */
  private static final double LEAST_EM = 8.5;

  /**
   * What is set in place of a sign that JLaTeXMath's fonts have at code 173: to the JDK that is a
   * soft hyphen, and it draws nothing.
   */
  private static final Map<String, String> SUBSTITUTES =
      Map.of("\\Omega", "{\\rotatebox[origin=c]{180}{\\mho}}", "\\otimes", "\\varotimes");

  private static final Resampling[] FILTERS = {
    Resampling.LANCZOS, Resampling.LANCZOS, Resampling.BILINEAR, Resampling.BICUBIC, Resampling.BOX
  };

  /**
   * A grey picture of a formula; the same for the same state of the generator.
   *
   * @return null where it is too large to be read within the largest picture
   */
  @Nullable Picture draw(List<String> tokens, RandomGenerator random) {
    double em = em(random);
    double[] margins = new double[4];
    boolean wide = random.nextDouble() < 0.15;
    for (int side = 0; side < margins.length; side++) {
      margins[side] = wide ? random.nextDouble(0.1, 1.2) : random.nextDouble(0.0, 0.3);
    }
    int finer = random.nextInt(2, 4);
    TeXFormula formula = new TeXFormula(source(tokens));
    TeXIcon icon = icon(formula, em * finer);
    // Sizes in em, so that they hold for every size.
    double across = icon.getIconWidth() / (em * finer) + margins[0] + margins[1];
    double down = icon.getIconHeight() / (em * finer) + margins[2] + margins[3];
    double largest = Math.min((width - 1) / across, (height - 1) / down);
    if (largest < LEAST_EM) {
      return null;
    }
    if (em > largest) {
      em = largest;
      icon = icon(formula, em * finer);
    }
    int columns = (int) Math.clamp(Math.round(across * em), 1, width);
    int rows = (int) Math.clamp(Math.round(down * em), 1, height);
    BufferedImage image =
        new BufferedImage(columns * finer, rows * finer, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    icon.setForeground(Color.BLACK);
    icon.paintIcon(
        null,
        graphics,
        (int) Math.round(margins[0] * em * finer),
        (int) Math.round(margins[2] * em * finer));
    graphics.dispose();
    Resampling filter = FILTERS[random.nextInt(FILTERS.length)];
    Picture picture = Resizer.resize(picture(image), columns, rows, filter);
    return inked(random.nextDouble() < 0.05 ? blurred(picture, random) : picture, random);
  }

  private static TeXIcon icon(TeXFormula formula, double em) {
    return formula.createTeXIcon(TeXConstants.STYLE_DISPLAY, (float) em);
  }

  /** Pixels of an em: mostly of print on a screen without magnification, some larger. */
  private static double em(RandomGenerator random) {
    return random.nextDouble() < 0.8 ? random.nextDouble(11, 14) : random.nextDouble(14, 20);
  }

  /** LaTeX of tokens: a space only where a command would else swallow the next letter. */
  static String source(List<String> tokens) {
    StringBuilder source = new StringBuilder();
    for (String token : tokens) {
      int length = source.length();
      if (length > 0 && Character.isLetter(token.charAt(0)) && endsInCommand(source)) {
        source.append(' ');
      }
      source.append(SUBSTITUTES.getOrDefault(token, token));
      if (token.equals("\\")) {
        source.append(' ');
      }
    }
    return source.toString();
  }

  private static boolean endsInCommand(StringBuilder source) {
    int at = source.length() - 1;
    while (at >= 0 && Character.isLetter(source.charAt(at))) {
      at--;
    }
    return at >= 0 && at < source.length() - 1 && source.charAt(at) == '\\';
  }

  private static Picture picture(BufferedImage image) {
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    int[] row = new int[image.getWidth()];
    for (int y = 0, out = 0; y < image.getHeight(); y++) {
      image.getRaster().getSamples(0, y, row.length, 1, 0, row);
      for (int sample : row) {
        for (int channel = 0; channel < 3; channel++) {
          rgb[out++] = (byte) sample;
        }
      }
    }
    return new Picture(image.getWidth(), image.getHeight(), rgb);
  }

  /** As if made smaller and larger again. */
  private static Picture blurred(Picture picture, RandomGenerator random) {
    double share = random.nextDouble(0.75, 0.95);
    int columns = (int) Math.max(1, Math.round(share * picture.width()));
    int rows = (int) Math.max(1, Math.round(share * picture.height()));
    Picture small = Resizer.resize(picture, columns, rows, Resampling.BILINEAR);
    return Resizer.resize(small, picture.width(), picture.height(), Resampling.BICUBIC);
  }

  /** Strokes made thinner or thicker; ink for black and paper for white; noise. */
  private static Picture inked(Picture picture, RandomGenerator random) {
    double thickness = random.nextDouble() < 0.6 ? Math.exp(random.nextDouble(-0.6, 0.15)) : 1;
    boolean plain = random.nextDouble() < 0.7;
    double paper = plain ? 255 : random.nextDouble(225, 256);
    double ink = plain ? 0 : random.nextDouble(0, 80);
    double noise = random.nextDouble() < 0.05 ? random.nextDouble(2, 6) : 0;
    byte[] rgb = new byte[picture.rgb().length];
    for (int at = 0; at < rgb.length; at += 3) {
      double black = Math.pow((255 - (picture.rgb()[at] & 0xff)) / 255.0, thickness);
      double level = paper + (ink - paper) * black;
      if (noise > 0) {
        level += noise * random.nextGaussian();
      }
      byte sample = (byte) Math.clamp(Math.round(level), 0, 255);
      rgb[at] = sample;
      rgb[at + 1] = sample;
      rgb[at + 2] = sample;
    }
    return new Picture(picture.width(), picture.height(), rgb);
  }
}
