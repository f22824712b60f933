package dev.deed.lab.rendering;

import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PixelRule;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes pictures as PNG. Stateless. */
public final class PngWriter {
  private PngWriter() {}

  /** The file of a picture: 8-bit RGB, nothing lost. */
  public static byte[] encode(Picture picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] rgb = picture.rgb();
    for (int i = 0; i < rgb.length; i += 3) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    return encode(image);
  }

  /**
   * The file of a picture in 8-bit grey. Levels are luma of ITU-R 601 as Pillow's {@code
   * convert("L")} has it; of a grey picture nothing is lost.
   */
  public static byte[] encodeGrey(Picture picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] grey = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] rgb = picture.rgb();
    for (int i = 0, in = 0; i < grey.length; i++, in += 3) {
      grey[i] = (byte) PixelRule.luma(rgb[in] & 0xff, rgb[in + 1] & 0xff, rgb[in + 2] & 0xff);
    }
    return encode(image);
  }

  private static byte[] encode(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(new IIOImage(image, null, null));
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory cannot fail", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
