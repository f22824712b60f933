package dev.deed.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What became of bytes that came before a fetch ended. */
final class InterruptedFetchTest extends HubFixture {
  @Test
  void aCutConnectionIsGoneOnWith() {
    int third = weights().length / 3;
    hub.cuts.addAll(List.of(third, third));
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights());
    assertThat(hub.log).anyMatch(line -> line.matches("GET /" + WEIGHTS + " bytes=[1-9]\\d*-"));
  }

  @Test
  void aBusyHubIsAskedAgain() {
    hub.busy.set(3);
    assertThat(fetch()).isDirectory();
  }

  @Test
  void aStoppedFetchLeavesWhatCame() throws IOException {
    patience = 2;
    assertThatThrownBy(this::fetch).isInstanceOf(CancellationException.class);
    patience = Integer.MAX_VALUE;
    byte[] weights = weights();
    Path[] left = parts();
    assertThat(left).hasSize(1);
    assertThat(weights).startsWith(Files.readAllBytes(left[0]));
    // As killed runs leave them: the longest is gone on with.
    Files.delete(left[0]);
    for (int bytes : List.of(1000, 10)) {
      Files.write(blob(part(weights, bytes)), Arrays.copyOf(weights, bytes));
    }
    fetch();
    assertThat(hub.log).contains("GET /" + WEIGHTS + " bytes=1000-");
    assertThat(parts()).isEmpty();
  }

  @Test
  void aDamagedRestIsFetchedAnew() throws IOException {
    byte[] weights = weights();
    Files.createDirectories(blob("x").getParent());
    Files.write(blob(part(weights, 1000)), new byte[1000]);
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights);
  }

  private Path[] parts() throws IOException {
    try (Stream<Path> blobs = Files.list(blob("x").resolveSibling(""))) {
      return blobs.filter(blob -> blob.toString().endsWith(".part")).toArray(Path[]::new);
    }
  }

  @Test
  void whatAnotherClientLeftIsHeldAgainstItsTagOnce() throws IOException {
    byte[] weights = weights();
    byte[] wrong = weights.clone();
    wrong[wrong.length - 1] ^= 1;
    Path blob = blob(LoopbackHub.sha256(weights));
    Files.createDirectories(blob.getParent());
    Files.write(blob, wrong);
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights);
    Path folder = fetch();
    Files.delete(folder.resolve(WEIGHTS));
    long fetched = hub.requests("GET /" + WEIGHTS);
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights);
    assertThat(hub.requests("GET /" + WEIGHTS)).isEqualTo(fetched);
  }
}
