package dev.deed.springai;

import dev.deed.Engine;
import dev.deed.value.EngineStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** What engines hold, by the names that the server uses. Safe for use from many threads. */
record EngineMeters(OpenModels models) implements MeterBinder {
  @Override
  public void bindTo(MeterRegistry registry) {
    models.forEach(
        (name, engine) -> {
          gauge(registry, name, engine, "requests.running", EngineStatus::running);
          gauge(registry, name, engine, "requests.waiting", EngineStatus::waiting);
          gauge(registry, name, engine, "rows", EngineStatus::rows);
          gauge(registry, name, engine, "memory.bytes", EngineStatus::memory);
        });
  }

  private static void gauge(
      MeterRegistry registry,
      String model,
      Engine engine,
      String what,
      ToDoubleFunction<EngineStatus> value) {
    Gauge.builder("deed." + what, engine, one -> value.applyAsDouble(one.status()))
        .tag("model", model)
        .register(registry);
  }
}
