package dev.deed.server;

import static dev.deed.server.AudioClient.PATH;
import static dev.deed.server.AudioClient.assertRefused;
import static dev.deed.server.AudioClient.fields;
import static dev.deed.server.AudioClient.form;
import static dev.deed.server.AudioClient.noise;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.Vowels;
import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.model.audio.AudioTranscriptionRequest;
import dev.langchain4j.model.openai.OpenAiAudioTranscriptionModel;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Recordings that the audio interface of OpenAI transcribes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TranscriptionTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AudioClient client;

  @BeforeAll
  void serve(@TempDir Path folder) throws IOException {
    client = AudioClient.serving(folder);
  }

  @AfterAll
  void close() {
    client.server().close();
  }

  @Test
  void langChainsClientReadsTheSameText() throws IOException, InterruptedException {
    byte[] sound = Vowels.wav(Vowels.samples(0.2, 2.2, 2.5));
    AudioTranscriptionRequest request =
        AudioTranscriptionRequest.builder()
            .audio(Audio.builder().binaryData(sound).mimeType("audio/wav").build())
            .language("en")
            .temperature(0.0)
            .build();
    String read =
        OpenAiAudioTranscriptionModel.builder()
            .baseUrl(client.server().server.url() + "/v1")
            .apiKey("none")
            .modelName("whisper")
            .maxRetries(0)
            .build()
            .transcribe(request)
            .text();
    JsonNode json =
        JSON.readTree(client.text(PATH, fields(sound, "language", "en", "temperature", "0")));
    assertThat(read).isNotEmpty().isEqualTo(json.path("text").asText());
  }

  @Test
  void everyFormat() throws IOException, InterruptedException {
    byte[] sound = noise(2.5);
    JsonNode json = JSON.readTree(client.text(PATH, form(sound, "model", "whisper")));
    String heard = json.path("text").asText();
    assertThat(heard).isNotEmpty();
    assertThat(json.path("usage").path("seconds").asInt()).isEqualTo(3);
    assertThat(client.text(PATH, form(sound, "response_format", "text"))).isEqualTo(heard + "\n");
    assertThat(client.text(PATH, form(sound, "response_format", "srt"))).startsWith("1\n00:00:");
    assertThat(client.text(PATH, form(sound, "response_format", "vtt"))).startsWith("WEBVTT\n\n");
    JsonNode verbose =
        JSON.readTree(
            client.text(
                "/v1/audio/translations",
                form(
                    sound,
                    "response_format",
                    "verbose_json",
                    "language",
                    "de",
                    "timestamp_granularities[]",
                    "segment",
                    "temperature",
                    "0",
                    "prompt",
                    "w1 w2",
                    "deed",
                    "{\"policy\": \"full\"}")));
    assertThat(verbose.path("task").asText()).isEqualTo("translate");
    assertThat(verbose.path("language").asText()).isEqualTo("german");
    assertThat(verbose.path("segments").path(0).path("exit_layers")).isNotEmpty();
  }

  @Test
  void wordsHaveTimesWhereAskedFor() throws IOException, InterruptedException {
    byte[] sound = noise(2.5);
    String[] words = {"response_format", "verbose_json", "timestamp_granularities[]", "word"};
    JsonNode alone = JSON.readTree(client.text(PATH, form(sound, words)));
    assertThat(alone.has("segments")).isFalse();
    double before = 0;
    StringBuilder said = new StringBuilder();
    for (JsonNode word : alone.path("words")) {
      said.append(word.path("word").asText());
      assertThat(word.path("start").asDouble()).isGreaterThanOrEqualTo(before);
      before = word.path("end").asDouble();
    }
    // The tokenizer sets blanks between its tokens, which alone have none.
    assertThat(said.toString())
        .isNotEmpty()
        .isEqualTo(alone.path("text").asText().replace(" ", ""));
    assertThat(before).isBetween(0.1, 2.5);
    String[] both =
        Stream.concat(Stream.of(words), Stream.of(words[2], "segment")).toArray(String[]::new);
    JsonNode all = JSON.readTree(client.text(PATH, form(sound, both)));
    assertThat(all.path("words")).isEqualTo(alone.path("words"));
    assertThat(all.path("segments")).isNotEmpty();
    // Segments begin and end with their words.
    assertThat(all.path("segments").path(0).path("start"))
        .isEqualTo(all.path("words").path(0).path("start"));
    JsonNode plain =
        JSON.readTree(client.text(PATH, form(sound, "response_format", "verbose_json")));
    assertThat(plain.has("words")).isFalse();
    assertThat(plain.path("text")).isEqualTo(all.path("text"));
    assertThat(plain.path("segments").path(0).path("no_speech_prob").asDouble())
        .isBetween(0.0, 1.0);
  }

  @Test
  void aRecordingThatIsCutOffIsTranscribedWithAWarning() throws IOException, InterruptedException {
    byte[] part = Arrays.copyOf(noise(3), 44 + 64_000);
    String warning = "the last 1.0 s of 3.0 s are missing in the transcript";
    for (String format : List.of("json", "verbose_json")) {
      JsonNode json = JSON.readTree(client.text(PATH, form(part, "response_format", format)));
      assertThat(json.path("text").asText()).isNotEmpty();
      assertThat(json.path("warning").asText()).contains(warning);
    }
    HttpResponse<String> srt = client.post(PATH, form(part, "response_format", "srt"));
    assertThat(srt.headers().firstValue("X-Deed-Warning").orElse("")).contains(warning);
    assertThat(client.text(PATH, form(part, "stream", "true")))
        .contains("\"warning\":\"the recording is cut off");
    assertThat(client.text(PATH, form(noise(1)))).doesNotContain("warning");
  }

  @Test
  void segmentsAreStreamed() throws IOException, InterruptedException {
    byte[] sound = noise(3.5);
    String heard = JSON.readTree(client.text(PATH, form(sound))).path("text").asText();
    List<JsonNode> events = new ArrayList<>();
    for (String line : client.text(PATH, form(sound, "stream", "true")).split("\n", -1)) {
      if (line.startsWith("data: ")) {
        events.add(JSON.readTree(line.substring("data: ".length())));
      }
    }
    StringBuilder joined = new StringBuilder();
    for (JsonNode event : events.subList(0, events.size() - 1)) {
      assertThat(event.path("type").asText()).isEqualTo("transcript.text.delta");
      joined.append(event.path("delta").asText());
    }
    assertThat(events.getLast().path("type").asText()).isEqualTo("transcript.text.done");
    assertThat(events.getLast().path("text").asText()).isEqualTo(heard);
    assertThat(joined.toString().strip()).isEqualTo(heard);
    assertThat(client.server().metric("deed_requests_total", "audio/transcriptions")).isPositive();
    assertThat(client.server().metric("deed_tokens_total", "generated")).isPositive();
  }

  @Test
  void speechIsLookedForUnlessTheFormSaysNo() throws IOException, InterruptedException {
    byte[] spoken = Vowels.wav(Vowels.samples(5, 7, 12));
    String verbose = "verbose_json";
    JsonNode usual =
        JSON.readTree(client.text(PATH, fields(spoken, "response_format", verbose, "vad", "true")));
    assertThat(usual.path("segments")).isNotEmpty();
    assertThat(usual.path("segments").path(0).path("start").asDouble()).isBetween(4.0, 7.0);
    for (String nobody : List.of("auto", "{\"type\": \"server_vad\", \"threshold\": 0.7}")) {
      assertThat(client.text(PATH, fields(noise(2), "chunking_strategy", nobody)))
          .startsWith("{\"text\":\"\"");
    }
    String type = "chunking_strategy[type]";
    String padding = "chunking_strategy[prefix_padding_ms]";
    String silence = "chunking_strategy[silence_duration_ms]";
    JsonNode narrow =
        JSON.readTree(
            client.text(
                PATH,
                fields(
                    spoken,
                    "response_format",
                    verbose,
                    type,
                    "server_vad",
                    padding,
                    "0",
                    silence,
                    "200")));
    assertThat(narrow.path("segments").path(0).path("seek"))
        .isNotEqualTo(usual.path("segments").path(0).path("seek"));
    assertRefused(400, "server_vad", client.post(PATH, fields(spoken, type, "semantic_vad")));
    assertRefused(400, "type", client.post(PATH, fields(spoken, padding, "300")));
    assertRefused(
        400,
        "threshold: is 2.0",
        client.post(PATH, fields(spoken, type, "server_vad", "chunking_strategy[threshold]", "2")));
    assertRefused(
        400,
        "is no number",
        client.post(PATH, fields(spoken, type, "server_vad", padding, "much")));
    assertRefused(
        400,
        "chunking_strategy.eagerness",
        client.post(
            PATH,
            fields(spoken, "chunking_strategy", "{\"type\": \"server_vad\", \"eagerness\": 1}")));
    assertRefused(400, "no JSON", client.post(PATH, fields(spoken, "chunking_strategy", "often")));
    assertRefused(
        400, "vad: is neither true nor false", client.post(PATH, fields(spoken, "vad", "on")));
  }

  @Test
  void channelsHotwordsAndLogProbabilities() throws IOException, InterruptedException {
    byte[] call = Vowels.wav(Vowels.samples(4, 6, 8), Vowels.samples(1, 3, 8));
    String format = "response_format";
    JsonNode split =
        JSON.readTree(client.text(PATH, fields(call, format, "verbose_json", "channels", "split")));
    assertThat(split.path("segments").path(0).path("channel").asInt(-1)).isOne();
    assertThat(client.text(PATH, fields(call, "audio_context", "1"))).contains("text");
    assertRefused(
        400,
        "audio_context: is few; give a whole number from 0 to 999999, or off or on",
        client.post(PATH, fields(call, "audio_context", "few")));
    JsonNode speakers = JSON.readTree(client.text(PATH, fields(call, format, "diarized_json")));
    assertThat(speakers.path("segments").path(0).path("speaker").asText()).isEqualTo("B");
    assertThat(speakers.path("usage").path("seconds").asInt()).isEqualTo(8);
    JsonNode told =
        JSON.readTree(
            client.text(PATH, fields(call, "include[]", "logprobs", "hotwords", "w1, w2")));
    StringBuilder joined = new StringBuilder();
    told.path("logprobs")
        .forEach(
            one -> {
              joined.append(one.path("token").asText());
              assertThat(one.path("logprob").asDouble()).isLessThanOrEqualTo(0);
              assertThat(one.path("bytes").isArray()).isTrue();
            });
    assertThat(joined.toString().strip()).isNotEmpty();
    assertThat(client.text(PATH, fields(call, "include[]", "logprobs", "stream", "true")))
        .contains("\"logprobs\":[{\"token\":");
    assertRefused(
        400, "channels: is 2; give mix or split", client.post(PATH, fields(call, "channels", "2")));
    assertRefused(
        400,
        "stream: sends no split channels",
        client.post(PATH, fields(call, "channels", "split", "stream", "true")));
    assertRefused(
        400, "include: is logprobs alone", client.post(PATH, fields(call, "include[]", "x")));
    assertRefused(
        400,
        "include: is for response_format json",
        client.post(PATH, fields(call, "include[]", "logprobs", format, "text")));
    assertRefused(
        413,
        "its 2 channels last for more than the 60 s",
        client.post(
            PATH,
            fields(
                Vowels.wav(new float[40 * 16_000], new float[40 * 16_000]), "channels", "split")));
  }
}
