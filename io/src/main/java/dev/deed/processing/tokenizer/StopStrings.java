package dev.deed.processing.tokenizer;

import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Texts before which an answer ends. What counts is the occurrence that ends first, of those that
 * end together the longest: the text before it holds none of them. Where the pieces of a text part
 * makes no difference. Immutable.
 */
public final class StopStrings {
  private static final StopStrings NONE = new StopStrings(List.of());

  private final List<String> strings;

  private StopStrings(List<String> strings) {
    this.strings = strings;
  }

  /** Of strings of which none is empty. */
  public static StopStrings of(List<String> strings) {
    return strings.isEmpty() ? NONE : new StopStrings(List.copyOf(strings));
  }

  /** Whether nothing stops an answer. */
  public boolean isEmpty() {
    return strings.isEmpty();
  }

  public Watch watch() {
    return new Watch(strings);
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
   * Gives a text on as it grows, but for its end where that may be the beginning of a stop string.
   * Belongs to one text, not thread-safe.
   */
  public static final class Watch {
    private final List<String> strings;
    private final StringBuilder withheld = new StringBuilder();
    private boolean stopped;

    private Watch(List<String> strings) {
      this.strings = strings;
    }

    /** Gives what no stop string can begin in any more, up to one that is complete. */
    public String append(String piece) {
      for (int i = 0; i < piece.length() && !stopped; i++) {
        withheld.append(piece.charAt(i));
        int complete = longest(string -> endsWith(string) ? string.length() : 0);
        stopped = complete > 0;
        withheld.setLength(withheld.length() - complete);
      }
      int kept = stopped ? 0 : longest(this::matching);
      String released = withheld.substring(0, withheld.length() - kept);
      withheld.delete(0, released.length());
      return released;
    }

    private int longest(ToIntFunction<String> length) {
      return strings.stream().mapToInt(length).max().orElse(0);
    }

    /** How much of a stop string the text ends with, if not with all of it. */
    private int matching(String string) {
      int length = Math.min(string.length() - 1, withheld.length());
      while (!endsWith(string.substring(0, length))) {
        length--;
      }
      return length;
    }

    private boolean endsWith(String string) {
      return withheld.indexOf(string, withheld.length() - string.length()) >= 0;
    }

    /** Whether a stop string is complete. The text has then ended. */
    public boolean stopped() {
      return stopped;
    }

    /** Whether the text ends with what may be the beginning of a stop string. */
    boolean holdsBack() {
      return !withheld.isEmpty();
    }

    /** The text held back, once no piece follows; nothing where a stop string ended it. */
    public String finish() {
      String rest = withheld.toString();
      withheld.setLength(0);
      return rest;
    }
  }
}
