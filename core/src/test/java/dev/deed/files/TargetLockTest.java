package dev.deed.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.value.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a foreign folder may hold under names that DEED would use beside a target. */
final class TargetLockTest {
  private static final String TEXT = "what the user needs";

  @TempDir Path folder = Path.of("");

  @Test
  void linksOfTheLocksNameLeadNowhere() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), TEXT);
    Path lock = folder.resolve(".out.deed-lock");
    Files.createSymbolicLink(lock, victim);
    assertRefused(lock);
    Files.delete(lock);
    Files.createSymbolicLink(lock, folder.resolve("new"));
    assertRefused(lock);
    assertThat(folder.resolve("new")).doesNotExist();
    Files.delete(lock);
    Files.createLink(lock, victim);
    assertRefused(lock);
    assertThat(victim).hasContent(TEXT);
  }

  /** A file of numbers with two names, such as the one that says which process a service is. */
  @Test
  void aSecondNameOfAFileIsNoLock() throws IOException {
    Path victim = Files.writeString(folder.resolve("service.pid"), "12345");
    Path lock = folder.resolve(".out.deed-lock");
    Files.createLink(lock, victim);
    assertRefused(lock);
    assertThat(victim).hasContent("12345");
  }

  @Test
  void whatIsNoLockOfOursStays() throws IOException {
    Path lock = folder.resolve(".out.deed-lock");
    for (String content : List.of(TEXT, "1".repeat(33), "12345\n")) {
      Files.writeString(lock, content);
      assertRefused(lock);
      assertThat(Files.readString(lock)).isEqualTo(content);
    }
    Files.delete(lock);
    Files.createDirectory(lock);
    assertRefused(lock);
  }

  @Test
  void aPipeIsNotWaitedFor() throws IOException, InterruptedException {
    Path lock = pipe(".out.deed-lock");
    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertRefused(lock));
    pipe("file.deed-0123456789abcdef.part");
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> AtomicFiles.writeText(folder.resolve("file"), "whole"));
    assertThat(folder.resolve("file")).hasContent("whole");
  }

  @Test
  void linksAreNoPartsOfEarlierRuns() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), TEXT + "\n");
    Path part = folder.resolve("out.deed-0123456789abcdef.part");
    Files.createSymbolicLink(part, victim);
    assertThat(LinesFile.leftovers(folder.resolve("out"))).isEmpty();
    Files.delete(part);
    Files.createLink(part, victim);
    assertThat(LinesFile.leftovers(folder.resolve("out"))).isEmpty();
    AtomicFiles.writeText(folder.resolve("out"), "whole");
    assertThat(victim).hasContent(TEXT + "\n");
  }

  @Test
  void anInterruptNeitherStopsNorLosesALock() {
    Thread.currentThread().interrupt();
    TargetLock lock = TargetLock.on(folder.resolve("out"));
    assertThatThrownBy(() -> TargetLock.on(folder.resolve("out")))
        .hasMessageContaining("is being written");
    lock.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFullDiskIsNoBadInput() {
    Path place = folder.resolve("out");
    for (IOException full :
        List.of(
            new IOException("No space left on device"),
            new FileNotFoundException(place + " (No space left on device)"),
            new FileSystemException(place.toString(), null, "No space left on device"))) {
      RuntimeException told = IoReason.unwritable(place, full);
      assertThat(told).isInstanceOf(UncheckedIOException.class);
      assertThat(ErrorLine.of(told))
          .isEqualTo(place + ": failed (No space left on device); check the disk and the path");
    }
    assertThat(IoReason.unwritable(place, new AccessDeniedException(place.toString())))
        .isInstanceOf(InputException.class);
  }

  private Path pipe(String name) throws IOException, InterruptedException {
    Path pipe = folder.resolve(name);
    assumeTrue(
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "skipped: no mkfifo");
    return pipe;
  }

  private void assertRefused(Path lock) {
    assertThatThrownBy(() -> TargetLock.on(folder.resolve("out")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(lock + ": is no lock of deed, or a link to another file; look");
  }
}
