package dev.deed.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may put a library where this process loads it. */
final class NativeFolderTest {
  private static final String ADVICE = "give another";

  @TempDir Path home = Path.of("");

  private Path shared = Path.of("");
  private Path inside = Path.of("");
  private Path library = Path.of("");

  @BeforeEach
  void unpack() throws IOException {
    assumeTrue(
        home.getFileSystem().supportedFileAttributeViews().contains("unix"),
        "skipped: no users and modes");
    shared = Files.createDirectory(home.resolve("cache"));
    inside = Files.createDirectories(shared.resolve("tokenizers/1.0"));
    library = Files.writeString(inside.resolve("lib.so"), "code");
    mode(shared, 0755);
  }

  private static void mode(Path path, int mode) throws IOException {
    Files.setAttribute(path, "unix:mode", mode);
  }

  private void check() {
    NativeFolder.requireOwn(shared, shared.resolve("tokenizers"), ADVICE);
  }

  private void assertRefused(Path path, String why) {
    assertThatThrownBy(this::check)
        .isInstanceOf(InputException.class)
        .hasMessage(
            "folder of native libraries: "
                + path
                + ": "
                + why
                + ", so the libraries in it are not trusted; give another");
  }

  @Test
  void ownFoldersAreTaken() throws IOException {
    check();
    mode(shared, 0700);
    check();
    Files.createSymbolicLink(inside.resolve("lib2.so"), library);
    check();
  }

  @Test
  void missingFoldersAreMadeForTheUserAlone() throws IOException {
    Path fresh = home.resolve("a/b");
    NativeFolder.requireOwn(fresh, fresh.resolve("c"), ADVICE);
    for (Path made : new Path[] {fresh.resolve("c"), fresh, home.resolve("a")}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void foldersThatOthersMayWriteAreRefused() throws IOException {
    for (Path path : new Path[] {shared, shared.resolve("tokenizers"), inside, library}) {
      Object before = Files.getAttribute(path, "unix:mode");
      mode(path, 0777);
      assertRefused(path, "may be written by others (mode 777)");
      Files.setAttribute(path, "unix:mode", before);
    }
    check();
  }

  @Test
  void aFolderOfAllIsTakenWhereNoneMayExchangeWhatLiesInIt() throws IOException {
    mode(shared, 01777);
    check();
    mode(inside, 01777);
    assertRefused(inside, "may be written by others (mode 1777)");
  }

  @Test
  void foldersOfOthersAreRefused() throws IOException {
    assumeTrue(Files.getAttribute(library, "unix:uid").equals(0), "skipped: not root");
    for (Path path : new Path[] {library, inside, shared}) {
      Files.setAttribute(path, "unix:uid", 54321);
      assertRefused(path, "belongs to another user");
      Files.setAttribute(path, "unix:uid", 0);
    }
    // The group of one user is that user.
    Files.setAttribute(inside, "unix:gid", 54321);
    mode(inside, 0770);
    assertRefused(inside, "may be written by others (mode 770)");
    mode(inside, 0750);
    check();
  }

  @Test
  void whatTheInstallationHoldsIsTrusted() throws IOException {
    mode(shared, 0777);
    System.setProperty(NativeFolder.INSTALLED, shared.toString());
    try {
      assertThatCode(this::check).doesNotThrowAnyException();
    } finally {
      System.clearProperty(NativeFolder.INSTALLED);
    }
  }
}
