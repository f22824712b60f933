package dev.deed.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.deed.Engine;
import dev.deed.testing.TinyWhisper;
import dev.deed.value.InputException;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Which beans the properties make. */
final class DeedAutoConfigurationTest {
  private static final String VALUES =
      "spring.ai.deed.chat.model=" + Path.of("../..", "models", "values");

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(DeedAutoConfiguration.class));

  @TempDir Path folder = Path.of("");

  @Test
  void whatNobodyNamesIsNotMade() {
    runner.run(
        context ->
            assertThat(context)
                .doesNotHaveBean(ChatModel.class)
                .doesNotHaveBean(TranscriptionModel.class));
    runner
        .withPropertyValues(VALUES, "spring.ai.model.chat=openai")
        .run(context -> assertThat(context).doesNotHaveBean(ChatModel.class));
    runner
        .withPropertyValues(VALUES)
        .withBean(
            "own",
            ChatModel.class,
            () -> prompt -> ChatResponse.builder().generations(List.of()).build())
        .run(context -> assertThat(context).hasBean("own").hasSingleBean(EngineChatModel.class));
  }

  @Test
  void settingsReachTheAnswer() {
    runner
        .withPropertyValues(
            VALUES,
            "spring.ai.model.chat=deed",
            "spring.ai.deed.precision=bf16",
            "spring.ai.deed.threads=1",
            "spring.ai.deed.timeout=20s",
            "spring.ai.deed.chat.exits=full",
            "spring.ai.deed.chat.generation.max-new-tokens=2",
            "spring.ai.deed.chat.generation.do-sample=false")
        .run(
            context -> {
              assertThat(context)
                  .hasSingleBean(HealthIndicator.class)
                  .hasSingleBean(MeterBinder.class);
              ChatModel chat = context.getBean(ChatModel.class);
              assertThatExceptionOfType(InputException.class)
                  .isThrownBy(() -> chat.call("fr: le 9 février 2041"))
                  .withMessageContaining("is cut off at its most tokens");
            });
  }

  @Test
  void editorsKnowTheProperties() throws IOException {
    try (InputStream metadata =
        DeedProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      assertThat(metadata)
          .asString(StandardCharsets.UTF_8)
          .contains("\"spring.ai.deed.chat.model\"", "\"spring.ai.deed.transcription.language\"");
    }
  }

  @Test
  void aWrongSettingIsToldInOneLine() {
    runner
        .withPropertyValues(VALUES, "spring.ai.deed.chat.generation.num-beems=2")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("num_beems"));
  }

  @Test
  void oneFolderIsOpenedOnce() throws IOException {
    String place = TinyWhisper.thatTranscribes(folder).toString();
    runner
        .withPropertyValues(
            "spring.ai.deed.chat.model=" + place, "spring.ai.deed.transcription.model=" + place)
        .withClassLoader(new FilteredClassLoader(HealthIndicator.class))
        .run(
            context -> {
              assertThat(context)
                  .hasSingleBean(ChatModel.class)
                  .hasSingleBean(TranscriptionModel.class)
                  .doesNotHaveBean("deedHealthIndicator");
              List<Engine> engines = new ArrayList<>();
              context
                  .getBean(DeedAutoConfiguration.OpenModels.class)
                  .forEach((_, engine) -> engines.add(engine));
              assertThat(engines).hasSize(1);
            });
  }
}
