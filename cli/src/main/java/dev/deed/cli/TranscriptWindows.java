package dev.deed.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Input;
import dev.deed.data.Fields;
import dev.deed.data.LineOptions;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineVerifier;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.speech.VoiceActivity;
import java.util.Collections;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Windows of a transcript with receipts. Each is an answer to be checked, whose input is its part
 * of the recording. Times are not checked, nor that windows were refused before those it tells of.
 *
 * @param transcript in verbose JSON
 * @param origin what errors call it
 */
record TranscriptWindows(ObjectNode transcript, String origin) {
  private static final String WINDOWS = "windows";

  /** Whether a line of answers is a transcript that tells of its windows. */
  static boolean areIn(ObjectNode line) {
    return line.path(WINDOWS).isArray();
  }

  /** What tells of the first window, or else of an answer itself. */
  static ObjectNode first(ObjectNode line) {
    return line.path(WINDOWS).path(0) instanceof ObjectNode window ? window : line;
  }

  /** Which parts of its recording it is of. */
  private TranscriptionOptions how() {
    TranscriptionOptions how = TranscriptionOptions.defaults();
    how =
        switch (transcript.path("vad").asText()) {
          case "off" -> how.withVoice(null);
          case "on" -> how.withVoice(VoiceActivity.defaults());
          default -> how;
        };
    return transcript.path(WINDOWS).path(0).has("channel") ? how.withChannels(Channels.SPLIT) : how;
  }

  /**
   * All of them; {@code id} is the frame at which one begins.
   *
   * @param options of whoever checks
   */
  List<VerifiedAnswer> answers(Transcriber transcriber, Recording file, LineOptions options) {
    TranscriptionOptions how = how();
    Recording recording = transcriber.read(file, how);
    return StreamSupport.stream(transcript.path(WINDOWS).spliterator(), false)
        .map(window -> window instanceof ObjectNode object ? object : GenerationJson.object())
        .map(window -> answer(transcriber, recording, how, window, options))
        .toList();
  }

  private VerifiedAnswer answer(
      Transcriber transcriber,
      Recording recording,
      TranscriptionOptions how,
      ObjectNode window,
      LineOptions options) {
    Fields fields = new Fields(origin, WINDOWS + ".", window);
    Integer seek = fields.integer("seek", 0, Integer.MAX_VALUE);
    int[] prefix = fields.integers("decoder_input_ids", 0, Integer.MAX_VALUE);
    if (seek == null || prefix == null) {
      throw fields.wrong("seek", "a number, beside decoder_input_ids");
    }
    int channel = window.path("channel").asInt(0);
    Integer frames = fields.integer("frames", 1, Integer.MAX_VALUE);
    Integer positions = fields.integer("positions", 1, Integer.MAX_VALUE);
    Input input = transcriber.window(recording, how, channel, seek, frames, positions);
    ObjectNode out = GenerationJson.object().put("id", seek);
    if (window.has("channel")) {
      out.put("channel", channel);
    }
    return new VerifiedAnswer(
        out, input.withDecoderPrefix(prefix), LineVerifier.of(origin, window, null, options));
  }

  /** Whether its text is that of its segments, and these are parts of what their windows said. */
  boolean saysWhatTheySay(Transcriber transcriber) {
    StringBuilder text = new StringBuilder();
    for (JsonNode segment : transcript.path("segments")) {
      List<Integer> tokens = ids(segment.path("tokens"));
      String own = segment.path("text").asText();
      boolean isSaid =
          StreamSupport.stream(transcript.path(WINDOWS).spliterator(), false)
              .filter(window -> place(window).equals(place(segment)))
              .anyMatch(
                  window -> Collections.indexOfSubList(ids(window.path("token_ids")), tokens) >= 0);
      if (!isSaid || !own.equals(transcriber.text(tokens))) {
        return false;
      }
      text.append(own);
    }
    return transcript.path("text").asText().equals(text.toString().strip());
  }

  /** Of a window, which its segments tell too. */
  private static String place(JsonNode of) {
    return of.path("channel").asInt(0) + ":" + of.path("seek").asInt(-1);
  }

  private static List<Integer> ids(JsonNode tokens) {
    return StreamSupport.stream(tokens.spliterator(), false).map(id -> id.asInt(-1)).toList();
  }
}
