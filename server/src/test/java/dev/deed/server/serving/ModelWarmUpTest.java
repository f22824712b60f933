package dev.deed.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ModelWarmUpTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", ".."));
  private static final Path EXITS = ROOT.resolve("core/src/test/resources/golden/exits");
  private static final Path TINY = EXITS.resolve("t5-v1_0/model");
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofMinutes(10);

  private final List<String> log = new ArrayList<>();

  /** With a tokenizer and pictures, and without. */
  static List<Path> models() throws IOException {
    List<Path> models = new ArrayList<>();
    try (Stream<Path> shipped = Files.list(ROOT.resolve("models"));
        Stream<Path> random = Files.list(EXITS)) {
      shipped.filter(Files::isDirectory).forEach(models::add);
      random
          .filter(folder -> !folder.endsWith("vision"))
          .map(folder -> folder.resolve("model"))
          .filter(folder -> Files.exists(folder.resolve("model.safetensors")))
          .forEach(models::add);
    }
    return models;
  }

  private static ModelSource source(Path folder, Duration warmUp) {
    return new ModelSource(
        "tiny",
        _ -> EncoderDecoderModel.open(folder, 1),
        EngineOptions.defaults().withKnee(2),
        Duration.ofMinutes(1),
        warmUp,
        model -> null);
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyModelReadsWhatIsMadeUp(Path folder) {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1)) {
      ModelWarmUp.of(model, SHORT, log::add);
    }
    assertThat(log).isEmpty();
  }

  @Test
  void itEndsInTimeAndCountsNowhere() {
    ServingMeters meters = new ServingMeters(Set::of, log::add);
    try (ModelRegistry registry =
        new ModelRegistry(List.of(source(TINY, SHORT)), meters, 4, ModelLife.ALWAYS)) {
      long begin = System.nanoTime();
      registry.open();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
      assertThat(registry.unready()).isNull();
      assertThat(meters.text().lines())
          .filteredOn(line -> line.contains("model=\"tiny\"") && !line.endsWith(" 0.0"))
          .filteredOn(line -> !line.endsWith(" 0") && !line.startsWith("deed_model_loaded"))
          .filteredOn(line -> !line.startsWith("deed_model_weight_bytes"))
          .isEmpty();
    }
    assertThat(log).containsExactly("models are open; warming up, for 0.3 s at most");
  }

  @Test
  void aModelThatReadsSomethingElseIsServedAllTheSame() {
    Path folder = EXITS.resolve("vision/model");
    ServingMeters meters = new ServingMeters(Set::of, log::add);
    try (ModelRegistry registry =
        new ModelRegistry(List.of(source(folder, LONG)), meters, 4, ModelLife.ALWAYS)) {
      registry.open();
      assertThat(registry.unready()).isNull();
    }
    assertThat(log)
        .hasSize(2)
        .last()
        .asString()
        .startsWith("model tiny: is not warmed up: ")
        .contains("holds no preprocessor_config.json");
  }

  /** As the first signal that ends the server does. */
  @Test
  void anInterruptionEndsItAndClosesTheModel() {
    List<EncoderDecoderModel> opened = new ArrayList<>();
    ModelSource source =
        new ModelSource(
            "tiny",
            _ -> {
              opened.add(EncoderDecoderModel.open(TINY, 1));
              Thread.currentThread().interrupt();
              return opened.getLast();
            },
            EngineOptions.defaults().withKnee(2),
            Duration.ofMinutes(1),
            LONG,
            model -> null);
    ServingMeters meters = new ServingMeters(Set::of, log::add);
    try (ModelRegistry registry = new ModelRegistry(List.of(source), meters, 4, ModelLife.ALWAYS)) {
      assertThatThrownBy(registry::open).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThatThrownBy(() -> Objects.requireNonNull(opened.getFirst()).decoderLayers())
          .isInstanceOf(IllegalStateException.class);
      assertThat(registry.state()).isEqualTo(ModelRegistry.State.LOADING);
    }
  }
}
