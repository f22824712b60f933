package dev.deed.lab.reproduce;

import dev.deed.files.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * The raw figures behind a page: a ZIP file of texts. Equal texts in equal order make equal bytes.
 *
 * @param file the ZIP file
 */
record RawArchive(Path file) {
  /** The first moment that ZIP files know. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  /**
   * Reads all texts by name, in their order; none where there is no file.
   *
   * @throws IOException when it cannot be read
   */
  SequencedMap<String, String> read() throws IOException {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      return texts;
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        byte[] bytes = zip.getInputStream(entry).readAllBytes();
        texts.put(entry.getName(), new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return texts;
  }

  /**
   * Writes it, whole or not at all.
   *
   * @throws IOException when it cannot be written
   */
  void write(SequencedMap<String, String> texts) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    AtomicFiles.write(
        file,
        out -> {
          // Not closed: the stream is another's.
          ZipOutputStream zip = new ZipOutputStream(out);
          zip.setLevel(Deflater.BEST_COMPRESSION);
          for (Map.Entry<String, String> text : texts.entrySet()) {
            ZipEntry entry = new ZipEntry(text.getKey());
            entry.setTimeLocal(NO_TIME);
            zip.putNextEntry(entry);
            zip.write(text.getValue().getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
          }
          zip.finish();
        });
  }
}
