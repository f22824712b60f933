package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.hub.HubSettings;
import dev.deed.hub.ModelHub;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLocationTest {
  @TempDir Path cache;

  private Path resolve(String stated, List<Path> places) {
    ModelHub nobody =
        new ModelHub(new HubSettings(URI.create("http://127.0.0.1:9"), cache, null, true));
    return ModelLocation.resolve(stated, places, nobody, () -> false);
  }

  @Test
  void aModelOfTheHubIsThatOfTheCache(@TempDir Path place) throws Exception {
    String commit = "0".repeat(40);
    Path model = cache.resolve("models--org--tiny");
    Path snapshot = Files.createDirectories(model.resolve("snapshots").resolve(commit));
    Files.createFile(snapshot.resolve("config.json"));
    Files.createFile(snapshot.resolve("model.safetensors"));
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), commit);
    assertThat(resolve("org/tiny", List.of(place))).isEqualTo(snapshot);
  }

  @Test
  void aNameIsFoundWhereSparkBringsIt(@TempDir Path place) throws Exception {
    Path files = Files.createDirectories(place.resolve("files"));
    Path work = place.resolve("work");
    Files.createDirectories(work.resolve("base"));
    List<Path> places = List.of(files, work);

    assertThat(resolve("base", places)).isEqualTo(work.resolve("base"));
    Files.createDirectories(files.resolve("base"));
    assertThat(resolve("base", places)).isEqualTo(files.resolve("base"));
    assertThat(resolve(work.resolve("base").toUri().toString(), places))
        .isEqualTo(work.resolve("base"));
  }

  @Test
  void whatIsNowhereIsToldHowToBring(@TempDir Path place) {
    assertThatThrownBy(() -> resolve("base", List.of(place)))
        .hasMessageStartingWith("model base: is in none of the executor's folders [" + place)
        .hasMessageContaining("as a model of the Hub it is not in the cache")
        .hasMessageContaining("--archives model.zip#NAME");
    assertThatThrownBy(() -> resolve("/no/such/model", List.of(place)))
        .hasMessageStartingWith("model /no/such/model: is not on this executor; ");
    assertThatThrownBy(() -> ModelLocation.local("s3a://bucket/model"))
        .hasMessageStartingWith("model s3a://bucket/model: is no folder of a local file system; ");
  }

  @Test
  void whatLooksLikeAPathIsNotAskedFor(@TempDir Path place) throws Exception {
    Files.createDirectory(place.resolve("base-v2"));
    assertThatThrownBy(() -> resolve("base-v1", List.of(place)))
        .hasMessageContaining("did you mean \"base-v2\"?");
    assertThatThrownBy(() -> resolve("model.onnx", List.of(place)))
        .hasMessageContaining("ends like a file");
    assertThatThrownBy(() -> resolve("org//tiny", List.of(place)))
        .hasMessageStartingWith("model org//tiny: is in none of the executor's folders");
  }
}
