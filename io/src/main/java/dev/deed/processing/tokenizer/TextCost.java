package dev.deed.processing.tokenizer;

import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How much the steps of a tokenizer can make of a text and how long they can take, in the worst
 * case. Native code does not say when it has no memory or no end, so texts for which it could come
 * to that are refused. A byte of a text takes up to half a kilobyte there.
 *
 * @param steps in their order
 * @param longestWord bytes within which the model looks for tokens at each place
 */
record TextCost(List<Step> steps, int longestWord) {
  private static final double MOST_BYTES = 8 << 20;

  /** Of about two nanoseconds. */
  private static final double MOST_WORK = 6e9;

  /** Ten million are the end of the process. */
  private static final double MOST_RETRIES = 8e6;

  /** Work of a step on each byte. */
  static final double NORMALIZING = 40;

  /** Cutting a text into pieces of one byte. */
  static final double CUTTING = 400;

  private static final double SQUARE = 4;
  private static final String PROBE = "a é ".repeat(500);

  /**
   * @param ascii bytes that it can make of one byte of an ASCII character
   * @param other bytes that it can make of one byte of any character, not fewer
   * @param keepsAscii whether ASCII characters become such again
   * @param work on each byte, in steps of a search for a pattern
   * @param square work on each pair of bytes
   * @param retries within one match, for each byte
   */
  public record Step(
      double ascii, double other, boolean keepsAscii, double work, double square, double retries) {
    public Step {
      other = Math.max(ascii, other);
    }

    /** A step that rewrites a text. */
    public static Step growing(double ascii, double other, boolean keepsAscii) {
      return new Step(ascii, other, keepsAscii, NORMALIZING, 0, 0);
    }

    /** A step that cuts a text into pieces, and may make it longer. */
    public static Step cutting(double ascii, double other) {
      return new Step(ascii, other, ascii == 1, CUTTING, 0, 0);
    }

    /** The same step with a search for a pattern before it. */
    public Step after(RegexCost search) {
      return new Step(
          ascii,
          other,
          keepsAscii,
          work + search.steps(),
          square + (search.isSquare() ? SQUARE * search.steps() : 0),
          Math.max(retries, search.retries()));
    }
  }

  /**
   * What a text can take.
   *
   * @param bytes of the longest form that it can come to
   * @param work in steps of a search for a pattern
   * @param retries within one match
   */
  public record Need(double bytes, double work, double retries) {
    public boolean isPossible() {
      return bytes <= MOST_BYTES && work <= MOST_WORK && retries <= MOST_RETRIES;
    }

    /** Whether it is possible for several texts that have so many bytes in all. */
    public boolean fitsInMemory() {
      return bytes <= MOST_BYTES;
    }
  }

  /** What a text can take, in the worst case for one of its length. */
  public Need of(String text) {
    return of(
        text.chars().filter(c -> c < 0x80).count(), text.getBytes(StandardCharsets.UTF_8).length);
  }

  /**
   * The same for a text that is not there.
   *
   * @param asciiBytes how many of its bytes are ASCII characters
   */
  public Need of(double asciiBytes, double allBytes) {
    double ascii = asciiBytes;
    double bytes = allBytes;
    double most = bytes;
    double work = 0;
    double retries = 0;
    for (Step step : steps) {
      work += bytes * step.work + bytes * bytes * step.square;
      retries = Math.max(retries, bytes * step.retries);
      bytes = ascii * step.ascii + (bytes - ascii) * step.other;
      ascii = step.keepsAscii ? ascii * step.ascii : 0;
      most = Math.max(most, bytes);
    }
    double word = Math.min(longestWord, bytes);
    return new Need(most, work + bytes * word * word / 8, retries);
  }

  /** Refuses a tokenizer for which even a short text is beyond what the library can do. */
  public void requireUsable(String origin) {
    InputException.require(
        of(PROBE).isPossible(),
        origin,
        "its steps could make gigabytes of a short text, or take minutes for it",
        "give a tokenizer.json of a supported kind");
  }

  /** Refuses a text that is beyond what the library can do. */
  public void require(String text) {
    InputException.require(
        of(text).isPossible(),
        "the text",
        "is too long for this tokenizer, with " + text.length() + " characters",
        "cut it into several");
  }

  /** Refuses tokens whose text, {@code bytes} long, is beyond the library. */
  public void requireTokens(int count, long bytes) {
    InputException.require(
        of(0, bytes).isPossible(),
        "the text of " + count + " tokens",
        "is too long for this tokenizer",
        "generate fewer");
  }
}
