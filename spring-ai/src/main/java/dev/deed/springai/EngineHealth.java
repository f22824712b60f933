package dev.deed.springai;

import dev.deed.value.EngineStatus;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Whether each engine that has work gets on with it. Safe for use from many threads. */
record EngineHealth(OpenModels models) implements HealthIndicator {
  /** As the server's. */
  private static final Duration MOST_STILL = Duration.ofSeconds(10);

  @Override
  public Health health() {
    Health.Builder health = Health.up();
    models.forEach(
        (name, engine) -> {
          EngineStatus status = engine.status();
          health.withDetail(
              name, "%d running, %d waiting".formatted(status.running(), status.waiting()));
          if (status.sinceProgress().compareTo(MOST_STILL) > 0) {
            health.down();
          }
        });
    return health.build();
  }
}
