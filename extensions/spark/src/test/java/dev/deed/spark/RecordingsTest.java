package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.speech.Recording;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.testing.TinyWhisper;
import dev.deed.testing.Vowels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings in a column, which a tiny Whisper hears. */
class RecordingsTest {
  @TempDir Path whisper = Path.of("");
  @TempDir Path sounds = Path.of("");

  @Test
  void areTranscribedAsAlone() throws Exception {
    TinyWhisper.thatTranscribes(whisper);
    Path sound = Files.write(sounds.resolve("a.wav"), Vowels.wav(Vowels.samples(0.5, 1.4, 2)));
    Files.writeString(sounds.resolve("b.wav"), "no sound");
    byte[] whole = Files.readAllBytes(sound);
    Files.write(sounds.resolve("c.wav"), Arrays.copyOf(whole, whole.length / 2));
    Dataset<Row> files =
        LocalSpark.session()
            .read()
            .format("binaryFile")
            .load(sounds.toString())
            .orderBy("path")
            .coalesce(1);
    DeedTransformer transformer =
        new DeedTransformer()
            .setModel(whisper.toString())
            .setInput("audio", "content")
            .setOptions("{\"language\": \"de\", \"task\": \"translate\"}")
            .setHandleInvalid("keep");

    List<Row> rows = transformer.transform(files).select("answer.*").collectAsList();

    Transcript alone = alone(sound);
    assertThat(rows.getFirst().<String>getAs("text")).isNotEmpty().isEqualTo(alone.text());
    assertThat(rows.getFirst().getList(rows.getFirst().fieldIndex("exit_layers")))
        .isEqualTo(alone.segments().stream().flatMap(one -> one.exitLayers().stream()).toList());
    JsonNode json = new ObjectMapper().readTree(rows.getFirst().<String>getAs("json"));
    assertThat(json.get("text").textValue()).isEqualTo(alone.text());
    assertThat(json.get("language").textValue()).isEqualTo("german");
    assertThat(json.get("segments")).hasSize(alone.segments().size());
    assertThat(rows.get(1).<String>getAs("error")).contains("no sound of a known format");
    assertThat(rows.getLast().<String>getAs("error")).contains("the sound is truncated");
    assertThatThrownBy(
            () -> transformer.setInput("decoder_prompt", "path").transform(files).count())
        .rootCause()
        .hasMessageStartingWith("input decoder_prompt: is not read by this model, Whisper; ");
  }

  private Transcript alone(Path sound) {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(whisper, 1);
        Engine engine = model.engine(EngineOptions.defaults().withKnee(1))) {
      return Transcriber.of(engine)
          .transcribe(
              Recording.of(sound),
              TranscriptionOptions.defaults()
                  .withLanguage("de")
                  .withTask(SpeechTask.TRANSLATE)
                  .withTimestamps(false));
    }
  }
}
