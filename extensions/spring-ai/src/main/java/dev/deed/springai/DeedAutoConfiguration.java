package dev.deed.springai;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.OpenOptions;
import dev.deed.field.FieldReader;
import dev.deed.hub.ModelHub;
import dev.deed.value.EngineStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
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
    DeedProperties.Transcription settings = properties.transcription();
    String place = Objects.requireNonNull(settings.model());
    return new EngineTranscriptionModel(models.engine(place), place, settings.options());
  }

  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnProperty("spring.ai.deed.fields.model")
  FieldReader deedFieldReader(OpenModels models, DeedProperties properties) {
    return FieldReader.of(models.engine(Objects.requireNonNull(properties.fields().model())));
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

  /**
   * The models of an application, each folder opened once. Spring closes it behind the beans that
   * ask its engines, and a web server's last requests come before all of them. Safe for use from
   * many threads.
   */
  static final class OpenModels implements MeterBinder, AutoCloseable {
    private record Opened(String name, EncoderDecoderModel model, Engine engine) {}

    private final ModelHub hub = ModelHub.fromEnvironment();
    private final OpenOptions how;
    private final EngineOptions options;
    private final Map<Path, Opened> opened = new LinkedHashMap<>();

    OpenModels(OpenOptions how, EngineOptions options) {
      this.how = how;
      this.options = options;
    }

    /**
     * {@return the engine of a model, which is opened if it is not yet}
     *
     * @param place a folder, or the name of a model of the Hub
     * @throws dev.deed.value.InputException when it cannot be opened
     */
    synchronized Engine engine(String place) {
      Path folder = hub.folder(place).toAbsolutePath().normalize();
      return opened.computeIfAbsent(folder, path -> open(place, path)).engine();
    }

    private Opened open(String place, Path folder) {
      EncoderDecoderModel model = EncoderDecoderModel.open(folder, how);
      try {
        return new Opened(name(place), model, model.engine(options));
      } catch (RuntimeException | Error e) {
        model.close();
        throw e;
      }
    }

    /** What meters and health call it: a name of the Hub as it is, of a folder the last part. */
    private String name(String place) {
      Path path = Path.of(place);
      String last = Files.isDirectory(path) ? String.valueOf(path.getFileName()) : place;
      return opened.values().stream().anyMatch(one -> one.name().equals(last)) ? place : last;
    }

    /** Gives the name and the engine of each. */
    synchronized void forEach(BiConsumer<String, Engine> action) {
      opened.values().forEach(one -> action.accept(one.name(), one.engine()));
    }

    /** What engines hold, by the names that the server uses. */
    @Override
    public void bindTo(MeterRegistry registry) {
      forEach(
          (name, engine) -> {
            Tags tags = Tags.of("model", name);
            registry.gauge("deed.requests.running", tags, engine, one -> one.status().running());
            registry.gauge("deed.requests.waiting", tags, engine, one -> one.status().waiting());
          });
    }

    @Override
    public synchronized void close() {
      for (Opened one : opened.values()) {
        one.engine().close();
        one.model().close();
      }
      opened.clear();
    }
  }
}
