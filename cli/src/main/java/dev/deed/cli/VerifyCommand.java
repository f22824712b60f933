package dev.deed.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.Proof;
import dev.deed.ProofResult;
import dev.deed.Receipt;
import dev.deed.Request;
import dev.deed.data.Fields;
import dev.deed.data.GenerationJson;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.data.LineInputs;
import dev.deed.data.LineOptions;
import dev.deed.data.LineVerifier;
import dev.deed.data.ParsedLine;
import dev.deed.data.ProofJson;
import dev.deed.files.ErrorLine;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.speech.VoiceActivity;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deed verify}: holds answers against full depth. */
@Command(
    name = "verify",
    description =
        "Checks answers of deed generate, and transcripts with receipts: decodes each input again at full depth, with the answer"
            + " as prediction, and compares.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin ModelOptions model = new ModelOptions();
  @Mixin PrecisionOption precision = new PrecisionOption();
  @Mixin ExitOptions exits = new ExitOptions();
  @Mixin SearchOptions search = new SearchOptions();

  @Option(names = "--input", paramLabel = "FILE", required = true)
  Path input = Path.of("");

  @Option(names = "--answers", paramLabel = "FILE", required = true)
  Path answers = Path.of("");

  @Option(names = "--stop", paramLabel = "TEXT", arity = "1")
  List<String> stop = List.of();

  private long checked;
  private long tokens;
  private long differing;
  private long refused;

  @Override
  public Integer call() {
    LineOptions options =
        new LineOptions(
            GenerationOptions.defaults()
                .withExits(exits.settings())
                .withSettings(search.settings())
                .withStop(stop));
    for (Path file : List.of(input, answers)) {
      InputException.require(
          Files.isRegularFile(file), file.toString(), "is no file", "give a JSON Lines file");
    }
    long total = InputReader.count(answers);
    InputException.require(
        total > 0, answers.toString(), "holds no answers", "give the output of deed generate");
    ObjectNode first = first();
    if (TranscriptWindows.areIn(first)) {
      checkTranscript(first, options);
      return finish("windows");
    }
    try (EncoderDecoderModel opened = model.open(model.place(), opening());
        InputReader inputs = InputReader.open(input);
        InputReader claims = InputReader.open(answers);
        ProgressLine progress =
            ProgressLine.telling(
                model,
                "answers",
                total,
                0,
                Boolean.getBoolean("deed.stdout.terminal"),
                () -> checked + " of " + total + " answers, " + differing + " differ")) {
      Inputs waiting = new Inputs(inputs);
      for (ParsedLine line = claims.next(); line != null; line = claims.next()) {
        check(opened, waiting.of(line.orThrow()), line.orThrow(), claims.object(), options);
        progress.step();
      }
    }
    return finish("answers");
  }

  private int finish(String what) {
    String all =
        "%d %s, %,d tokens: %s%s"
            .formatted(
                checked,
                what,
                tokens,
                differing == 0 && refused == 0 ? "all equal" : differing + " differ",
                refused == 0 ? "" : ", " + refused + " could not be checked");
    model.note("deed: " + all);
    return refused > 0 ? Failures.BAD_INPUT : differing > 0 ? Failures.FAILED : 0;
  }

  /** Each window of a transcript, and that its text is what they say. */
  private void checkTranscript(ObjectNode transcript, LineOptions options) {
    TranscriptWindows windows = new TranscriptWindows(transcript, answers.toString());
    try (EncoderDecoderModel opened = model.open(model.place(), opening());
        Engine engine = opened.engine(EngineOptions.defaults().withMaxRows(1).withKnee(1))) {
      Transcriber transcriber = Transcriber.of(engine);
      for (VerifiedAnswer window : windows.answers(transcriber, Recording.of(input), options)) {
        check(opened, window);
      }
      boolean holds = windows.saysWhatTheySay(transcriber);
      differing += holds ? 0 : 1;
      ProofResult text = new ProofResult(holds, 0, null, holds ? List.of() : List.of("text"));
      ObjectNode out = GenerationJson.object().putNull("id");
      ProofJson.write(text, out);
      System.out.println(out);
    }
  }

  private void check(
      EncoderDecoderModel opened,
      ParsedLine parsed,
      InputLine answer,
      ObjectNode json,
      LineOptions options) {
    ObjectNode out = GenerationJson.object();
    out.set("id", answer.id());
    try {
      InputLine line = parsed.orThrow();
      LineVerifier verifier =
          LineVerifier.of(answers + ", line " + answer.number(), json, line, options);
      check(opened, new VerifiedAnswer(out, LineInputs.input(line), verifier));
    } catch (InputException e) {
      checked++;
      refused++;
      System.out.println(out.put("error", ErrorLine.of(e)));
    }
  }

  private void check(EncoderDecoderModel opened, VerifiedAnswer answer) {
    ProofResult result = answer.check(opened);
    checked++;
    tokens += result.tokens();
    differing += result.equal() ? 0 : 1;
    System.out.println(answer.out());
  }

  private ObjectNode first() {
    try (InputReader claims = InputReader.open(answers)) {
      ParsedLine line = claims.next();
      return line == null ? GenerationJson.object() : claims.object();
    }
  }

  /** Weights are held as they were for the first answer that has a receipt. */
  private OpenOptions opening() {
    OpenOptions options = OpenOptions.defaults();
    if (precision.isStated()) {
      return precision.applyTo(options, model.folder(), model);
    }
    try (InputReader claims = InputReader.open(answers)) {
      for (ParsedLine line = claims.next(); line != null; line = claims.next()) {
        line.orThrow();
        Receipt receipt =
            ProofJson.receipt(answers.toString(), TranscriptWindows.first(claims.object()));
        if (receipt != null) {
          return options.withPrecision(
              Arrays.stream(WeightPrecision.values())
                  .filter(weights -> weights.label().equals(receipt.origin().precision()))
                  .findFirst()
                  .orElse(null));
        }
      }
    }
    return options;
  }

  /** The lines that were answered, by their ids. */
  private final class Inputs {
    private final InputReader reader;
    private final Map<JsonNode, Queue<ParsedLine>> read = new HashMap<>();

    Inputs(InputReader reader) {
      this.reader = reader;
    }

    /** The first line that has the id of an answer and was not taken yet. */
    ParsedLine of(InputLine answer) {
      JsonNode id = id(answer);
      Queue<ParsedLine> same = read.computeIfAbsent(id, _ -> new ArrayDeque<>());
      while (same.isEmpty()) {
        ParsedLine next = reader.next();
        if (next == null) {
          throw new InputException(
              answers + ", line " + answer.number(),
              "answers no line of " + input + " (id " + id + ")",
              "give that job's input");
        }
        read.computeIfAbsent(id(next), _ -> new ArrayDeque<>()).add(next);
      }
      return same.remove();
    }

    private static JsonNode id(ParsedLine line) {
      JsonNode id = line.id();
      return id == null ? NullNode.instance : id;
    }
  }

  /**
   * An answer that is to be checked.
   *
   * @param out names it; gets what came of the check
   * @param input that was answered
   * @param answer what it says, and the settings that it is checked with
   */
  private record VerifiedAnswer(ObjectNode out, Input input, LineVerifier answer) {
    /**
     * Asks the model.
     *
     * @throws InputException when the input does not suit it
     */
    ProofResult check(EncoderDecoderModel model) {
      Request request = new Request(input, answer.options());
      ProofResult result = Proof.check(model, request, answer.claim());
      ProofJson.write(result, out);
      if (!answer.settings().isEmpty()) {
        out.set("settings", answer.settings());
      }
      return result;
    }
  }

  /**
   * Windows of a transcript with receipts. Each is an answer to be checked, whose input is its part
   * of the recording. Times are not checked, nor that windows were refused before those it tells
   * of.
   *
   * @param transcript in verbose JSON
   * @param origin what errors call it
   */
  private record TranscriptWindows(ObjectNode transcript, String origin) {
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
      return transcript.path(WINDOWS).path(0).has("channel")
          ? how.withChannels(Channels.SPLIT)
          : how;
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
                    window ->
                        Collections.indexOfSubList(ids(window.path("token_ids")), tokens) >= 0);
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
}
