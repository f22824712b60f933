package dev.deed.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.deed.files.IoReason;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The answers that an earlier job left, each with its line of the input: that of the same {@code
 * id}, among lines without ids that of the same place. Equal ids count from the first line on.
 * Places count lines that are not blank, from 0. Belongs to one thread.
 */
public final class EarlierAnswers {
  /** An answer carries what its line held, and more. */
  private static final int MOST_BYTES = 8 * InputReader.MOST_BYTES;

  /** Place of the line of each answer, in the order of the answers. */
  private final List<Integer> places;

  private final BitSet answered = new BitSet();
  private final long bytes;
  private final long failed;

  private EarlierAnswers(List<Integer> places, long bytes, long failed) {
    this.places = places;
    this.bytes = bytes;
    this.failed = failed;
    places.forEach(answered::set);
  }

  /** Nothing was answered yet. */
  public static EarlierAnswers none() {
    return new EarlierAnswers(List.of(), 0, 0);
  }

  /**
   * Reads answers and finds their lines. A last line without its end is torn and does not count.
   *
   * @param input what messages call the input
   * @param inputs its lines, from the first on
   * @throws InputException when the file holds what no job wrote, a torn line that begins as no
   *     answer to a line of the input included, or answers another input
   */
  public static EarlierAnswers match(Path answers, String input, LineReader inputs) {
    List<AnswerLine> lines = new ArrayList<>();
    long bytes = 0;
    byte[] torn = new byte[0];
    try (LineSource source = new LineSource(Files.newInputStream(answers), MOST_BYTES)) {
      for (byte[] line = source.next(); line != null; line = source.next()) {
        if (source.tooLong()) {
          throw notOurs(answers, source.number());
        }
        if (!source.ended()) {
          torn = line;
          break;
        }
        if (!InputReader.isBlank(line)) {
          AnswerLine answer = AnswerLine.parse(source.number(), line);
          if (answer == null) {
            throw notOurs(answers, source.number());
          }
          lines.add(answer);
        }
        bytes = source.position();
      }
      long failed = lines.stream().filter(AnswerLine::failed).count();
      return new EarlierAnswers(places(answers, lines, torn, input, inputs), bytes, failed);
    } catch (IOException e) {
      throw IoReason.unreadable(answers, e);
    }
  }

  private static List<Integer> places(
      Path answers, List<AnswerLine> lines, byte[] torn, String input, LineReader inputs)
      throws IOException {
    Map<JsonNode, Queue<Integer>> byId = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      byId.computeIfAbsent(lines.get(i).id(), id -> new ArrayDeque<>()).add(i);
    }
    Integer[] places = new Integer[lines.size()];
    boolean ours = torn.length == 0;
    int place = 0;
    for (ParsedLine line = inputs.next(); line != null; line = inputs.next()) {
      JsonNode id = id(line);
      Queue<Integer> waiting = byId.get(id);
      Integer answer = waiting == null ? null : waiting.poll();
      if (answer != null) {
        requireSameTargets(answers, lines.get(answer), input, line);
        places[answer] = place;
      } else {
        ours = ours || AnswerLine.begins(torn, id);
      }
      place++;
    }
    for (int i = 0; i < places.length; i++) {
      if (places[i] == null) {
        AnswerLine answer = lines.get(i);
        String which = answer.id().isNull() ? "one line more without id" : "id " + answer.id();
        throw notOurs(answers, answer.number(), "answers no line of " + input + " (" + which + ")");
      }
    }
    if (!ours) {
      throw notOurs(answers, lines.isEmpty() ? 1 : lines.getLast().number() + 1);
    }
    return List.of(places);
  }

  private static JsonNode id(ParsedLine line) throws IOException {
    JsonNode id = AnswerLine.asWritten(line.id());
    return id == null ? NullNode.instance : id;
  }

  /** Equal ids, such as numbers of lines, and places tell little: texts carried through may. */
  private static void requireSameTargets(
      Path answers, AnswerLine answer, String input, ParsedLine line) throws IOException {
    if (line instanceof InputLine good && AnswerLine.targets(good) != answer.targets()) {
      throw notOurs(
          answers,
          answer.number(),
          "has another target than line " + line.number() + " of " + input);
    }
  }

  private static InputException notOurs(Path answers, long number) {
    return notOurs(answers, number, "is no answer of deed");
  }

  private static InputException notOurs(Path answers, long number, String why) {
    return new InputException(
        answers + ", line " + number, why, "give that job's input, another output or --overwrite");
  }

  public long count() {
    return places.size();
  }

  /** How many of them say why there is no answer. */
  public long failed() {
    return failed;
  }

  /** Bytes of their file up to the end of the last whole line. */
  public long bytes() {
    return bytes;
  }

  /** The lines of the input that have no answer yet. */
  public Supplier<@Nullable ParsedLine> unanswered(Supplier<@Nullable ParsedLine> input) {
    return new Supplier<>() {
      private int place;

      @Override
      public @Nullable ParsedLine get() {
        ParsedLine line = input.get();
        while (line != null && answered.get(place++)) {
          line = input.get();
        }
        return line;
      }
    };
  }

  /** Whether they answer the first lines of the input, in its order, so that others follow them. */
  public boolean inOrder() {
    return IntStream.range(0, places.size()).allMatch(i -> places.get(i) == i);
  }

  /** A line of a file of answers. */
  private record Placed(int place, long start, long end) {}

  /**
   * Writes the lines of a file in the order of the input.
   *
   * @param answers these answers, and behind them those to {@link #unanswered} lines
   */
  public void sort(Path answers, OutputStream sorted) throws IOException {
    List<Placed> lines = new ArrayList<>();
    try (LineSource source = new LineSource(Files.newInputStream(answers), MOST_BYTES)) {
      long start = 0;
      int free = -1;
      for (byte[] line = source.next(); line != null; line = source.next()) {
        if (!InputReader.isBlank(line) || source.tooLong()) {
          boolean earlier = lines.size() < places.size();
          free = earlier ? free : answered.nextClearBit(free + 1);
          int place = earlier ? places.get(lines.size()) : free;
          lines.add(new Placed(place, start, source.position()));
        }
        start = source.position();
      }
    }
    lines.sort(Comparator.comparingInt(Placed::place));
    try (RandomAccessFile file = new RandomAccessFile(answers.toFile(), "r")) {
      for (Placed line : lines) {
        byte[] bytes = new byte[(int) (line.end - line.start)];
        file.seek(line.start);
        file.readFully(bytes);
        sorted.write(bytes);
      }
    }
  }

  /**
   * What a line of an output tells of the line of the input that it answers.
   *
   * @param number in the output, from 1
   * @param id null where it has none
   * @param targets a digest of the accepted texts that it carries
   * @param failed whether it says why there is no answer
   */
  private record AnswerLine(long number, JsonNode id, int targets, boolean failed) {
    private static final JsonMapper MAPPER =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private static final List<TaskType> TYPES = TaskType.all();

    /** Reads a line; null where it is not one that a task writes. */
    static @Nullable AnswerLine parse(long number, byte[] line) throws IOException {
      try {
        JsonNode json = MAPPER.readTree(line);
        boolean decoded = TYPES.stream().anyMatch(type -> type.isAnswer(json));
        return decoded || json.path("error").isTextual()
            ? new AnswerLine(
                number,
                json.path("id").isMissingNode() ? NullNode.instance : json.path("id"),
                digest(json.get("target"), json.get("targets")),
                !decoded)
            : null;
      } catch (JsonProcessingException e) {
        return null;
      }
    }

    /** Whether a line without its end may be the beginning of the answer to a line with this id. */
    static boolean begins(byte[] torn, JsonNode id) {
      return Stream.concat(
              Stream.of("error"), TYPES.stream().flatMap(type -> type.begins().stream()))
          .anyMatch(field -> begins(torn, id, field));
    }

    private static boolean begins(byte[] torn, JsonNode id, String field) {
      byte[] start = ("{\"id\":" + id + ",\"" + field + "\":").getBytes(StandardCharsets.UTF_8);
      int common = Math.min(torn.length, start.length);
      return Arrays.equals(torn, 0, common, start, 0, common);
    }

    /** The digest of an input's texts. */
    static int targets(InputLine line) throws IOException {
      return digest(
          asWritten(line.carried().get("target")), asWritten(line.carried().get("targets")));
    }

    /** What is read again of a value once it was written: half a surrogate pair is a ? then. */
    static @Nullable JsonNode asWritten(@Nullable JsonNode value) throws IOException {
      return value == null
          ? null
          : MAPPER.readTree(value.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static int digest(@Nullable JsonNode target, @Nullable JsonNode targets) {
      return Objects.hash(target, targets);
    }
  }
}
