import java.awt.image.BufferedImage;
import java.io.File;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** Copies of the pictures of a folder that differ in one pixel, so that none was seen before: FOLDER COUNT OUT. */
class Pictures {
  public static void main(String[] args) throws Exception {
    File[] samples = new File(args[0]).listFiles((folder, name) -> name.endsWith(".png"));
    Arrays.sort(samples);
    for (int i = 0; i < Integer.parseInt(args[1]); i++) {
      BufferedImage read = ImageIO.read(samples[i % samples.length]);
      BufferedImage picture =
          new BufferedImage(read.getWidth(), read.getHeight(), BufferedImage.TYPE_INT_RGB);
      picture.createGraphics().drawImage(read, 0, 0, null);
      // A block, which resizing does not smooth away.
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++) {
          picture.setRGB(x, y, 0x010305 * (i / samples.length % 80) + 0xA0A0A0);
        }
      }
      ImageIO.write(picture, "png", new File(args[2], "%05d.png".formatted(i)));
    }
  }
}
