package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLocationTest {
  @Test
  void aNameIsFoundWhereSparkBringsIt(@TempDir Path place) throws Exception {
    Path files = Files.createDirectories(place.resolve("files"));
    Path work = place.resolve("work");
    Files.createDirectories(work.resolve("base"));
    List<Path> places = List.of(files, work);

    assertThat(ModelLocation.resolve("base", places)).isEqualTo(work.resolve("base"));
    Files.createDirectories(files.resolve("base"));
    assertThat(ModelLocation.resolve("base", places)).isEqualTo(files.resolve("base"));
    assertThat(ModelLocation.resolve(work.resolve("base").toUri().toString(), places))
        .isEqualTo(work.resolve("base"));
  }

  @Test
  void whatIsNowhereIsToldHowToBring(@TempDir Path place) {
    assertThatThrownBy(() -> ModelLocation.resolve("base", List.of(place)))
        .hasMessageStartingWith("model base: is in none of the executor's folders [" + place)
        .hasMessageContaining("--archives model.zip#NAME");
    assertThatThrownBy(() -> ModelLocation.resolve("/no/such/model", List.of(place)))
        .hasMessageStartingWith("model /no/such/model: is not on this executor; ");
    assertThatThrownBy(() -> ModelLocation.local("s3a://bucket/model"))
        .hasMessageStartingWith("model s3a://bucket/model: is no folder of a local file system; ");
  }
}
