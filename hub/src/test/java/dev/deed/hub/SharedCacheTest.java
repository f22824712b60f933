package dev.deed.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cache that others may write. */
final class SharedCacheTest extends HubFixture {
  /** Others may write a shared cache, and the hash is public. */
  @Test
  void linksThatArePlantedForPartsLeadNowhere(@TempDir Path other) throws IOException {
    byte[] weights = weights();
    String digits = LoopbackHub.sha256(weights);
    Path victim = Files.writeString(other.resolve("victim"), "mine");
    Files.createDirectories(blob(digits).getParent());
    Files.createSymbolicLink(blob(part(weights, 1)), victim);
    Files.createLink(blob(part(weights, 2)), victim);
    Files.createSymbolicLink(blob(digits + ".deed.incomplete"), victim);
    Files.createSymbolicLink(blob(digits + ".incomplete"), victim);
    Files.createSymbolicLink(blob(digits), victim);
    assertThat(fetch().resolve(WEIGHTS)).hasBinaryContent(weights);
    assertThat(victim).hasContent("mine");
    assertThat(blob(digits)).isRegularFile().matches(blob -> !Files.isSymbolicLink(blob));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models--org--tiny",
        "models--org--tiny/blobs",
        "models--org--tiny/snapshots",
        "models--org--tiny/refs",
        ".locks",
        ".locks/models--org--tiny"
      })
  void nothingIsFetchedThroughALinkToAFolder(String planted, @TempDir Path other)
      throws IOException {
    Path link = cache.resolve(planted);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, other);
    assertRefused(planted, "is a link, or no folder");
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void theCacheItselfMayBeALink(@TempDir Path other) throws IOException {
    Path link = Files.createSymbolicLink(other.resolve("cache"), cache);
    ModelHub linked = new ModelHub(new HubSettings(hub.address(), link, null, false));
    assertThat(linked.fetch(LoopbackHub.MODEL).resolve(WEIGHTS)).hasBinaryContent(weights());
    assertThat(linked.find(LoopbackHub.MODEL)).isPresent();
  }

  @Test
  void aSnapshotHoldsNoLinkOutOfItsModel(@TempDir Path other) throws IOException {
    Path folder = fetch();
    Path weights = folder.resolve(WEIGHTS);
    Files.delete(weights);
    Files.createSymbolicLink(weights, Files.write(other.resolve("weights"), weights()));
    for (ModelHub each : List.of(at(hub.address(), null, false), at(NOBODY, null, true))) {
      assertThatThrownBy(() -> each.fetch(LoopbackHub.MODEL))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("a link that leads out of");
    }
    assertThat(at(NOBODY, null, true).models())
        .extracting(CachedModel::complete)
        .containsExactly(false);
  }
}
