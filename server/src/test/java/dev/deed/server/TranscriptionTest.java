package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.TinyWhisper;
import dev.deed.testing.Vowels;
import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.model.audio.AudioTranscriptionRequest;
import dev.langchain4j.model.openai.OpenAiAudioTranscriptionModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's audio interface over a tiny Whisper, which hears a second and writes nonsense. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TranscriptionTest {
  private static final String PATH = "/v1/audio/transcriptions";
  private static final String BOUNDARY = "x0a1b2c3";
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunningServer server;

  @BeforeAll
  void serve(@TempDir Path folder) throws IOException {
    ServerOptions options =
        new ServerOptions("127.0.0.1", 0, null, 8 << 20, 2, null, Set.of(), 60, null, 0);
    server = RunningServer.of(options, TinyWhisper.thatTranscribes(folder), "whisper");
  }

  @AfterAll
  void close() {
    server.close();
  }

  /** Noise of 16 bits at 16 kHz. */
  private static byte[] noise(double seconds) {
    int samples = (int) (seconds * 16_000);
    ByteBuffer file = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
    file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    file.putShort((short) 1).putShort((short) 1).putInt(16_000).putInt(32_000);
    file.putShort((short) 2).putShort((short) 16);
    file.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
    Random random = new Random(7);
    while (file.hasRemaining()) {
      file.putShort((short) random.nextInt(-9000, 9000));
    }
    return file.array();
  }

  /** For noise: in it no speech would be found. */
  private static byte[] form(byte[] sound, String... fields) {
    return fields(
        sound, Stream.concat(Stream.of("vad", "false"), Stream.of(fields)).toArray(String[]::new));
  }

  private static byte[] fields(byte[] sound, String... fields) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      body.writeBytes(
          "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
              .formatted(BOUNDARY, fields[i], fields[i + 1])
              .getBytes(StandardCharsets.UTF_8));
    }
    body.writeBytes(
        ("--"
                + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
                + "Content-Type: audio/wav\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(sound);
    body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return body.toByteArray();
  }

  private HttpResponse<String> post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.server.url() + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return server.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String text(String path, byte[] body) throws IOException, InterruptedException {
    HttpResponse<String> reply = post(path, body);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return reply.body();
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
            .baseUrl(server.server.url() + "/v1")
            .apiKey("none")
            .modelName("whisper")
            .maxRetries(0)
            .build()
            .transcribe(request)
            .text();
    JsonNode json = JSON.readTree(text(PATH, fields(sound, "language", "en", "temperature", "0")));
    assertThat(read).isNotEmpty().isEqualTo(json.path("text").asText());
  }

  @Test
  void everyFormat() throws IOException, InterruptedException {
    byte[] sound = noise(2.5);
    JsonNode json = JSON.readTree(text(PATH, form(sound, "model", "whisper")));
    String heard = json.path("text").asText();
    assertThat(heard).isNotEmpty();
    assertThat(json.path("usage").path("seconds").asInt()).isEqualTo(3);
    assertThat(text(PATH, form(sound, "response_format", "text"))).isEqualTo(heard + "\n");
    assertThat(text(PATH, form(sound, "response_format", "srt"))).startsWith("1\n00:00:");
    assertThat(text(PATH, form(sound, "response_format", "vtt"))).startsWith("WEBVTT\n\n");
    JsonNode verbose =
        JSON.readTree(
            text(
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
    JsonNode alone = JSON.readTree(text(PATH, form(sound, words)));
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
    JsonNode all = JSON.readTree(text(PATH, form(sound, both)));
    assertThat(all.path("words")).isEqualTo(alone.path("words"));
    assertThat(all.path("segments")).isNotEmpty();
    // Segments begin and end with their words.
    assertThat(all.path("segments").path(0).path("start"))
        .isEqualTo(all.path("words").path(0).path("start"));
    JsonNode plain = JSON.readTree(text(PATH, form(sound, "response_format", "verbose_json")));
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
      JsonNode json = JSON.readTree(text(PATH, form(part, "response_format", format)));
      assertThat(json.path("text").asText()).isNotEmpty();
      assertThat(json.path("warning").asText()).contains(warning);
    }
    HttpResponse<String> srt = post(PATH, form(part, "response_format", "srt"));
    assertThat(srt.headers().firstValue("X-Deed-Warning").orElse("")).contains(warning);
    assertThat(text(PATH, form(part, "stream", "true")))
        .contains("\"warning\":\"the recording is cut off");
    assertThat(text(PATH, form(noise(1)))).doesNotContain("warning");
  }

  @Test
  void segmentsAreStreamed() throws IOException, InterruptedException {
    byte[] sound = noise(3.5);
    String heard = JSON.readTree(text(PATH, form(sound))).path("text").asText();
    List<JsonNode> events = new ArrayList<>();
    for (String line : text(PATH, form(sound, "stream", "true")).split("\n", -1)) {
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
    assertThat(server.metric("deed_requests_total", "audio/transcriptions")).isPositive();
    assertThat(server.metric("deed_tokens_total", "generated")).isPositive();
  }

  @Test
  void speechIsLookedForUnlessTheFormSaysNo() throws IOException, InterruptedException {
    byte[] spoken = Vowels.wav(Vowels.samples(5, 7, 12));
    String verbose = "verbose_json";
    JsonNode usual =
        JSON.readTree(text(PATH, fields(spoken, "response_format", verbose, "vad", "true")));
    assertThat(usual.path("segments")).isNotEmpty();
    assertThat(usual.path("segments").path(0).path("start").asDouble()).isBetween(4.0, 7.0);
    for (String nobody : List.of("auto", "{\"type\": \"server_vad\", \"threshold\": 0.7}")) {
      assertThat(text(PATH, fields(noise(2), "chunking_strategy", nobody)))
          .startsWith("{\"text\":\"\"");
    }
    String type = "chunking_strategy[type]";
    String padding = "chunking_strategy[prefix_padding_ms]";
    String silence = "chunking_strategy[silence_duration_ms]";
    JsonNode narrow =
        JSON.readTree(
            text(
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
    assertRefused(400, "server_vad", post(PATH, fields(spoken, type, "semantic_vad")));
    assertRefused(400, "type", post(PATH, fields(spoken, padding, "300")));
    assertRefused(
        400,
        "threshold: is 2.0",
        post(PATH, fields(spoken, type, "server_vad", "chunking_strategy[threshold]", "2")));
    assertRefused(
        400, "is no number", post(PATH, fields(spoken, type, "server_vad", padding, "much")));
    assertRefused(
        400,
        "chunking_strategy.eagerness",
        post(
            PATH,
            fields(spoken, "chunking_strategy", "{\"type\": \"server_vad\", \"eagerness\": 1}")));
    assertRefused(400, "no JSON", post(PATH, fields(spoken, "chunking_strategy", "often")));
    assertRefused(400, "vad: is neither true nor false", post(PATH, fields(spoken, "vad", "on")));
  }

  @Test
  void channelsHotwordsAndLogProbabilities() throws IOException, InterruptedException {
    byte[] call = Vowels.wav(Vowels.samples(4, 6, 8), Vowels.samples(1, 3, 8));
    String format = "response_format";
    JsonNode split =
        JSON.readTree(text(PATH, fields(call, format, "verbose_json", "channels", "split")));
    assertThat(split.path("segments").path(0).path("channel").asInt(-1)).isOne();
    assertThat(text(PATH, fields(call, "audio_context", "1"))).contains("text");
    assertRefused(
        400,
        "audio_context: is few; give positions",
        post(PATH, fields(call, "audio_context", "few")));
    JsonNode speakers = JSON.readTree(text(PATH, fields(call, format, "diarized_json")));
    assertThat(speakers.path("segments").path(0).path("speaker").asText()).isEqualTo("B");
    assertThat(speakers.path("usage").path("seconds").asInt()).isEqualTo(8);
    JsonNode told =
        JSON.readTree(text(PATH, fields(call, "include[]", "logprobs", "hotwords", "w1, w2")));
    StringBuilder joined = new StringBuilder();
    told.path("logprobs")
        .forEach(
            one -> {
              joined.append(one.path("token").asText());
              assertThat(one.path("logprob").asDouble()).isLessThanOrEqualTo(0);
              assertThat(one.path("bytes").isArray()).isTrue();
            });
    assertThat(joined.toString().strip()).isNotEmpty();
    assertThat(text(PATH, fields(call, "include[]", "logprobs", "stream", "true")))
        .contains("\"logprobs\":[{\"token\":");
    assertRefused(400, "channels: are mix or split", post(PATH, fields(call, "channels", "2")));
    assertRefused(
        400,
        "stream: sends no split channels",
        post(PATH, fields(call, "channels", "split", "stream", "true")));
    assertRefused(400, "include: is logprobs alone", post(PATH, fields(call, "include[]", "x")));
    assertRefused(
        400,
        "include: is for response_format json",
        post(PATH, fields(call, "include[]", "logprobs", format, "text")));
    assertRefused(
        413,
        "its 2 channels last for more than the 60 s",
        post(
            PATH,
            fields(
                Vowels.wav(new float[40 * 16_000], new float[40 * 16_000]), "channels", "split")));
  }

  private void assertRefused(int status, String why, HttpResponse<String> reply) {
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(status);
    assertThat(reply.body()).contains("\"error\"").contains(why);
  }

  @Test
  void refusals() throws IOException, InterruptedException {
    byte[] sound = noise(0.5);
    assertRefused(404, "model_not_found", post(PATH, form(sound, "model", "whisper-1")));
    assertRefused(400, "give one of text, json", post(PATH, form(sound, "response_format", "x")));
    assertRefused(400, "no language of this model", post(PATH, form(sound, "language", "xx")));
    assertRefused(400, "comes twice", post(PATH, form(sound, "language", "en", "language", "de")));
    assertRefused(400, "not known here", post(PATH, form(sound, "speed", "2")));
    assertRefused(400, "is no number", post(PATH, form(sound, "temperature", "warm")));
    assertRefused(400, "is -1.0", post(PATH, form(sound, "temperature", "-1")));
    assertRefused(
        400,
        "are segment and word",
        post(
            PATH,
            form(sound, "response_format", "verbose_json", "timestamp_granularities[]", "letter")));
    assertRefused(
        400,
        "response_format verbose_json alone",
        post(PATH, form(sound, "timestamp_granularities[]", "word")));
    assertRefused(
        400,
        "sends no words",
        post(
            PATH,
            form(
                sound,
                "response_format",
                "verbose_json",
                "timestamp_granularities[]",
                "word",
                "stream",
                "true")));
    assertRefused(400, "no JSON object", post(PATH, form(sound, "deed", "[")));
    assertRefused(
        415, "no sound of a known format; give a WAV or FLAC\"", post(PATH, form(new byte[100])));
    assertRefused(413, "more than the 60 s allowed", post(PATH, form(noise(61))));
    assertRefused(413, "longer than 64 KiB", post(PATH, form(sound, "prompt", "a".repeat(70_000))));
    assertRefused(403, "Origin", post(PATH, form(sound), "Origin", "http://evil.example"));
    assertThat(post(PATH, form(sound), "Origin", server.server.url()).statusCode()).isEqualTo(200);
    RunningServer.Reply json = server.post(PATH, "{}");
    assertThat(json.status()).isEqualTo(415);
  }

  /** Clients learn a model's served name, and nothing of where it lies. */
  @Test
  void aModelThatHearsNothingHasItsServedName(@TempDir Path folder)
      throws IOException, InterruptedException {
    try (RunningServer deaf =
        RunningServer.of(RunningServer.options(null, null), TinyModel.in(folder), "deaf")) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(deaf.server.url() + PATH))
              .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
              .POST(HttpRequest.BodyPublishers.ofByteArray(form(noise(0.5))))
              .build();
      JsonNode error =
          JSON.readTree(deaf.client().send(request, HttpResponse.BodyHandlers.ofString()).body())
              .path("error");
      assertThat(error.path("message").asText())
          .isEqualTo("deaf: takes no sound; give a Whisper model");
      assertThat(error.path("param").asText()).isEqualTo("model");
    }
  }

  @Test
  void malformedForms() throws IOException, InterruptedException {
    String start = "--" + BOUNDARY + "\r\n";
    for (String body :
        List.of(
            "",
            "--",
            start,
            start + "\r\n",
            "--" + BOUNDARY,
            "--" + BOUNDARY + "x\r\n",
            start + "Content-Disposition: form-data; name=\"file\"\r\n\r\nabc",
            start + "Content-Disposition: form-data\r\n\r\nabc\r\n--" + BOUNDARY + "--",
            start + "a: b\r\n".repeat(4000) + "\r\n\r\n--" + BOUNDARY + "--",
            (start + "Content-Disposition: form-data; name=\"user\"\r\n\r\n\r\n").repeat(100))) {
      HttpResponse<String> reply = post(PATH, body.getBytes(StandardCharsets.US_ASCII));
      assertThat(reply.statusCode())
          .as(body.substring(0, Math.min(60, body.length())))
          .isIn(400, 413);
      assertThat(reply.body()).startsWith("{\"error\":").doesNotContain("\n");
    }
    assertRefused(
        400,
        "file: is missing",
        post(PATH, ("--" + BOUNDARY + "--").getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void aLongRecordingHoldsUpNobodyAndEndsWithItsClient() throws Exception {
    byte[] body = form(noise(59));
    double before = server.metric("deed_requests_cancelled_total", "client_closed");
    try (Socket socket = server.connect()) {
      socket
          .getOutputStream()
          .write(
              ("POST "
                      + PATH
                      + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data;"
                      + " boundary="
                      + BOUNDARY
                      + "\r\nContent-Length: "
                      + body.length
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      HttpResponse<String> other = post(PATH, form(noise(0.5)));
      assertThat(other.statusCode()).isEqualTo(200);
    }
    // A recording that the server has not begun to read yet does not run either: a second of quiet.
    int quiet = 0;
    for (int i = 0; i < 600 && quiet < 10; i++) {
      quiet = server.metric("deed_requests_running", "whisper") > 0 ? 0 : quiet + 1;
      Thread.sleep(100);
    }
    assertThat(quiet).isEqualTo(10);
    // The recording may have been whole before its client left.
    assertThat(server.metric("deed_requests_cancelled_total", "client_closed"))
        .isBetween(before, before + 1);
    assertThat(server.errors).isEmpty();
  }
}
