package dev.deed.speech;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.testing.Shared;
import dev.deed.testing.TinyWhisper;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times of words, against what Transformers finds ({@code tools/make_word_times.py}). */
final class WordTimesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SETTINGS = "generation_config.json";

  /** A step of timestamps: what rounding may cost where two ways are equally good. */
  private static final double STEP = 0.02 + 1e-6;

  @TempDir private Path folder;

  private static JsonNode known(String key) throws IOException {
    try (InputStream file = WordTimesTest.class.getResourceAsStream("/speech/word-times.json")) {
      return JSON.readTree(Objects.requireNonNull(file)).path(key);
    }
  }

  @Test
  void tokensBeginWhereTheHeadsLook() throws IOException {
    for (JsonNode one : known("weights")) {
      JsonNode heads = one.path("heads");
      int positions = one.path("positions").asInt();
      int tokens = heads.get(0).size() / positions;
      TokenAlignment alignment =
          new TokenAlignment(tokens, one.path("steps").asInt(), one.path("filter").asInt());
      for (JsonNode head : heads) {
        float[] weights = new float[head.size()];
        for (int i = 0; i < weights.length; i++) {
          weights[i] = head.get(i).floatValue();
        }
        alignment.add(weights, positions);
      }
      int[] begins =
          StreamSupport.stream(one.path("begins").spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      assertThat(alignment.begins()).isEqualTo(begins);
    }
  }

  @Test
  void aTokenAloneBeginsAtOnce() {
    TokenAlignment alignment = new TokenAlignment(1, 9, 7);
    alignment.add(new float[] {0, 0, 0, 0, 1, 0, 0, 0, 0}, 9);
    assertThat(alignment.begins()).containsExactly(0);
  }

  @Test
  void wordsAreThoseOfTheTokenizer() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(Shared.path("golden/hf/whisper-sound/model"))) {
      SpokenWords words = new SpokenWords(tokenizer);
      for (JsonNode one : known("texts")) {
        int[] ids =
            StreamSupport.stream(one.path("ids").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
        List<SpokenWords.Word> expected = new ArrayList<>();
        one.path("words")
            .forEach(
                word ->
                    expected.add(
                        new SpokenWords.Word(
                            word.get(0).asText(), word.get(1).asInt(), word.get(2).asInt())));
        assertThat(words.of(ids, one.path("language").asText())).isEqualTo(expected);
      }
    }
  }

  @Test
  void recordingsAreHeardAsByTransformers() throws IOException {
    Path root = Shared.path("golden/hf/whisper-sound");
    for (JsonNode one : known("recordings")) {
      copy(root.resolve("model"), one.path("alignment_heads"));
      try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1);
          Engine engine = model.engine(EngineOptions.defaults().withKnee(1))) {
        List<TranscriptWord> words =
            Transcriber.of(engine)
                .transcribe(
                    Recording.of(root.resolve(one.path("audio").asText())),
                    TranscriptionOptions.defaults()
                        .withVoice(null)
                        .withLanguage(one.path("language").asText())
                        .withTimestamps(false)
                        .withWordTimes(true))
                .words();
        JsonNode expected = one.path("words");
        assertThat(words.stream().map(TranscriptWord::word))
            .containsExactlyElementsOf(
                StreamSupport.stream(expected.spliterator(), false)
                    .map(word -> word.get(0).asText())
                    .toList());
        for (int i = 0; i < words.size(); i++) {
          double start = expected.get(i).get(1).asDouble();
          double end = expected.get(i).get(2).asDouble();
          assertThat(words.get(i).start()).as("word %d", i).isCloseTo(start, within(STEP));
          assertThat(words.get(i).end()).as("word %d", i).isCloseTo(end, within(STEP));
        }
      }
    }
  }

  private void copy(Path model, JsonNode heads) throws IOException {
    try (var files = Files.list(model)) {
      for (Path file : files.toList()) {
        // Not as a copy, which would be as little writable as the file.
        Files.write(folder.resolve(String.valueOf(file.getFileName())), Files.readAllBytes(file));
      }
    }
    ObjectNode settings = (ObjectNode) JSON.readTree(model.resolve(SETTINGS).toFile());
    settings.set("alignment_heads", heads);
    Files.writeString(folder.resolve(SETTINGS), settings.toString());
  }

  @Test
  void wordsLieWithinTheirRecordingAndTheRestStaysAsItIs() throws IOException {
    try (EncoderDecoderModel model =
            EncoderDecoderModel.open(TinyWhisper.thatTranscribes(folder), 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(1))) {
      Transcriber transcriber = Transcriber.of(engine);
      TranscriptionOptions options = TranscriptionOptions.defaults().withVoice(null);
      Transcript plain = transcriber.transcribe(noise(), options);
      Transcript timed = transcriber.transcribe(noise(), options.withWordTimes(true));
      // Not on this thread, which may be a virtual one of a server.
      assertThat(Thread.getAllStackTraces().keySet())
          .anyMatch(thread -> thread.getName().startsWith("deed-questions-"));
      assertThat(timed.text()).isEqualTo(plain.text());
      assertThat(plain.words()).isEmpty();
      assertThat(timed.words()).isNotEmpty();
      // This tokenizer sets blanks between its tokens, which alone have none.
      assertThat(timed.words().stream().map(TranscriptWord::word).collect(joining()))
          .isEqualTo(timed.text().replace(" ", ""));
      assertThat(timed.words())
          .allSatisfy(
              word -> {
                assertThat(word.start()).isBetween(0.0, word.end());
                assertThat(word.end()).isLessThanOrEqualTo(timed.seconds());
              });
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> transcriber.transcribe(noise(), options.withWordTimes(true)))
            .isInstanceOf(CancellationException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
  }

  @Test
  void headsThatTheModelLacksAreRefused() throws IOException {
    TinyWhisper.thatTranscribes(folder);
    for (String heads : List.of("[[9, 0]]", "[[0, 77]]", "[]", "[3]", "\"all\"")) {
      ObjectNode settings = (ObjectNode) JSON.readTree(folder.resolve(SETTINGS).toFile());
      settings.set("alignment_heads", JSON.readTree(heads));
      Files.writeString(folder.resolve(SETTINGS), settings.toString());
      try (EncoderDecoderModel model = EncoderDecoderModel.open(folder, 1);
          Engine engine = model.engine(EngineOptions.defaults().withKnee(1))) {
        Transcriber transcriber = Transcriber.of(engine);
        transcriber.check(TranscriptionOptions.defaults());
        assertThatThrownBy(
                () -> transcriber.check(TranscriptionOptions.defaults().withWordTimes(true)))
            .isInstanceOf(InputException.class)
            .hasMessageContaining("states alignment_heads that are not pairs");
      }
    }
  }

  private static Recording noise() {
    Random random = new Random(3);
    float[] samples = new float[40_000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = random.nextFloat() - 0.5f;
    }
    return Recording.of(samples, 16_000);
  }
}
