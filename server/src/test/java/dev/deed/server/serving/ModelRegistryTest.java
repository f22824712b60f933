package dev.deed.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.server.http.ApiException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Models that are exchanged while they are served. */
final class ModelRegistryTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("deed.root", ".."))
          .resolve("core/src/test/resources/golden/exits/t5-v1_0/model");

  /** The memory of their weights. */
  private final List<MemorySegment.Scope> opened = new ArrayList<>();

  private ModelRegistry registry(Supplier<EncoderDecoderModel> opener) {
    return registry(opener, ModelLife.ALWAYS);
  }

  private static ModelRegistry registry(Supplier<EncoderDecoderModel> opener, ModelLife life) {
    return registry(life, source("tiny", _ -> opener.get()));
  }

  private static ModelSource source(
      String name, Function<LongConsumer, EncoderDecoderModel> opener) {
    return new ModelSource(
        name,
        opener,
        EngineOptions.defaults().withKnee(2),
        Duration.ofMinutes(1),
        Duration.ZERO,
        model -> null);
  }

  private static ModelRegistry registry(ModelLife life, ModelSource... sources) {
    return new ModelRegistry(List.of(sources), new ServingMeters(Set::of, line -> {}), 4, life);
  }

  private EncoderDecoderModel open() {
    EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, 1);
    opened.add(model.internals().folder().memory().scope());
    return model;
  }

  /** Else a server that exchanges its models would need the memory of two. */
  @Test
  void exchangedModelsGiveTheirMemoryBackAtOnce() throws InterruptedException {
    try (ModelRegistry models = registry(this::open)) {
      models.open();
      models.open();
      assertThat(isInMemory(0)).isFalse();
      ServedModel.Use use = models.use("tiny");
      models.open();
      assertThat(models.uses()).isEqualTo(1);
      assertThat(use.served().status().running()).isZero();
      assertThat(isInMemory(1)).isTrue();
      use.close();
      assertThat(isInMemory(1)).isFalse();
      assertThat(models.uses()).isZero();
    }
    assertThat(isInMemory(2)).isFalse();
  }

  @Test
  void loadingAndUnloadingLeavesNothingInMemory() throws InterruptedException {
    try (ModelRegistry models = registry(this::open)) {
      models.open();
      for (int i = 0; i < 20; i++) {
        models.unload("tiny");
        assertThat(isInMemory(i)).isFalse();
        models.load("tiny");
        assertThat(isInMemory(i + 1)).isTrue();
      }
    }
  }

  private boolean isInMemory(int model) {
    return opened.get(model).isAlive();
  }

  @Test
  void nothingIsUnloadedForWeightsThatHaveNoRoomEvenThen() throws InterruptedException {
    ModelSource large =
        source(
            "large",
            room -> {
              room.accept(1L << 40);
              return open();
            });
    ModelLife life = new ModelLife(null, true, null, 1L << 30);
    try (ModelRegistry models = registry(life, source("tiny", _ -> open()), large)) {
      models.open();
      assertThatThrownBy(() -> models.use("large"))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("cannot be loaded");
      assertThat(models.models()).extracting(ServedModel::name).containsExactly("tiny");
    }
    assertThat(opened).hasSize(1);
  }

  @Test
  void whatIsNotServedIsRefusedWhileAModelIsLoaded() throws Exception {
    AtomicReference<ModelRegistry> served = new AtomicReference<>();
    Supplier<EncoderDecoderModel> opener =
        () -> {
          if (!opened.isEmpty()) {
            assertThat(CompletableFuture.runAsync(() -> use(served.get(), "other")))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("no such model");
          }
          return open();
        };
    try (ModelRegistry models = registry(opener, new ModelLife(null, true, null, Long.MAX_VALUE))) {
      served.set(models);
      models.open();
      models.unload("tiny");
      models.use("tiny").close();
      assertThat(opened).hasSize(2);
    }
  }

  private static void use(ModelRegistry models, String name) {
    try {
      models.use(name).close();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsOpenedForAClosedRegistryIsClosed() {
    List<ModelRegistry> closing = new ArrayList<>();
    List<EncoderDecoderModel> late = new ArrayList<>();
    ModelRegistry models =
        registry(
            () -> {
              closing.getFirst().close();
              late.add(open());
              return late.getFirst();
            });
    closing.add(models);
    models.open();
    assertThatThrownBy(() -> late.getFirst().engine(EngineOptions.defaults()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> models.use("tiny")).isInstanceOf(ApiException.class);
  }
}
