package dev.deed.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Input;
import dev.deed.Proof;
import dev.deed.ProofResult;
import dev.deed.Request;
import dev.deed.data.Fields;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineOptions;
import dev.deed.data.generate.LineVerifier;
import dev.deed.data.generate.ProofJson;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.speech.VoiceActivity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A transcript with receipts, held against its recording window by window, and its segments against
 * the windows. Times are not checked, nor that windows were refused before those it tells of.
 *
 * @param how it was transcribed
 * @param origin what errors call it
 * @param options of whoever checks
 */
record TranscriptProof(
    EncoderDecoderModel model,
    Transcriber transcriber,
    Recording recording,
    TranscriptionOptions how,
    String origin,
    LineOptions options) {
  private static final String WINDOWS = "windows";

  /** Whether a line of answers is a transcript that tells of its windows. */
  static boolean isOne(ObjectNode line) {
    return line.path(WINDOWS).isArray();
  }

  /** Which parts of its recording a transcript is of. */
  static TranscriptionOptions how(ObjectNode transcript) {
    TranscriptionOptions how = TranscriptionOptions.defaults();
    how =
        switch (transcript.path("vad").asText()) {
          case "off" -> how.withVoice(null);
          case "on" -> how.withVoice(VoiceActivity.defaults());
          default -> how;
        };
    return transcript.path(WINDOWS).path(0).has("channel") ? how.withChannels(Channels.SPLIT) : how;
  }

  /** What tells of the first window, or else of an answer itself. */
  static ObjectNode first(ObjectNode line) {
    return line.path(WINDOWS).path(0) instanceof ObjectNode window ? window : line;
  }

  /** What came of each window, {@code id} being its frame, and of the text, whose id is null. */
  List<ObjectNode> check(ObjectNode transcript) {
    List<ObjectNode> results = new ArrayList<>();
    Map<String, List<Integer>> said = new HashMap<>();
    for (JsonNode each : transcript.path(WINDOWS)) {
      ObjectNode window = each instanceof ObjectNode object ? object : GenerationJson.object();
      Fields fields = new Fields(origin, WINDOWS + ".", window);
      Integer seek = fields.integer("seek", 0, Integer.MAX_VALUE);
      int[] prefix = fields.integers("decoder_input_ids", 0, Integer.MAX_VALUE);
      if (seek == null || prefix == null) {
        throw fields.wrong("seek", "a number, beside decoder_input_ids");
      }
      LineVerifier verifier = LineVerifier.of(origin, window, null, options);
      int channel = window.path("channel").asInt(0);
      Integer positions = fields.integer("positions", 1, Integer.MAX_VALUE);
      Input input =
          transcriber.window(recording, how, channel, seek, positions).withDecoderPrefix(prefix);
      ProofResult result =
          Proof.check(model, new Request(input, verifier.options()), verifier.claim());
      ObjectNode out = GenerationJson.object().put("id", seek);
      if (window.has("channel")) {
        out.put("channel", channel);
      }
      ProofJson.write(result, out);
      results.add(out.<ObjectNode>set("settings", verifier.stated()));
      said.put(place(window), verifier.claim().tokenIds());
    }
    ObjectNode text = GenerationJson.object().putNull("id").put("equal", true);
    if (!holds(transcript, said)) {
      text.put("equal", false).putArray("mismatches").add("text");
    }
    results.add(text.put("tokens", 0));
    return results;
  }

  /** Of a window, which its segments tell too. */
  private static String place(JsonNode of) {
    return of.path("channel").asInt(0) + ":" + of.path("seek").asInt(-1);
  }

  /** Whether text and segments are what the windows said. */
  private boolean holds(ObjectNode transcript, Map<String, List<Integer>> said) {
    StringBuilder text = new StringBuilder();
    for (JsonNode segment : transcript.path("segments")) {
      List<Integer> tokens = new ArrayList<>();
      segment.path("tokens").forEach(token -> tokens.add(token.asInt(-1)));
      List<Integer> window = said.getOrDefault(place(segment), List.of());
      String own = segment.path("text").asText();
      if (Collections.indexOfSubList(window, tokens) < 0 || !own.equals(transcriber.text(tokens))) {
        return false;
      }
      text.append(own);
    }
    return transcript.path("text").asText().equals(text.toString().strip());
  }
}
