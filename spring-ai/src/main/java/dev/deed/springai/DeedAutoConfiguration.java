package dev.deed.springai;

import dev.deed.value.EngineStatus;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Objects;
import org.springframework.ai.model.SpringAIModelProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes a chat model where {@code spring.ai.deed.chat.model} names a folder or a model of the Hub,
 * and a transcription model where {@code spring.ai.deed.transcription.model} does; {@code
 * spring.ai.model.chat} and {@code spring.ai.model.audio.transcription} may say {@code deed} or
 * nothing. With them come a health indicator and meters, where the application has such things.
 */
@AutoConfiguration
@EnableConfigurationProperties(DeedProperties.class)
public final class DeedAutoConfiguration {
  private static final String NAME = "deed";

  @Bean
  @ConditionalOnMissingBean
  OpenModels deedModels(DeedProperties properties) {
    return new OpenModels(properties.openOptions(), properties.engineOptions());
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnProperty("spring.ai.deed.chat.model")
  @ConditionalOnProperty(
      name = SpringAIModelProperties.CHAT_MODEL,
      havingValue = NAME,
      matchIfMissing = true)
  EngineChatModel deedChatModel(
      OpenModels models,
      DeedProperties properties,
      ObjectProvider<ObservationRegistry> observations) {
    String place = Objects.requireNonNull(properties.chat().model());
    return new EngineChatModel(
        models.engine(place),
        place,
        properties.chat().options(),
        properties.timeout(),
        observations.getIfUnique(() -> ObservationRegistry.NOOP));
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnProperty("spring.ai.deed.transcription.model")
  @ConditionalOnProperty(
      name = SpringAIModelProperties.AUDIO_TRANSCRIPTION_MODEL,
      havingValue = NAME,
      matchIfMissing = true)
  EngineTranscriptionModel deedTranscriptionModel(OpenModels models, DeedProperties properties) {
    DeedProperties.Transcription stated = properties.transcription();
    String place = Objects.requireNonNull(stated.model());
    return new EngineTranscriptionModel(models.engine(place), place, stated.options());
  }

  /** Where the application has Actuator's health. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(HealthIndicator.class)
  static final class OfHealth {
    /** As the server's: an engine that has work and did nothing for so long is stuck. */
    private static final Duration MOST_STILL = Duration.ofSeconds(10);

    @Bean
    @ConditionalOnEnabledHealthIndicator(NAME)
    HealthIndicator deedHealthIndicator(OpenModels models) {
      return () -> {
        Health.Builder health = Health.up();
        models.forEach(
            (name, engine) -> {
              EngineStatus now = engine.status();
              health.withDetail(name, now.running() + " running, " + now.waiting() + " waiting");
              if (now.sinceProgress().compareTo(MOST_STILL) > 0) {
                health.down();
              }
            });
        return health.build();
      };
    }
  }
}
