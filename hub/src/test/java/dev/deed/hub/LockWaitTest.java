package dev.deed.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.files.LockFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LockWaitTest {
  private static final Duration SOON = Duration.ofMillis(200);

  @TempDir Path folder;

  private final List<String> lines = new CopyOnWriteArrayList<>();

  private Fetch.LockWait patience(LongSupplier arrived, Duration most) {
    return new Fetch.LockWait("model a: x", arrived, lines::add, SOON, most);
  }

  private LockFile take() throws IOException {
    return patience(() -> 0, Duration.ofSeconds(1)).take(folder.resolve("x.lock"));
  }

  @Test
  void theFileSaysWhoHoldsIt() throws IOException {
    try (LockFile lock = take()) {
      assertThat(lock.isExclusive()).isTrue();
      assertThat(folder.resolve("x.lock")).hasContent(Long.toString(ProcessHandle.current().pid()));
    }
    take().close();
    assertThat(lines).isEmpty();
  }

  /** A channel of this JVM stands for another process. */
  @Test
  void whoHoldsItForEverIsNamedAndTheWaitEnds() throws IOException {
    Path file = Files.writeString(folder.resolve("x.lock"), "4711");
    try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertThat(other.lock().isValid()).isTrue();
      assertThatThrownBy(this::take)
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll("model a: x", "process 4711", "nothing for 1 s", "x.lock");
    }
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).contains("model a: x is being fetched by process 4711");
  }

  @Test
  void whoGetsOnIsWaitedFor() throws Exception {
    LockFile held = take();
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try (LockFile lock =
                  patience(System::nanoTime, SOON).take(folder.resolve("x.lock"))) {
                return lock.isExclusive();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    TimeUnit.MILLISECONDS.sleep(5 * SOON.toMillis());
    assertThat(waiting).isNotDone();
    held.close();
    assertThat(waiting.get()).isTrue();
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst()).contains("another thread of this process");
  }

  @Test
  void aLinkIsNoLock() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "mine");
    Path file = folder.resolve("x.lock");
    Files.createSymbolicLink(file, victim);
    assertThatThrownBy(this::take).hasMessageContaining("is no lock of deed, or a link");
    Files.delete(file);
    Files.createLink(file, victim);
    assertThatThrownBy(this::take).hasMessageContaining("is no lock of deed, or a link");
    assertThat(victim).hasContent("mine");
  }
}
