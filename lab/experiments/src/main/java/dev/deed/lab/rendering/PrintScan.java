package dev.deed.lab.rendering;

import dev.deed.processing.picture.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.random.RandomGenerator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * What age, paper, a scanner and a JPEG file make of a print. Each is drawn for a line. Safe for
 * many threads.
 *
 * @param rows pixels from top to bottom
 */
record PrintScan(int rows, Ink ink, Paper paper, Sensor sensor) {
  /**
   * What is left of the ink.
   *
   * @param strength share that is left, 0…1
   * @param fading how much of it is lost in places, 0…1
   * @param spots share of pixels that lack some
   * @param gaps share of rows and columns that lack some
   */
  record Ink(double strength, double fading, double spots, double gaps) {}

  /**
   * What it was printed on.
   *
   * @param level 0…255
   * @param shade how much darker it is in places, in levels
   * @param inverse light on dark
   */
  record Paper(double level, double shade, boolean inverse) {}

  /**
   * How it was scanned and kept.
   *
   * @param blur deviation in pixels
   * @param noise deviation in levels
   * @param gain of contrast; levels beyond black and white are cut off
   * @param quality of the JPEG file, 0…1; above 1 for none
   */
  record Sensor(double blur, double noise, double gain, double quality) {}

  /**
   * Wider scans are squeezed: lines of some hundred characters, which JPEG files could not hold.
   */
  private static final int MOST_COLUMNS = 8000;

  /** Half of all are good ones: dark ink on light paper, a little blurred. */
  static PrintScan draw(RandomGenerator random) {
    if (random.nextBoolean()) {
      return new PrintScan(
          random.nextInt(15, 44),
          new Ink(random.nextDouble(0.65, 1), 0, 0, 0),
          new Paper(random.nextDouble(225, 256), 0, false),
          new Sensor(
              random.nextDouble(0, 0.7),
              random.nextBoolean() ? random.nextDouble(0, 5) : 0,
              1,
              random.nextDouble(0.4, 1.4)));
    }
    return damaged(random);
  }

  private static PrintScan damaged(RandomGenerator random) {
    return new PrintScan(
        random.nextDouble() < 0.8 ? random.nextInt(14, 40) : random.nextInt(11, 64),
        new Ink(
            strength(random),
            random.nextDouble() < 0.3 ? random.nextDouble(0.2, 0.9) : 0,
            random.nextDouble() < 0.2 ? random.nextDouble(0.05, 0.4) : 0,
            random.nextDouble() < 0.12 ? random.nextDouble(0.03, 0.2) : 0),
        new Paper(
            random.nextDouble() < 0.6 ? random.nextDouble(235, 256) : random.nextDouble(150, 240),
            random.nextDouble() < 0.3 ? random.nextDouble(5, 60) : 0,
            random.nextDouble() < 0.02),
        new Sensor(
            random.nextDouble() < 0.65 ? random.nextDouble(0.2, 1.0) : 0,
            random.nextDouble() < 0.4 ? random.nextDouble(1, 11) : 0,
            random.nextDouble() < 0.2 ? random.nextDouble(1.2, 4) : 1,
            random.nextDouble() < 0.45 ? random.nextDouble(0.12, 0.85) : 2));
  }

  private static double strength(RandomGenerator random) {
    double draw = random.nextDouble();
    if (draw < 0.62) {
      return random.nextDouble(0.75, 1);
    }
    return draw < 0.86
        ? random.nextDouble(0.45, 0.75)
        : draw < 0.96 ? random.nextDouble(0.25, 0.45) : random.nextDouble(0.14, 0.25);
  }

  /** The scan, of its own rows. */
  Picture of(InkMap print, RandomGenerator random) {
    int width =
        Math.clamp(Math.round((double) print.width() * rows / print.height()), 1, MOST_COLUMNS);
    InkMap map = print.resized(width, rows);
    age(map, random);
    if (sensor.blur > 0) {
      map.blur(sensor.blur * random.nextDouble(0.6, 1), sensor.blur);
    }
    byte[] grey = new byte[map.ink().length];
    double[] shading = waves(width, random);
    double light = paper.inverse ? 0.1 : 1;
    for (int i = 0; i < grey.length; i++) {
      double ground = paper.level - paper.shade * shading[i % width];
      double left = 1 - 0.97 * ink.strength * map.ink()[i];
      double level = paper.inverse ? ground * (light + 1 - left) : ground * left;
      level += sensor.noise * random.nextGaussian();
      level = paper.level + sensor.gain * (level - paper.level);
      grey[i] = (byte) Math.clamp(Math.round(level), 0, 255);
    }
    return picture(sensor.quality > 1 ? grey : compressed(grey, width), width);
  }

  /** Ink goes in places, in spots, and where a part of the print head is broken. */
  private void age(InkMap map, RandomGenerator random) {
    int width = map.width();
    double[] across = waves(width, random);
    double[] gapRows = gaps(rows, random);
    double[] gapColumns = gaps(width, random);
    for (int y = 0, at = 0; y < rows; y++) {
      for (int x = 0; x < width; x++, at++) {
        double left = (1 - ink.fading * across[x]) * gapRows[y] * gapColumns[x];
        if (ink.spots > 0 && random.nextDouble() < ink.spots) {
          left *= random.nextDouble();
        }
        map.ink()[at] *= (float) left;
      }
    }
  }

  private double[] gaps(int size, RandomGenerator random) {
    double[] left = new double[size];
    for (int i = 0; i < size; i++) {
      left[i] = ink.gaps > 0 && random.nextDouble() < ink.gaps ? random.nextDouble(0.1, 0.8) : 1;
    }
    return left;
  }

  /** A slow wave along the line, 0…1. */
  private static double[] waves(int width, RandomGenerator random) {
    double length = random.nextDouble(60, 600);
    double start = random.nextDouble(2 * Math.PI);
    double second = random.nextDouble(20, 100);
    double[] wave = new double[width];
    for (int x = 0; x < width; x++) {
      double both =
          Math.sin(start + 2 * Math.PI * x / length) + 0.4 * Math.sin(2 * Math.PI * x / second);
      wave[x] = Math.clamp(0.5 + both / 2.8, 0, 1);
    }
    return wave;
  }

  private byte[] compressed(byte[] grey, int width) {
    BufferedImage image = new BufferedImage(width, rows, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, width, rows, grey);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality((float) sensor.quality);
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, null), how);
      }
      BufferedImage read = ImageIO.read(new ByteArrayInputStream(file.toByteArray()));
      return (byte[]) read.getRaster().getDataElements(0, 0, width, rows, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
  }

  private Picture picture(byte[] grey, int width) {
    byte[] rgb = new byte[3 * grey.length];
    for (int i = 0; i < grey.length; i++) {
      rgb[3 * i] = grey[i];
      rgb[3 * i + 1] = grey[i];
      rgb[3 * i + 2] = grey[i];
    }
    return new Picture(width, rows, rgb);
  }
}
