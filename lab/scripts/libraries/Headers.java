import com.drew.imaging.ImageMetadataReader;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.DeflaterOutputStream;

/**
 * What metadata-extractor makes of hostile pictures: FOLDER of the fixtures of PictureReaderTest.
 */
class Headers {
  public static void main(String[] args) throws Exception {
    Path fixtures = Path.of(args[0]);
    for (String name : new String[] {"turned.png", "turned_xmp.png", "turned_xmp.jpg"}) {
      read(name, Files.readAllBytes(fixtures.resolve(name)));
    }
    byte[] png = Files.readAllBytes(fixtures.resolve("rgb.png"));
    byte[] wrong = png.clone();
    wrong[30] ^= 1;
    read("PNG with a wrong checksum", wrong);
    read("PNG with a text of 900 MB", bomb(png, "zTXtComment\0\0"));
    read("PNG with an XMP of 900 MB", bomb(png, "iTXtXML:com.adobe.xmp\0\1\0\0\0"));
    read("TIFF of 5,000 tags of one value", sharing(5_000, 15_000));
  }

  private static byte[] bomb(byte[] png, String begin) throws Exception {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    chunk.writeBytes(begin.getBytes(StandardCharsets.ISO_8859_1));
    try (DeflaterOutputStream packed = new DeflaterOutputStream(chunk)) {
      for (int i = 0; i < 900; i++) {
        packed.write(new byte[1 << 20]);
      }
    }
    ByteBuffer file = ByteBuffer.allocate(png.length + chunk.size() + 8);
    file.put(png, 0, 33).putInt(chunk.size() - 4).put(chunk.toByteArray()).putInt(0);
    return file.put(png, 33, png.length - 33).array();
  }

  private static byte[] sharing(int tags, int values) {
    int at = 8 + 2 + 12 * tags + 4;
    ByteBuffer file = ByteBuffer.allocate(at + 4 * values).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0x002a_4949).putInt(8).putShort((short) tags);
    for (int i = 0; i < tags; i++) {
      file.putShort((short) (40_000 + i)).putShort((short) 4).putInt(values).putInt(at);
    }
    return file.array();
  }

  private static void read(String name, byte[] file) {
    long begin = System.nanoTime();
    StringBuilder told = new StringBuilder();
    try {
      Metadata all = ImageMetadataReader.readMetadata(new ByteArrayInputStream(file), file.length);
      for (Directory one : all.getDirectories()) {
        if (one.containsTag(ExifDirectoryBase.TAG_ORIENTATION)) {
          told.append("orientation ").append(one.getObject(ExifDirectoryBase.TAG_ORIENTATION));
        }
        one.getErrors().forEach(error -> told.append(" (").append(error).append(')'));
      }
    } catch (Throwable e) {
      told.append(e);
    }
    System.out.printf(
        "%-32s %7d bytes %5.2f s  %s%n",
        name, file.length, (System.nanoTime() - begin) / 1e9, told.isEmpty() ? "nothing" : told);
  }
}
