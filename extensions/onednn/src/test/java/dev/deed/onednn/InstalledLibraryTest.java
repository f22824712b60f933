package dev.deed.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.files.NativeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An installation has the library unpacked. */
final class InstalledLibraryTest {
  @TempDir Path folder = Path.of("");

  @AfterEach
  void clear() {
    System.clearProperty(NativeFolder.INSTALLED);
  }

  @Test
  void isTakenFromTheFolderOfTheInstallation() throws IOException {
    Path installed = Files.createFile(folder.resolve("libdnnl.so.3"));
    System.setProperty(NativeFolder.INSTALLED, folder.toString());
    assertThat(OneDnn.file("libdnnl.so.3")).isEqualTo(installed);
  }

  @Test
  void comesFromTheJarWhereTheFolderLacksIt() throws IOException {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "oneDNN is packed for x86-64");
    System.setProperty(NativeFolder.INSTALLED, folder.toString());
    assertThat(OneDnn.file("libgomp.so.1")).isNotEmptyFile().hasFileName("libgomp.so.1");
    assertThat(folder).isEmptyDirectory();
  }
}
