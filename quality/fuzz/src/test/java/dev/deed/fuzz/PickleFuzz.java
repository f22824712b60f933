package dev.deed.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The pickle inside a sound archive with one storage, for changes that alter its length. */
final class PickleFuzz {
  private static final byte[] STORAGE = new byte[128];

  private PickleFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    TorchFuzz.fuzzerTestOneInput(archive(bytes));
  }

  private static byte[] archive(byte[] pickle) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      add(zip, "m/data.pkl", pickle);
      add(zip, "m/data/0", STORAGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
