package dev.deed.springai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.Input;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.testing.TinyWhisper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.content.Media;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** An application that has no line about DEED but properties. */
final class ApplicationTest {
  private static final Path LINES = Path.of("../..", "models", "text-lines");
  private static final CountDownLatch ARRIVED = new CountDownLatch(1);
  private static final CountDownLatch CLOSING = new CountDownLatch(1);

  @TempDir Path folder = Path.of("");

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {
    @Bean
    Controller controller(ChatModel chat, TranscriptionModel transcription) {
      return new Controller(chat, transcription);
    }
  }

  @RestController
  record Controller(ChatModel chat, TranscriptionModel transcription) {
    @PostMapping("/line")
    String line(@RequestBody byte[] picture) {
      assertThat(Thread.currentThread().isVirtual()).isTrue();
      Media media = new Media(Media.Format.IMAGE_PNG, new ByteArrayResource(picture));
      UserMessage message = UserMessage.builder().text("").media(media).build();
      return Objects.requireNonNull(chat.call(message));
    }

    @PostMapping("/transcript")
    String transcript(@RequestBody byte[] sound) {
      return transcription.transcribe(new ByteArrayResource(sound));
    }

    /** Asks the model once the application is about to end. */
    @PostMapping("/late")
    String late(@RequestBody byte[] picture) throws InterruptedException {
      ARRIVED.countDown();
      CLOSING.await();
      Thread.sleep(300);
      return line(picture);
    }
  }

  @Test
  void anApplicationReadsAPictureAndTranscribes() throws Exception {
    Path sound = TinyWhisper.sound("f32_8k.wav");
    Path picture = LINES.resolve("samples/amount.png");
    TinyWhisper.thatTranscribes(folder);
    String text;
    String said;
    try (EncoderDecoderModel lines = EncoderDecoderModel.open(LINES);
        EncoderDecoderModel whisper = EncoderDecoderModel.open(folder);
        Engine engine = whisper.engine(EngineOptions.defaults())) {
      text = lines.generate(Input.ofImage(picture)).text();
      TranscriptionOptions options =
          TranscriptionOptions.defaults().withLanguage("de").withTemperatures(List.of(0.0, 0.2));
      said = Transcriber.of(engine).transcribe(Recording.of(sound), options).text();
    }
    ConfigurableApplicationContext application =
        new SpringApplicationBuilder(Application.class)
            .properties(
                "server.port=0",
                "spring.main.banner-mode=off",
                "spring.threads.virtual.enabled=true",
                "management.endpoints.web.exposure.include=health,metrics",
                "management.endpoint.health.show-details=always",
                "spring.ai.deed.chat.model=" + LINES,
                "spring.ai.deed.transcription.model=" + folder,
                "spring.ai.deed.transcription.language=de",
                "spring.ai.deed.transcription.settings.temperature=0,0.2")
            .run();
    try (application;
        HttpClient client = HttpClient.newHttpClient()) {
      String url =
          "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
      assertThat(post(client, url + "/line", picture).join().body()).isEqualTo(text);
      assertThat(post(client, url + "/transcript", sound).join().body()).isEqualTo(said);
      assertThat(get(client, url + "/actuator/health"))
          .contains("\"deed\":{\"details\":{", "\"0 running, 0 waiting\"},\"status\":\"UP\"}");
      assertThat(get(client, url + "/actuator/metrics/deed.requests.running"))
          .contains("\"" + folder.getFileName() + "\"");
      assertThat(get(client, url + "/actuator/metrics/gen_ai.client.operation"))
          .contains("\"COUNT\",\"value\":1");

      CompletableFuture<HttpResponse<String>> late = post(client, url + "/late", picture);
      assertThat(ARRIVED.await(20, TimeUnit.SECONDS)).isTrue();
      CLOSING.countDown();
      application.close();
      assertThat(late.join().body()).isEqualTo(text);
    }
  }

  private static CompletableFuture<HttpResponse<String>> post(
      HttpClient client, String url, Path body) throws Exception {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofMinutes(1))
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofFile(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static String get(HttpClient client, String url) throws Exception {
    return client
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }
}
