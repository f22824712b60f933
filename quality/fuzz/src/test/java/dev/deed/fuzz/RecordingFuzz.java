package dev.deed.fuzz;

import dev.deed.testing.TinyWhisper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/** Forms of OpenAI's audio endpoints: their fields with values of any kind, and recordings. */
public final class RecordingFuzz {
  private static final String BOUNDARY = "b0a1";
  private static final List<String> FIELDS =
      List.of(
          "model",
          "language",
          "prompt",
          "prediction",
          "response_format",
          "temperature",
          "stream",
          "deed",
          "user",
          "vad",
          "channels",
          "hotwords",
          "chunking_strategy",
          "chunking_strategy[type]",
          "chunking_strategy[threshold]",
          "chunking_strategy[prefix_padding_ms]",
          "chunking_strategy[silence_duration_ms]",
          "timestamp_granularities[]",
          "include[]",
          "unknown");

  /** Those that some field takes, and those at the ends of ranges. */
  private static final List<String> VALUES =
      List.of(
          "model",
          "en",
          "auto",
          "text",
          "json",
          "verbose_json",
          "diarized_json",
          "srt",
          "vtt",
          "true",
          "false",
          "mix",
          "split",
          "server_vad",
          "word",
          "segment",
          "logprobs",
          "{\"type\": \"server_vad\", \"threshold\": 0.3, \"prefix_padding_ms\": 1e9}",
          "{\"policy\": \"max_prob\", \"lossless\": true}",
          "{\"threshold\": NaN}",
          "[[",
          "0",
          "0.5",
          "1e-320",
          "-1",
          "1e9",
          "2147483648",
          "NaN",
          "Infinity",
          "",
          "w1, w2",
          "\u0000\ud83d\ude00",
          "a".repeat(3000));

  private static final Scratch HOME = new Scratch();
  private static final byte[] SOUND = sound();
  private static final FuzzServer SERVER = server();

  private RecordingFuzz() {}

  private static byte[] sound() {
    try {
      return Files.readAllBytes(TinyWhisper.sound("a_law_stereo.wav"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FuzzServer server() {
    try {
      return new FuzzServer(TinyWhisper.thatTranscribes(HOME.folder()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Jazzer calls it first: what answers need is loaded before their time counts. */
  public static void fuzzerInitialize() {
    SERVER.allow();
    SERVER.requireAnswer(request(new Choices(new byte[0])));
  }

  public static void fuzzerTestOneInput(byte[] input) {
    SERVER.check(request(new Choices(input)));
  }

  private static byte[] request(Choices choices) {
    String path = choices.rarely() ? "/v1/audio/translations" : "/v1/audio/transcriptions";
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    byte[] sound = choices.rarely() ? choices.octets(choices.below(256)) : SOUND;
    write(form, "file\"; filename=\"a.wav", sound);
    while (choices.areLeft()) {
      String value = VALUES.get(choices.below(VALUES.size()));
      write(form, FIELDS.get(choices.below(FIELDS.size())), bytes(value));
    }
    form.writeBytes(bytes("--" + BOUNDARY + "--\r\n"));
    String type = "multipart/form-data; boundary=" + BOUNDARY;
    return FuzzServer.post(path, type, form.toByteArray());
  }

  private static void write(ByteArrayOutputStream form, String name, byte[] content) {
    form.writeBytes(bytes("--" + BOUNDARY + "\r\n"));
    form.writeBytes(bytes("Content-Disposition: form-data; name=\"" + name + "\"\r\n\r\n"));
    form.writeBytes(content);
    form.writeBytes(bytes("\r\n"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
