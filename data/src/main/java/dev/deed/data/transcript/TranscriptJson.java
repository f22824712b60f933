package dev.deed.data.transcript;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.generate.GenerationJson;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;

/** Transcripts as JSON in OpenAI's shapes; exit layers are DEED's own. */
public final class TranscriptJson {
  private TranscriptJson() {}

  /** The text alone. */
  public static ObjectNode plain(Transcript transcript) {
    return JsonNodeFactory.instance.objectNode().put("text", transcript.text());
  }

  /** Everything. */
  public static ObjectNode verbose(Transcript transcript) {
    ObjectNode out =
        JsonNodeFactory.instance
            .objectNode()
            .put("task", transcript.task().spelling())
            .put("language", transcript.languageName())
            .put("duration", transcript.seconds())
            .put("text", transcript.text());
    ArrayNode segments = out.putArray("segments");
    for (TranscriptSegment segment : transcript.segments()) {
      write(segment, segments.size(), segments.addObject());
    }
    out.put("layers_run", transcript.effort().layersRun())
        .put("layers_possible", transcript.effort().layersPossible());
    return out;
  }

  private static void write(TranscriptSegment segment, int id, ObjectNode out) {
    out.put("id", id)
        .put("seek", segment.seek())
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

  /** A time, whose steps are hundredths of a second or more. */
  private static double hundredths(double seconds) {
    return Math.round(seconds * 100) / 100.0;
  }
}
