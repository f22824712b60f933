package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.TinyWhisper;
import dev.deed.testing.Vowels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's Realtime API over a tiny Whisper, whose turns last a second at most. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealtimeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BY_HAND = "'turn_detection': null";

  private Path folder;
  private RunningServer server;

  @BeforeAll
  void serve(@TempDir Path temporary) throws IOException {
    folder = TinyWhisper.thatTranscribes(temporary);
    server = serving(folder, null);
  }

  static RunningServer serving(Path folder, @Nullable String key) {
    ServerOptions options =
        new ServerOptions("127.0.0.1", 0, key, 256 << 20, 2, null, Set.of(), 60);
    return RunningServer.of(options, folder, "whisper");
  }

  @AfterAll
  void close() {
    server.close();
  }

  /** A client that sends a file as fast as it can waits for its turn, and loses nothing. */
  @Test
  void soundIsTakenNoFasterThanSomeMultipleOfItsTime() throws Exception {
    try (RealtimeClient client = new RealtimeClient(server)) {
      client.next("session.created");
      client.set("'format': {'type': 'audio/pcmu'}");
      byte[] silence = new byte[64 * 8000];
      Arrays.fill(silence, (byte) 0xff);
      client.append(silence);
      client.append(Arrays.copyOf(silence, 12 * 8000));
      client.send("{'type': 'input_audio_buffer.clear'}");
      long begin = System.nanoTime();
      client.next("input_audio_buffer.cleared");
      // 76 s of sound, of which 60 may come at once and 4 a second.
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(2));
    }
  }

  private static byte[] noise(int bytes) {
    byte[] sound = new byte[bytes];
    new Random(7).nextBytes(sound);
    return sound;
  }

  /** Speech in 24 kHz and 16 bits. */
  private static byte[] speech(double from, double to, double seconds) {
    float[] samples = Vowels.samples(from, to, seconds);
    ByteBuffer bytes = ByteBuffer.allocate(3 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i + 2 < samples.length; i += 2) {
      float first = samples[i];
      float second = samples[i + 1];
      for (float one :
          new float[] {first, (first + 2 * second) / 3, (2 * second + samples[i + 2]) / 3}) {
        bytes.putShort((short) (32_767 * Math.clamp(one, -1f, 1f)));
      }
    }
    return bytes.array();
  }

  /** What /v1/audio/transcriptions writes of the same samples. */
  private String transcript(byte[] sound, int tag, int rate, int bytes) throws Exception {
    ByteBuffer header = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
    header.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + sound.length);
    header.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16).putShort((short) tag);
    header.putShort((short) 1).putInt(rate).putInt(rate * bytes).putShort((short) bytes);
    header.putShort((short) (8 * bytes));
    header.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(sound.length);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String disposition = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"";
    body.writeBytes((disposition + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    body.writeBytes(header.array());
    body.writeBytes(sound);
    body.writeBytes("\r\n--x--\r\n".getBytes(StandardCharsets.US_ASCII));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.server.url() + "/v1/audio/transcriptions"))
            .header("Content-Type", "multipart/form-data; boundary=x")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
    HttpResponse<String> reply =
        server.client().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body()).path("text").asText();
  }

  /** The transcript of the next turn that is over, and what was told of it before. */
  private static String completed(RealtimeClient client, String item) throws InterruptedException {
    StringBuilder told = new StringBuilder();
    while (true) {
      JsonNode event = client.next();
      String type = event.path("type").asText();
      assertThat(event.path("event_id").asText()).startsWith("event_");
      if (type.endsWith("transcription.delta")) {
        assertThat(event.path("item_id").asText()).isEqualTo(item);
        told.append(event.path("delta").asText());
      } else if (type.endsWith("transcription.completed")) {
        assertThat(event.path("item_id").asText()).isEqualTo(item);
        assertThat(event.path("content_index").asInt(-1)).isZero();
        assertThat(event.path("usage").path("type").asText()).isEqualTo("duration");
        String text = event.path("transcript").asText();
        // Drafts may have begun otherwise: then no more is added.
        assertThat(text.startsWith(told.toString()) ? told.toString() : text).isEqualTo(text);
        return text;
      } else {
        assertThat(type).startsWith("conversation.item.");
      }
    }
  }

  /** Waits until something that the server counts has a value. */
  static void awaitMetric(RunningServer of, String name, double value) throws Exception {
    long begin = System.nanoTime();
    while (of.metric(name, "") != value) {
      assertThat(System.nanoTime() - begin).isLessThan(Duration.ofSeconds(60).toNanos());
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void turnsThatTheClientEndsHaveTheTranscriptOfTheirSamples() throws Exception {
    try (RealtimeClient client = new RealtimeClient(server)) {
      JsonNode session = client.next("session.created").path("session");
      assertThat(session.path("type").asText()).isEqualTo("transcription");
      JsonNode input = session.path("audio").path("input");
      assertThat(input.path("turn_detection").path("silence_duration_ms").asInt()).isEqualTo(500);
      assertThat(input.path("transcription").path("model").asText()).isEqualTo("whisper");
      client.set(BY_HAND);
      byte[] sound = noise(40_000);
      client.append(Arrays.copyOf(sound, 1000));
      client.append(Arrays.copyOfRange(sound, 1000, sound.length));
      client.send("{'type': 'input_audio_buffer.commit', 'event_id': 'mine'}");
      JsonNode committed = client.await("input_audio_buffer.committed");
      String item = committed.path("item_id").asText();
      assertThat(committed.path("previous_item_id").isNull()).isTrue();
      JsonNode added = client.await("conversation.item.added").path("item");
      assertThat(added.path("id").asText()).isEqualTo(item);
      assertThat(added.path("content").path(0).path("type").asText()).isEqualTo("input_audio");
      String text = completed(client, item);
      assertThat(text).isNotEmpty().isEqualTo(transcript(sound, 1, 24_000, 2));
      int tag = 7;
      for (String law : List.of("audio/pcmu", "audio/pcma")) {
        client.set("'format': {'type': '" + law + "'}");
        byte[] codes = noise(7000);
        client.append(codes);
        client.send("{'type': 'input_audio_buffer.commit'}");
        JsonNode next = client.await("input_audio_buffer.committed");
        assertThat(next.path("previous_item_id").asText()).isEqualTo(item);
        item = next.path("item_id").asText();
        assertThat(completed(client, item)).isEqualTo(transcript(codes, tag--, 8000, 1));
      }
      assertThat(server.metric("deed_realtime_sessions", "")).isPositive();
      assertThat(server.metric("deed_realtime_sound_seconds_total", "")).isPositive();
    }
  }

  @Test
  void theVoiceBeginsAndEndsTurns() throws Exception {
    byte[] sound = speech(0.6, 1.0, 3);
    try (RealtimeClient client = new RealtimeClient(server)) {
      client.next("session.created");
      client.set(
          "'turn_detection': {'type': 'server_vad', 'prefix_padding_ms': 100,"
              + " 'silence_duration_ms': 200, 'create_response': false}");
      for (int at = 0; at < sound.length; at += 9600) {
        client.append(Arrays.copyOfRange(sound, at, Math.min(sound.length, at + 9600)));
      }
      JsonNode started = client.next("input_audio_buffer.speech_started");
      JsonNode stopped = client.await("input_audio_buffer.speech_stopped");
      String item = started.path("item_id").asText();
      assertThat(stopped.path("item_id").asText()).isEqualTo(item);
      assertThat(client.next("input_audio_buffer.committed").path("item_id").asText())
          .isEqualTo(item);
      int begin = started.path("audio_start_ms").asInt();
      int end = stopped.path("audio_end_ms").asInt();
      assertThat(begin).isBetween(400, 700);
      assertThat(end).isBetween(1100, 1600);
      assertThat(completed(client, item))
          .isEqualTo(transcript(Arrays.copyOfRange(sound, 48 * begin, 48 * end), 1, 24_000, 2));
      // Speech of three seconds is cut, as the model hears one.
      client.append(speech(0.2, 3.2, 4));
      int from = 0;
      for (int completed = 0; completed < 3; ) {
        JsonNode event = client.next();
        from = event.path("audio_start_ms").asInt(from);
        assertThat(event.path("audio_end_ms").asInt(from + 1) - from).isBetween(1, 1000);
        completed += event.path("type").asText().endsWith(".completed") ? 1 : 0;
      }
    }
  }

  @Test
  void aTurnIsDecodedWhileItGoesOn() throws Exception {
    try (RunningServer own = serving(folder, null);
        RealtimeClient client = new RealtimeClient(own)) {
      client.next("session.created");
      client.set(BY_HAND);
      byte[] sound = noise(46_000);
      double before = 0;
      int at = 0;
      // A draft of each piece; the engine is given the time that it takes.
      for (int piece = 0; piece < 4; piece++, at += 9600) {
        client.append(Arrays.copyOfRange(sound, at, at + 9600));
        long begin = System.nanoTime();
        while (own.metric("deed_tokens_total", "generated") <= before
            || own.metric("deed_requests_running", "") > 0) {
          assertThat(System.nanoTime() - begin).isLessThan(Duration.ofSeconds(60).toNanos());
          TimeUnit.MILLISECONDS.sleep(10);
        }
        before = own.metric("deed_tokens_total", "generated");
      }
      client.send("{'type': 'input_audio_buffer.commit'}");
      String text = transcript(Arrays.copyOf(sound, at), 1, 24_000, 2);
      StringBuilder told = new StringBuilder();
      JsonNode event = client.next();
      while (!event.has("transcript")) {
        told.append(event.path("delta").asText(""));
        event = client.next();
      }
      assertThat(event.path("transcript").asText()).isNotEmpty().isEqualTo(text);
      // Where drafts began otherwise, no more was added.
      assertThat(text.startsWith(told.toString()) ? told.toString() : text).isEqualTo(text);
    }
  }

  @Test
  void whatIsClearedIsGone() throws Exception {
    try (RealtimeClient client = new RealtimeClient(server)) {
      client.next("session.created");
      client.set(BY_HAND);
      client.append(noise(1000));
      client.send("{'type': 'input_audio_buffer.clear'}");
      client.await("input_audio_buffer.cleared");
      client.send("{'type': 'input_audio_buffer.commit', 'event_id': 'late'}");
      JsonNode error = client.await("error").path("error");
      assertThat(error.path("code").asText()).isEqualTo("input_audio_buffer_commit_empty");
      assertThat(error.path("event_id").asText()).isEqualTo("late");
    }
  }

  @Test
  void wrongEventsAreAnsweredByErrorsAndTheSessionGoesOn() throws Exception {
    String update = "{'type': 'session.update', 'session': {'type': 'transcription', ";
    String[][] wrong = {
      {"no JSON", "no JSON object"},
      {"{'type': 'response.create'}", "response.create: is no event of a transcription session"},
      {"{'type': 'session.update'}", "session: is not an object"},
      {"{'type': 'session.update', 'session': {'type': 'realtime'}}", "session.type"},
      {update + "'voice': 'alloy'}}", "session.voice"},
      {update + "'include': ['x']}}", "session.include"},
      {update + "'audio': {'output': {}}}}", "session.audio.output"},
      {update + "'audio': {'input': {'noise_reduction': {'type': 'near_field'}}}}}", "noise_red"},
      {update + "'audio': {'input': {'turn_detection': {'type': 'semantic_vad'}}}}}", "server_vad"},
      {update + "'audio': {'input': {'format': {'type': 'audio/pcm', 'rate': 16000}}}}}", "24000"},
      {update + "'audio': {'input': {'format': {'type': 'audio/mp3'}}}}}", "audio/pcmu"},
      {update + "'audio': {'input': {'transcription': null}}}}", "transcription"},
      {update + "'audio': {'input': {'transcription': {'model': 'none'}}}}}", "no such model"},
      {update + "'audio': {'input': {'transcription': {'temperature': -1}}}}}", "temperature: is"},
      {update + "'audio': {'input': {'transcription': {'word_times': true}}}}}", "word_times: is"},
      {
        update + "'audio': {'input': {'transcription': {'model': 'whisper', 'language': 'xx'}}}}}",
        "xx"
      },
      {"{'type': 'input_audio_buffer.append'}", "is missing, or no base64"},
      {"{'type': 'input_audio_buffer.append', 'audio': '!'}", "no base64"},
      {"{'type': 'input_audio_buffer.append', 'audio': 'AAAA'}", "ends within a sample"},
    };
    try (RealtimeClient client = new RealtimeClient(server)) {
      client.next("session.created");
      for (String[] one : wrong) {
        client.send(one[0]);
        JsonNode error = client.next("error").path("error");
        assertThat(error.path("message").asText()).contains(one[1]);
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
      }
      client.set(BY_HAND);
    }
  }

  @Test
  void whatWasCommittedIsFinishedBeforeTheServerEnds() throws Exception {
    RunningServer own = serving(folder, null);
    try (own;
        RealtimeClient client = new RealtimeClient(own)) {
      client.next("session.created");
      client.set(BY_HAND);
      client.append(noise(40_000));
      client.send("{'type': 'input_audio_buffer.commit'}");
      String item = client.await("input_audio_buffer.committed").path("item_id").asText();
      CompletableFuture<Boolean> drained = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  drained.complete(own.server.drain(Duration.ofSeconds(60)));
                } catch (InterruptedException e) {
                  drained.completeExceptionally(e);
                }
              });
      assertThat(completed(client, item)).isNotEmpty();
      assertThat(client.closed()).isEqualTo("1001 the server is about to end");
      assertThat(drained.get(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whoLeavesInTheMiddleFreesEverything() throws Exception {
    try (RunningServer own = serving(folder, null)) {
      RealtimeClient client = new RealtimeClient(own);
      client.next("session.created");
      client.set(BY_HAND);
      for (int i = 0; i < 5; i++) {
        client.append(noise(44_000));
        client.send("{'type': 'input_audio_buffer.commit'}");
      }
      client.await("input_audio_buffer.committed");
      client.close();
      awaitMetric(own, "deed_realtime_sessions", 0);
      awaitMetric(own, "deed_requests_running", 0);
      awaitMetric(own, "deed_requests_waiting", 0);
      assertThat(own.server.drain(Duration.ofSeconds(60))).isTrue();
      assertThat(own.errors).isEmpty();
    }
  }
}
