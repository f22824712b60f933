package dev.deed.data.transcript;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Token;
import dev.deed.data.LineSource;
import dev.deed.data.generate.GenerationJson;
import dev.deed.files.IoReason;
import dev.deed.speech.PartialTranscript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptWord;
import dev.deed.speech.TranscriptionListener.Progress;
import dev.deed.speech.WindowEnd;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a transcription, a line of JSON each, from which a stopped one goes on. Of tokens
 * it holds what transcripts tell: ids and exit layers.
 */
public final class WindowLine {
  private static final int MOST_BYTES = 1 << 24;
  private static final ObjectMapper JSON = new ObjectMapper();

  private WindowLine() {}

  /** A window and what it gave. */
  public static ObjectNode of(Progress progress) {
    WindowEnd end = progress.end();
    ObjectNode line =
        GenerationJson.object()
            .put("frame", end.frame())
            .put("seconds", end.seconds())
            .put("language", end.language());
    end.previous().forEach(line.putArray("previous")::add);
    Effort effort = end.effort();
    line.putArray("effort")
        .add(effort.layersRun())
        .add(effort.layersPossible())
        .add(effort.layerPasses())
        .add(effort.headLookups())
        .add(effort.narrowLayersRun());
    Drafts drafts = end.drafts();
    if (drafts != null) {
      line.putArray("drafts")
          .add(drafts.drafted())
          .add(drafts.accepted())
          .add(drafts.verifications());
    }
    ArrayNode segments = line.putArray("segments");
    progress.segments().forEach(segment -> write(segment, segments.addObject()));
    return line;
  }

  private static void write(TranscriptSegment segment, ObjectNode out) {
    out.put("start", segment.start())
        .put("end", segment.end())
        .put("text", segment.text())
        .put("seek", segment.seek())
        .put("temperature", segment.temperature())
        .put("avg_logprob", GenerationJson.finite(segment.meanLogProbability()))
        .put("compression_ratio", segment.compressionRatio());
    if (segment.noSpeechProbability() != null) {
      out.put("no_speech_prob", segment.noSpeechProbability());
    }
    segment.tokenIds().forEach(out.putArray("tokens")::add);
    segment.exitLayers().forEach(out.putArray("exit_layers")::add);
    ArrayNode words = out.putArray("words");
    segment
        .words()
        .forEach(word -> words.addArray().add(word.word()).add(word.start()).add(word.end()));
  }

  /**
   * What was read of a file.
   *
   * @param bytes of the whole lines
   * @param transcript null where there is no whole line
   */
  public record Read(long bytes, @Nullable PartialTranscript transcript) {}

  /**
   * Reads a file of windows. A last line without its end is torn and does not count.
   *
   * @throws InputException when it cannot be read, or holds something else
   */
  public static Read read(Path file) {
    List<TranscriptSegment> segments = new ArrayList<>();
    WindowEnd end = null;
    long bytes = 0;
    try (LineSource lines = new LineSource(Files.newInputStream(file), MOST_BYTES)) {
      for (byte[] line = lines.next(); line != null && lines.ended(); line = lines.next()) {
        try {
          JsonNode window = JSON.readTree(line);
          end = end(window);
          for (JsonNode segment : window.required("segments")) {
            segments.add(segment(segment));
          }
        } catch (JsonProcessingException | IllegalArgumentException e) {
          throw new InputException(
              file.toString(),
              "line " + lines.number() + " is no window of a transcript",
              "remove the file and begin anew");
        }
        bytes = lines.position();
      }
    } catch (IOException e) {
      throw new InputException(
          file.toString(), "cannot be read (" + IoReason.of(e) + ")", "check the file");
    }
    return new Read(bytes, end == null ? null : new PartialTranscript(segments, end));
  }

  private static WindowEnd end(JsonNode window) {
    JsonNode effort = window.required("effort");
    JsonNode drafts = window.get("drafts");
    return new WindowEnd(
        window.required("frame").intValue(),
        window.required("seconds").doubleValue(),
        window.required("language").asText(),
        integers(window.required("previous")),
        new Effort(
            effort.required(0).intValue(),
            effort.required(1).intValue(),
            effort.required(2).intValue(),
            effort.required(3).intValue(),
            effort.required(4).intValue()),
        drafts == null
            ? null
            : new Drafts(
                drafts.required(0).intValue(),
                drafts.required(1).intValue(),
                drafts.required(2).intValue()));
  }

  private static TranscriptSegment segment(JsonNode segment) {
    List<Integer> ids = integers(segment.required("tokens"));
    List<Integer> layers = integers(segment.required("exit_layers"));
    if (ids.size() != layers.size()) {
      throw new IllegalArgumentException("a token without its layer");
    }
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      tokens.add(
          new Token(i, ids.get(i), layers.get(i), Double.NaN, Double.NaN, List.of(), List.of()));
    }
    List<TranscriptWord> words = new ArrayList<>();
    for (JsonNode word : segment.required("words")) {
      words.add(
          new TranscriptWord(
              word.required(0).asText(),
              word.required(1).doubleValue(),
              word.required(2).doubleValue()));
    }
    JsonNode noSpeech = segment.get("no_speech_prob");
    return new TranscriptSegment(
        segment.required("start").doubleValue(),
        segment.required("end").doubleValue(),
        segment.required("text").asText(),
        tokens,
        segment.required("seek").intValue(),
        segment.required("temperature").doubleValue(),
        segment.required("avg_logprob").isNull()
            ? Double.NaN
            : segment.required("avg_logprob").doubleValue(),
        segment.required("compression_ratio").doubleValue(),
        words,
        noSpeech == null ? null : (Double) noSpeech.doubleValue());
  }

  private static List<Integer> integers(JsonNode array) {
    List<Integer> all = new ArrayList<>();
    array.forEach(one -> all.add(one.intValue()));
    return all;
  }
}
