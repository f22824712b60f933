package dev.deed.processing.tokenizer;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts before which an answer ends. What counts is the occurrence that ends first, of those that
 * end together the longest: the text before it holds none of them. Where the pieces of a text part
 * makes no difference. Immutable.
 */
public final class StopStrings {
  private static final StopStrings NONE = new StopStrings(List.of());

  private final List<Pattern> patterns;

  private StopStrings(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  /** Of strings of which none is empty. */
  public static StopStrings of(List<String> strings) {
    return strings.isEmpty()
        ? NONE
        : new StopStrings(strings.stream().distinct().map(Pattern::of).toList());
  }

  /** Whether nothing stops an answer. */
  public boolean isEmpty() {
    return patterns.isEmpty();
  }

  public Watch watch() {
    return new Watch(patterns);
  }

  /** The text of one answer, token by token. */
  public StoppingStream stream(Tokenizer tokenizer) {
    return new StoppingStream(tokenizer.answerStream(), watch());
  }

  /**
   * Where an answer ends.
   *
   * @param tokens how many tokens belong to it, the one that completed the stop string the last
   * @param text without special tokens, up to the stop string
   */
  public record Cut(int tokens, String text) {}

  /**
   * @param ids the new tokens; more may follow in it than belong to the answer
   * @return null when no stop string occurs
   */
  public @Nullable Cut cut(int[] ids, Tokenizer tokenizer) {
    if (isEmpty()) {
      return null;
    }
    StoppingStream stream = stream(tokenizer);
    StringBuilder text = new StringBuilder();
    int tokens = 0;
    while (tokens < ids.length && !stream.stopped()) {
      text.append(stream.append(ids[tokens++]));
    }
    if (!stream.stopped()) {
      text.append(stream.finish());
    }
    return stream.stopped() ? new Cut(tokens, text.toString()) : null;
  }

  /**
   * A stop string with the table of Knuth, Morris and Pratt.
   *
   * @param borders for each length of a beginning, the longest shorter one that it ends with
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pattern(String text, int[] borders) {
    static Pattern of(String text) {
      Pattern pattern = new Pattern(text, new int[text.length() + 1]);
      for (int end = 1; end < text.length(); end++) {
        pattern.borders[end + 1] = pattern.next(pattern.borders[end], text.charAt(end));
      }
      return pattern;
    }

    /** How much of it a text ends with, once a character follows {@code matched} of it. */
    int next(int matched, char character) {
      int length = matched;
      while (length > 0 && text.charAt(length) != character) {
        length = borders[length];
      }
      return text.charAt(length) == character ? length + 1 : 0;
    }
  }

  /**
   * Gives a text on as it grows, but for its end where that may be the beginning of a stop string.
   * Belongs to one text, not thread-safe.
   */
  public static final class Watch {
    private final List<Pattern> patterns;

    /** Of each pattern, how many of its characters the text ends with. */
    private final int[] matched;

    private final StringBuilder held = new StringBuilder();
    private boolean stopped;

    private Watch(List<Pattern> patterns) {
      this.patterns = patterns;
      this.matched = new int[patterns.size()];
    }

    /** Gives what no stop string can begin in any more, up to one that is complete. */
    public String append(String piece) {
      for (int i = 0; i < piece.length() && !stopped; i++) {
        add(piece.charAt(i));
      }
      int kept = stopped ? 0 : Arrays.stream(matched).max().orElse(0);
      String released = held.substring(0, held.length() - kept);
      held.delete(0, released.length());
      return released;
    }

    private void add(char character) {
      held.append(character);
      int longest = 0;
      for (int p = 0; p < matched.length; p++) {
        Pattern pattern = patterns.get(p);
        matched[p] = pattern.next(matched[p], character);
        if (matched[p] == pattern.text().length()) {
          longest = Math.max(longest, matched[p]);
        }
      }
      if (longest > 0) {
        stopped = true;
        held.setLength(held.length() - longest);
      }
    }

    /** Whether a stop string is complete. The text has then ended. */
    public boolean stopped() {
      return stopped;
    }

    /** Whether the text ends with what may be the beginning of a stop string. */
    boolean holdsBack() {
      return !held.isEmpty();
    }

    /** The text held back, once no piece follows; nothing where a stop string ended it. */
    public String finish() {
      String rest = held.toString();
      held.setLength(0);
      return rest;
    }
  }
}
