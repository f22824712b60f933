package dev.deed.server.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.value.ExitSettings;
import dev.deed.watch.Watch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ServedModelTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("deed.root", ".."))
          .resolve("core/src/test/resources/golden/exits/t5-v1_0/model");

  /** No engine counts so many nanoseconds: it throws after it has taken the request. */
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  /** Answers that were asked for later do not wait for ever for one that never began. */
  @Test
  void aRequestThatTheEngineFailsOnIsDroppedByTheWatch() {
    AtomicReference<@Nullable Watch> made = new AtomicReference<>();
    ModelSource source =
        new ModelSource(
            "tiny",
            _ -> EncoderDecoderModel.open(FOLDER, 1),
            EngineOptions.defaults().withKnee(2),
            ENDLESS,
            Duration.ZERO,
            model -> {
              Watch watch = new Watch(model, ExitSettings.own(), new Watch.Plan(1, 0.5, 1));
              made.set(watch);
              return watch;
            });
    Request request =
        new Request(Input.ofTokenIds(5, 6), GenerationOptions.defaults().withMaxNewTokens(4));
    ServedModel served =
        ServedModel.open(
            source,
            new ModelMeters(new SimpleMeterRegistry(), "tiny", line -> {}),
            _ -> {},
            closed -> {});
    try {
      assertThatThrownBy(
              () -> served.submit(request, false, (engine, one) -> engine.submit(one, ENDLESS)))
          .isInstanceOf(ArithmeticException.class);
      Watch watch = Objects.requireNonNull(made.get());
      Watch.Question later = watch.ask(request, 2);
      Generation answer = served.model().generate(List.of(later.request())).getFirst().orThrow();
      assertThat(watch.answered(later, answer).watched()).isEqualTo(1);
    } finally {
      served.close();
    }
  }
}
