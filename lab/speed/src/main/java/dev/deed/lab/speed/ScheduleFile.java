package dev.deed.lab.speed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.files.RegularFile;
import dev.deed.lab.speed.DraftSchedule.Block;
import dev.deed.lab.speed.ImposedExits.Stop;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a schedule; see {@link Schedule#read}.
 *
 * @param layers of the decoder; null: they are told by the file
 */
record ScheduleFile(Path file, @Nullable Integer layers) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String REMEDY = "give a file of deed generate";
  private static final String EXIT_LAYERS = "exit_layers";
  private static final String CONSULTED = "consulted";
  private static final String DROPPED = "dropped";

  /**
   * A position that was decoded.
   *
   * @param layer where it left
   * @param consulted how many exits below the last layer were asked; below 0: it does not say
   */
  private record Position(int layer, int consulted) {
    Stop stop(int depth) {
      return consulted < 0
          ? Stop.at(layer)
          // The last layer emits without being asked for its confidence.
          : new Stop(layer, Math.max(1, consulted + (layer == depth ? 1 : 0)));
    }
  }

  /**
   * What a line says of an answer.
   *
   * @param dropped for each token what was decoded in vain before it; null where nothing is
   *     verified
   * @param accepted how many drafts were kept; below 0: it does not say
   * @param whole whether all of these are tokens of this answer
   */
  private record Trace(
      String place,
      List<Position> tokens,
      @Nullable List<List<Position>> dropped,
      int accepted,
      boolean whole) {
    Stream<Position> positions() {
      return dropped == null
          ? tokens.stream()
          : Stream.concat(tokens.stream(), dropped.stream().flatMap(List::stream));
    }

    /**
     * Whether its deepest layer must be the last: of lossless exits, whether a token is no draft.
     */
    boolean reachesFullDepth() {
      return dropped == null
          || dropped.stream().anyMatch(before -> !before.isEmpty())
          || (accepted >= 0 && accepted < tokens.size());
    }

    /** A token of full depth ends a verification, and so does the last of the answer. */
    List<Block> blocks(List<List<Position>> vain, int depth) {
      List<Block> blocks = new ArrayList<>();
      List<Position> drafts = new ArrayList<>();
      for (int i = 0; i < tokens.size(); i++) {
        Position token = tokens.get(i);
        if (token.layer < depth) {
          drafts.add(token);
          continue;
        }
        int kept = drafts.size();
        List<Position> behind = vain.get(i);
        boolean replaces = !behind.isEmpty();
        boolean reached = replaces && behind.getLast().layer == depth;
        drafts.addAll(behind.subList(0, behind.size() - (reached ? 1 : 0)));
        Position last = !replaces ? token : reached ? behind.getLast() : null;
        blocks.add(block(drafts, kept, last, depth));
        drafts.clear();
      }
      if (!drafts.isEmpty()) {
        blocks.add(block(drafts, drafts.size(), null, depth));
      }
      return blocks;
    }

    private Block block(List<Position> drafts, int kept, @Nullable Position last, int depth) {
      int copied = (int) drafts.stream().filter(draft -> draft.layer == 0).count();
      InputException.require(
          copied == 0 || copied == drafts.size(),
          place,
          "has copies of the input among other drafts of a verification",
          REMEDY);
      return new Block(
          copied,
          copied > 0 ? List.of() : drafts.stream().map(draft -> draft.stop(depth)).toList(),
          kept,
          last == null ? null : last.stop(depth));
    }

    private void requireKept(int depth) {
      long early = tokens.stream().filter(token -> token.layer < depth).count();
      InputException.require(
          !whole || accepted < 0 || accepted == early,
          place,
          "says that %d drafts were accepted, and its exit_layers tell of %d"
              .formatted(accepted, early),
          REMEDY);
    }
  }

  Schedule read() {
    RegularFile.require(file.toString(), file);
    List<Trace> traces = new ArrayList<>();
    int number = 0;
    try (var lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines::iterator) {
        number++;
        if (!line.isBlank()) {
          add(line, file + " line " + number, traces);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new InputException(file.toString(), "cannot be read", REMEDY);
    }
    require(
        traces.stream().anyMatch(trace -> trace.tokens.size() > 1),
        file.toString(),
        "has no answer of two tokens");
    int depth = depth(traces);
    return traces.getFirst().dropped == null
        ? new ExitSchedule(
            traces.stream()
                .map(trace -> trace.tokens.stream().map(token -> token.stop(depth)).toList())
                .toList(),
            depth)
        : drafts(traces, depth);
  }

  private int depth(List<Trace> traces) {
    int deepest =
        traces.stream().flatMap(Trace::positions).mapToInt(Position::layer).max().orElseThrow();
    if (layers != null) {
      InputException.require(
          deepest <= layers,
          file.toString(),
          "has the exit layer %d, and --schedule-layers says %d".formatted(deepest, layers),
          "give as many as the decoder has that it is of");
      return layers;
    }
    InputException.require(
        traces.stream().anyMatch(Trace::reachesFullDepth),
        file.toString(),
        "has no token of full depth, so the decoder's depth is not told",
        "give --schedule-layers N");
    return deepest;
  }

  private static DraftSchedule drafts(List<Trace> traces, int depth) {
    List<List<Block>> answers = new ArrayList<>();
    for (Trace trace : traces) {
      trace.requireKept(depth);
      if (trace.dropped != null) {
        answers.add(trace.blocks(trace.dropped, depth));
      }
    }
    return new DraftSchedule(answers, depth);
  }

  /** Adds nothing for a line that could not be decoded. */
  private static void add(String line, String place, List<Trace> traces) {
    JsonNode answer;
    try {
      answer = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new InputException(place, "is no JSON", REMEDY);
    }
    if (answer.has("error")) {
      return;
    }
    boolean lossless = answer.has("drafted");
    require(answer.path(EXIT_LAYERS).isArray(), place, "has no exit_layers");
    List<Position> tokens = tokens(answer, lossless ? 0 : 1, place);
    Trace trace =
        new Trace(
            place,
            tokens,
            lossless ? dropped(answer, tokens.size(), place) : null,
            answer.path("accepted").asInt(-1),
            isWhole(answer));
    InputException.require(
        traces.isEmpty() || (traces.getFirst().dropped == null) == (trace.dropped == null),
        place,
        "is " + (lossless ? "" : "not ") + "of lossless exits, unlike the lines before",
        "give a file of one kind");
    traces.add(trace);
  }

  /** Of an answer that a stop string cut, and of several, the counts tell of more tokens. */
  private static boolean isWhole(JsonNode answer) {
    return !answer.path("finish").asText().equals("stop") && !answer.has("sequences");
  }

  private static List<Position> tokens(JsonNode answer, int least, String place) {
    JsonNode exits = answer.path(EXIT_LAYERS);
    JsonNode consulted = answer.path(CONSULTED);
    boolean counted = !consulted.isMissingNode() && !consulted.isNull();
    if (counted) {
      require(
          consulted.isArray() && consulted.size() == exits.size(),
          place,
          "has exit_layers of %d tokens and consulted of %d"
              .formatted(exits.size(), consulted.size()));
    }
    return IntStream.range(0, exits.size())
        .mapToObj(i -> position(exits.get(i), counted ? consulted.get(i) : null, least, place))
        .toList();
  }

  private static Position position(
      JsonNode layer, @Nullable JsonNode consulted, int least, String place) {
    InputException.require(
        layer.isInt() && layer.intValue() >= least,
        place,
        "has the exit layer " + layer,
        "give whole numbers from " + least + " on");
    require(consulted == null || consulted.isArray(), place, "consulted " + consulted);
    return new Position(layer.intValue(), consulted == null ? -1 : consulted.size());
  }

  private static List<List<Position>> dropped(JsonNode answer, int tokens, String place) {
    JsonNode dropped = answer.path(DROPPED);
    InputException.require(
        dropped.isArray() && dropped.size() == tokens,
        place,
        "is of lossless exits and does not say of each token which drafts were dropped before it",
        "generate it with --trace");
    List<List<Position>> positions = new ArrayList<>();
    for (JsonNode token : dropped) {
      List<Position> before = new ArrayList<>();
      for (JsonNode one : token) {
        before.add(position(one.path("layer"), one.path(CONSULTED), 0, place));
      }
      positions.add(before);
    }
    return positions;
  }

  private static void require(boolean met, String place, String why) {
    InputException.require(met, place, why, REMEDY);
  }
}
