package dev.deed.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Receipt;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptWord;
import dev.deed.speech.TranscriptionListener;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Transcripts as JSON in OpenAI's shapes; exit layers are DEED's own. */
public final class TranscriptJson {
  private TranscriptJson() {}

  /** The text, and behind it, where they are wanted, its words with their times. */
  public static ObjectNode plain(Transcript transcript, boolean words) {
    ObjectNode out = GenerationJson.object().put("text", transcript.text());
    if (words) {
      addWords(transcript.words(), out);
    }
    addWarning(transcript, out);
    return out;
  }

  /**
   * Language, length and text.
   *
   * @param segments whether the segments follow
   * @param words whether the words follow, with their times
   */
  public static ObjectNode verbose(Transcript transcript, boolean segments, boolean words) {
    ObjectNode out =
        GenerationJson.object()
            .put("task", transcript.task().spelling())
            .put("language", transcript.languageName())
            .put("duration", transcript.seconds())
            .put("text", transcript.text());
    if (segments) {
      ArrayNode all = out.putArray("segments");
      for (TranscriptSegment segment : transcript.segments()) {
        write(segment, all.size(), all.addObject());
      }
    }
    if (words) {
      addWords(transcript.words(), out);
    }
    out.put("layers_run", transcript.effort().layersRun())
        .put("layers_possible", transcript.effort().layersPossible());
    if (transcript.drafts() != null) {
      GenerationJson.write(transcript.effort(), transcript.drafts(), out);
    }
    addWarning(transcript, out);
    return out;
  }

  /** A window and what proves it, as a line of deed generate with what it was asked. */
  public static ObjectNode of(TranscriptionListener.Window window, Receipt receipt) {
    ObjectNode out =
        GenerationJson.object()
            .put("seek", window.seek())
            .put("frames", window.frames())
            .put("positions", window.positions());
    if (window.channel() != null) {
      out.put("channel", window.channel());
    }
    int[] prefix = Objects.requireNonNull(window.request().input().decoderPrefix());
    Arrays.stream(prefix).forEach(out.putArray("decoder_input_ids")::add);
    GenerationJson.write(window.answer(), false, out);
    out.remove("timing");
    return out.set("receipt", ProofJson.of(receipt));
  }

  /** Length, text, and segments of speakers, which are the channels: A is the first. */
  public static ObjectNode diarized(Transcript transcript) {
    ObjectNode out =
        GenerationJson.object()
            .put("task", transcript.task().spelling())
            .put("duration", transcript.seconds())
            .put("text", transcript.text());
    ArrayNode all = out.putArray("segments");
    for (TranscriptSegment segment : transcript.segments()) {
      int channel = Objects.requireNonNullElse(segment.channel(), 0);
      all.addObject()
          .put("type", "transcript.text.segment")
          .put("id", "seg_" + all.size())
          .put("start", hundredths(segment.start()))
          .put("end", hundredths(segment.end()))
          .put("text", segment.text())
          .put("speaker", channel < 26 ? Character.toString('A' + channel) : "" + (channel + 1));
    }
    addWarning(transcript, out);
    return out;
  }

  /** What is missing of a recording that is cut off; nothing where it is whole. */
  public static void addWarning(Transcript transcript, ObjectNode out) {
    if (transcript.warning() != null) {
      out.put("warning", transcript.warning());
    }
  }

  /** The keys that openai-whisper's command line writes, with its language codes. */
  public static ObjectNode whisper(Transcript transcript) {
    ObjectNode out =
        GenerationJson.object()
            .put(
                "text",
                transcript.segments().stream()
                    .map(TranscriptSegment::text)
                    .collect(Collectors.joining()));
    ArrayNode all = out.putArray("segments");
    for (TranscriptSegment segment : transcript.segments()) {
      ObjectNode one = all.addObject();
      write(segment, all.size() - 1, one);
      one.remove("exit_layers");
      if (!segment.words().isEmpty()) {
        addWords(segment.words(), one);
        one.path("words")
            .forEach(word -> ((ObjectNode) word).put("word", " " + word.path("word").asText()));
      }
    }
    return out.put("language", transcript.language());
  }

  private static void addWords(List<TranscriptWord> all, ObjectNode out) {
    ArrayNode words = out.putArray("words");
    for (TranscriptWord word : all) {
      ObjectNode one =
          words
              .addObject()
              .put("word", word.word())
              .put("start", hundredths(word.start()))
              .put("end", hundredths(word.end()));
      if (!word.hasTimes() || !Double.isNaN(word.probability())) {
        one.put("probability", GenerationJson.finite(word.probability()));
      }
    }
  }

  private static void write(TranscriptSegment segment, int id, ObjectNode out) {
    out.put("id", id);
    if (segment.channel() != null) {
      out.put("channel", segment.channel());
    }
    out.put("seek", segment.seek())
        .put("start", hundredths(segment.start()))
        .put("end", hundredths(segment.end()))
        .put("text", segment.text());
    segment.tokenIds().forEach(out.putArray("tokens")::add);
    out.put("temperature", segment.temperature())
        .put("avg_logprob", GenerationJson.finite(segment.meanLogProbability()))
        .put("compression_ratio", segment.compressionRatio());
    if (segment.noSpeechProbability() != null) {
      out.put("no_speech_prob", GenerationJson.finite(segment.noSpeechProbability()));
    }
    segment.exitLayers().forEach(out.putArray("exit_layers")::add);
  }

  /** A time, whose steps are hundredths of a second or more; null for NaN. */
  private static @Nullable Double hundredths(double seconds) {
    return Double.isNaN(seconds) ? null : (Double) (Math.round(seconds * 100) / 100.0);
  }
}
