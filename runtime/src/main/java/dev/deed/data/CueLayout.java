package dev.deed.data;

import dev.deed.speech.TextBreak;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptWord;
import dev.deed.value.SettingType;
import dev.deed.value.TaskSetting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How subtitles are cut and broken into lines: the course of least cost over all places where a
 * text may be broken. Sentences are better ends than clauses, these than words, and lines of one
 * length better than others. Immutable.
 *
 * @param width most characters of a line; 0: {@value #USUAL_WIDTH}
 * @param lines most lines of a cue; 0: {@value #USUAL_LINES}, where a width is given any number
 * @param words most words of a cue, which then is one line, where no width is given; 0: any number
 * @param keeps whether segments are cues and lines as they stand
 */
public record CueLayout(int width, int lines, int words, boolean keeps) {
  private static final int USUAL_WIDTH = 42;
  private static final int USUAL_LINES = 2;
  private static final int MOST = 1000;

  private static final double LEAST_SECONDS = 1;
  private static final double MOST_SECONDS = 7;
  private static final double CHARACTERS_A_SECOND = 20;

  /** Of words, or of characters where there are no blanks, that a cue holds at most. */
  private static final int MOST_ITEMS = 150;

  /** From this on a pause ends a cue. */
  private static final double LONGEST_PAUSE = 3;

  /** What it costs to end a cue or a line behind a sentence, a clause, a word, within a name. */
  private static final double[] ENDS = {0, 2, 5, 60};

  private static final double CUE = 1;
  private static final double MERGED = 2;
  private static final double TOO_SHORT = 6;
  private static final double TOO_FAST = 0.3;
  private static final double UNEVEN = 8;

  /** The usual one. */
  public static final CueLayout USUAL = new CueLayout(0, 0, 0, false);

  /** What may be said of it, by the names of Whisper's command line. */
  public static final List<TaskSetting<CueLayout, ?>> SETTINGS =
      List.of(
          new TaskSetting<>(
              "max_line_width",
              new SettingType.Whole(1, MOST),
              "Most characters of a line of subtitles (default: 42).",
              (layout, most) -> new CueLayout(most, layout.lines, layout.words, layout.keeps)),
          new TaskSetting<>(
              "max_line_count",
              new SettingType.Whole(1, MOST),
              "Most lines of a cue (default: 2; with --max-line-width any number).",
              (layout, most) -> new CueLayout(layout.width, most, layout.words, layout.keeps)),
          new TaskSetting<>(
              "max_words_per_line",
              new SettingType.Whole(1, MOST),
              "Most words of a cue, in one line; not with --max-line-width (default: any number).",
              (layout, most) -> new CueLayout(layout.width, layout.lines, most, layout.keeps)));

  /** The same that leaves segments as they are. */
  public CueLayout keeping() {
    return new CueLayout(width, lines, words, true);
  }

  /**
   * A subtitle.
   *
   * @param start in seconds
   * @param end in seconds
   */
  public record Cue(double start, double end, String text) {}

  /**
   * A word, or a character where there are no blanks.
   *
   * @param blank whether one stands before it
   * @param last whether it ends a segment
   * @param upTo characters of all items up to this one, with the blanks before them
   */
  private record Item(
      String text, boolean blank, double start, double end, boolean last, int upTo) {}

  /** The cues of segments, those of a channel behind its name. */
  List<Cue> cues(List<TranscriptSegment> segments) {
    List<Cue> cues = new ArrayList<>();
    for (int from = 0; from < segments.size(); ) {
      Integer channel = segments.get(from).channel();
      String name = channel == null ? "" : "channel " + channel + ": ";
      CueLayout own =
          new CueLayout(
              Math.max(1, width() - name.length()), lines(), width > 0 ? 0 : words, false);
      List<Item> items = new ArrayList<>();
      int to = from;
      for (; to < segments.size() && Objects.equals(segments.get(to).channel(), channel); to++) {
        TranscriptSegment one = segments.get(to);
        if (keeps) {
          cues.add(new Cue(one.start(), one.end(), name + one.text().strip()));
        } else {
          addItems(one, items);
        }
      }
      double next = to < segments.size() ? segments.get(to).start() : Double.POSITIVE_INFINITY;
      for (Cue cue : own.cues(items, next)) {
        cues.add(new Cue(cue.start, cue.end, name + cue.text));
      }
      from = to;
    }
    return cues;
  }

  private void addItems(TranscriptSegment segment, List<Item> items) {
    List<TranscriptWord> timed = segment.words();
    if (timed.isEmpty()) {
      timed = spread(segment);
    }
    String text = segment.text();
    int at = 0;
    double before = segment.start();
    for (int i = 0; i < timed.size(); i++) {
      TranscriptWord word = timed.get(i);
      int found = text.indexOf(word.word(), at);
      boolean blank = found < 0 || found > 0 && Character.isWhitespace(text.charAt(found - 1));
      at = found < 0 ? at : found + word.word().length();
      // Of what nobody says, words between others are shown with them.
      double start = word.hasTimes() ? word.start() : before;
      double end = word.hasTimes() ? word.end() : before;
      before = end;
      int size = word.word().codePointCount(0, word.word().length());
      boolean parted = blank || at == 0;
      int upTo = (items.isEmpty() ? 0 : items.getLast().upTo) + size + (parted ? 1 : 0);
      items.add(new Item(word.word(), parted, start, end, i + 1 == timed.size(), upTo));
    }
  }

  /** Words without times share those of their segment by their characters. */
  private List<TranscriptWord> spread(TranscriptSegment segment) {
    List<String> parts = new ArrayList<>();
    for (String word : segment.text().strip().split("\\s+")) {
      if (word.length() > width()) {
        word.codePoints().mapToObj(Character::toString).forEach(parts::add);
      } else {
        parts.add(word);
      }
    }
    int all = parts.stream().mapToInt(String::length).sum();
    double second = (segment.end() - segment.start()) / Math.max(1, all);
    List<TranscriptWord> words = new ArrayList<>();
    int done = 0;
    for (String part : parts) {
      double start = segment.start() + done * second;
      done += part.length();
      words.add(new TranscriptWord(part, start, segment.start() + done * second, Double.NaN));
    }
    return words;
  }

  @Override
  public int width() {
    return width > 0 ? width : words > 0 ? MOST : USUAL_WIDTH;
  }

  @Override
  public int lines() {
    return lines > 0 ? lines : width > 0 ? MOST : words > 0 ? 1 : USUAL_LINES;
  }

  /** The cheapest course: a cue from one end to the next. */
  private List<Cue> cues(List<Item> items, double next) {
    int size = items.size();
    double[] costs = new double[size + 1];
    int[] from = new int[size + 1];
    Arrays.fill(costs, 1, size + 1, Double.POSITIVE_INFINITY);
    for (int end = 1; end <= size; end++) {
      double behind = end == size ? next : items.get(end).start;
      double cost = CUE + (end == size ? 0 : endCost(items, end));
      for (int begin = end - 1; begin >= 0; begin--) {
        List<Integer> ends = lineEnds(items, begin, end);
        if (begin < end - 1 && (ends == null || !fits(items, begin, end))) {
          break;
        }
        double whole = costs[begin] + cost + cost(items, begin, end, behind, ends);
        if (whole < costs[end]) {
          costs[end] = whole;
          from[end] = begin;
        }
      }
    }
    List<Cue> found = new ArrayList<>();
    for (int end = size; end > 0; end = from[end]) {
      double behind = end == size ? next : items.get(end).start;
      Item first = items.get(from[end]);
      found.add(
          new Cue(first.start, end(items, from[end], end, behind), text(items, from[end], end)));
    }
    return found.reversed();
  }

  /** When a cue ends: with its words, or so late that it can be read before the next begins. */
  private static double end(List<Item> items, int begin, int end, double next) {
    double start = items.get(begin).start;
    double read = Math.max(LEAST_SECONDS, length(items, begin, end) / CHARACTERS_A_SECOND);
    double spokenEnd = Math.min(items.get(end - 1).end, Math.max(start, next));
    return Math.max(spokenEnd, Math.min(Math.min(start + read, next), start + MOST_SECONDS));
  }

  private boolean fits(List<Item> items, int begin, int end) {
    double pause = items.get(begin + 1).start - items.get(begin).end;
    double seconds = items.get(end - 1).end - items.get(begin).start;
    boolean isShort = end - begin <= (words == 0 ? MOST_ITEMS : Math.min(words, MOST_ITEMS));
    return isShort
        && pause < LONGEST_PAUSE
        && seconds <= MOST_SECONDS
        && length(items, begin, end) <= (long) width() * lines();
  }

  /** What it costs to end a cue before an item: less in a pause. */
  private static double endCost(List<Item> items, int at) {
    Item last = items.get(at - 1);
    double pause = Math.max(0, items.get(at).start - last.end);
    return ENDS[TextBreak.between(last.text, items.get(at).text).ordinal()] / (1 + 2 * pause);
  }

  private double cost(
      List<Item> items, int begin, int end, double next, @Nullable List<Integer> ends) {
    double seconds = end(items, begin, end, next) - items.get(begin).start;
    double speed = length(items, begin, end) / Math.max(0.1, seconds);
    double cost = TOO_SHORT * Math.max(0, LEAST_SECONDS - seconds);
    cost += TOO_FAST * Math.max(0, speed - CHARACTERS_A_SECOND);
    for (int i = begin; i + 1 < end; i++) {
      cost += items.get(i).last ? MERGED : 0;
    }
    return cost + (ends == null ? 0 : lineCost(items, begin, ends) / 4);
  }

  private static int length(List<Item> items, int begin, int end) {
    if (begin == end) {
      return 0;
    }
    int before = begin == 0 ? 0 : items.get(begin - 1).upTo;
    return items.get(end - 1).upTo - before - (items.get(begin).blank ? 1 : 0);
  }

  private double lineCost(List<Item> items, int begin, List<Integer> ends) {
    double mean = (double) length(items, begin, ends.getLast()) / ends.size();
    double cost = 0;
    int from = begin;
    for (int end : ends) {
      double apart = (length(items, from, end) - mean) / width();
      cost += UNEVEN * apart * apart;
      if (end < ends.getLast()) {
        cost += ENDS[TextBreak.between(items.get(end - 1).text, items.get(end).text).ordinal()];
      }
      from = end;
    }
    return cost;
  }

  /** Behind which items lines end: as few as hold them, evenly; null where they are too many. */
  private @Nullable List<Integer> lineEnds(List<Item> items, int begin, int end) {
    if (length(items, begin, end) <= width()) {
      return List.of(end);
    }
    List<Integer> ends = new ArrayList<>();
    int from = begin;
    for (int i = begin; i < end; i++) {
      if (i > from && length(items, from, i + 1) > width()) {
        ends.add(i);
        from = i;
      }
    }
    ends.add(end);
    if (ends.size() > lines()) {
      return null;
    }
    // Two lines are balanced; of more, each is as full as it may be.
    if (ends.size() == 2) {
      for (int i = begin + 1; i < end; i++) {
        List<Integer> other = List.of(i, end);
        if (length(items, begin, i) <= width()
            && length(items, i, end) <= width()
            && lineCost(items, begin, other) < lineCost(items, begin, ends)) {
          ends = other;
        }
      }
    }
    return ends;
  }

  private String text(List<Item> items, int begin, int end) {
    StringBuilder text = new StringBuilder();
    int from = begin;
    for (int line : Objects.requireNonNullElse(lineEnds(items, begin, end), List.of(end))) {
      text.append(from == begin ? "" : "\n");
      for (int i = from; i < line; i++) {
        text.append(items.get(i).blank && i > from ? " " : "").append(items.get(i).text);
      }
      from = line;
    }
    return text.toString();
  }
}
