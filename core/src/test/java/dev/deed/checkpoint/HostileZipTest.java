package dev.deed.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that lie about what they hold, and files that are none. */
class HostileZipTest {
  private static final byte[] PICKLE =
      PickleBuilder.start()
          .code("}")
          .text("w")
          .tensor("0", 4, 0, new long[] {4}, new long[] {1})
          .code("s")
          .stop();

  @TempDir Path folder = Path.of("");

  @Test
  void refusesCompressedEntries() throws IOException {
    assertRefused(
        new ZipBuilder().compressed().entry("m/data.pkl", PICKLE).bytes(), "is compressed");
    assertRefused(
        new ZipBuilder()
            .entry("m/data.pkl", PICKLE)
            .compressed()
            .entry("m/data/0", new byte[16])
            .bytes(),
        "is compressed");
  }

  @Test
  void refusesEntriesOutsideOfTheirFolder() throws IOException {
    for (String name : new String[] {"../evil", "m/../../evil", "/etc/passwd", "m\\..\\evil"}) {
      assertRefused(
          new ZipBuilder().entry("m/data.pkl", PICKLE).entry(name, new byte[1]).bytes(), "outside");
    }
  }

  @Test
  void refusesTheSameNameTwice() throws IOException {
    assertRefused(
        new ZipBuilder()
            .entry("m/data.pkl", PICKLE)
            .entry("m/data/0", new byte[16])
            .entry("m/data/0", new byte[16])
            .bytes(),
        "twice");
  }

  @Test
  void refusesEntriesThatAreElsewhere() throws IOException {
    assertRefused(
        new ZipBuilder()
            .entry("m/data.pkl", PICKLE)
            .shifted(3)
            .entry("m/data/0", new byte[16])
            .bytes(),
        "where it is not");
    assertRefused(
        new ZipBuilder()
            .entry("m/data.pkl", PICKLE)
            .shifted(1 << 30)
            .entry("m/data/0", new byte[16])
            .bytes(),
        "outside of the file");
    assertRefused(
        new ZipBuilder()
            .entry("m/data.pkl", PICKLE)
            .entry("m/data/0", new byte[16], Integer.MAX_VALUE)
            .bytes(),
        "where it is not");
  }

  @Test
  void refusesStoragesThatAreMissingOrShort() throws IOException {
    assertRefused(new ZipBuilder().entry("m/data.pkl", PICKLE).bytes(), "lacks the storage 0");
    assertRefused(
        new ZipBuilder().entry("m/data.pkl", PICKLE).entry("m/data/0", new byte[15]).bytes(),
        "it has 15 bytes");
  }

  @Test
  void refusesDamagedDirectories() throws IOException {
    ZipBuilder zip = new ZipBuilder().entry("m/data.pkl", PICKLE).entry("m/data/0", new byte[16]);
    byte[] whole = zip.bytes();
    assertRefused(zip.bytes(3), "directory");
    assertRefused(zip.bytes(0xffff), "65535 entries");
    assertRefused(Arrays.copyOf(whole, whole.length - 1), "no zip directory");
    assertRefused(Arrays.copyOf(whole, 40), "no zip directory");
    byte[] moved = whole.clone();
    moved[whole.length - 4] = 127;
    assertRefused(moved, "outside of the file");
    assertRefused(new ZipBuilder().entry("m/code.py", PICKLE).bytes(), "without data.pkl");
    assertRefused(
        new ZipBuilder()
            .entry("m/data.pkl", PICKLE)
            .entry("m/byteorder", new byte[] {'b', 'i', 'g'})
            .bytes(),
        "byte order \"big\"");
  }

  @Test
  void refusesFilesOfOtherKinds() throws IOException {
    assertRefused(new byte[0], "is not what torch.save writes");
    assertRefused(new byte[] {'v', 'e', 'r', 's', 'i', 'o', 'n'}, "is not what torch.save writes");
    assertRefused(PickleBuilder.start().number(5).stop(), "is not what torch.save writes");
    assertRefused(PickleBuilder.start().global("os", "system").stop(), "os.system");
  }

  @Test
  void refusesLegacyFilesThatAreCutShort() throws IOException, URISyntaxException {
    byte[] whole = Files.readAllBytes(TorchFileTest.resource("legacy.bin"));
    for (int length = 0; length < whole.length; length += 7) {
      assertRefused(Arrays.copyOf(whole, length), "legacy");
    }
  }

  @Test
  void refusesZipFilesThatAreCutShort() throws IOException, URISyntaxException {
    byte[] whole = Files.readAllBytes(TorchFileTest.resource("zip.bin"));
    for (int length = 0; length < whole.length; length += 11) {
      assertRefused(Arrays.copyOf(whole, length), "legacy");
    }
  }

  private void assertRefused(byte[] bytes, String why) throws IOException {
    Path file = Files.write(folder.resolve("legacy.bin"), bytes);
    assertThatThrownBy(() -> TorchFile.open(file).close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }
}
