package dev.deed.data.transcript;

import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a transcript is written; the names are those of OpenAI's {@code response_format}. */
public enum TranscriptFormat {
  /** The text alone, or a line for each segment with its times. */
  TEXT(".txt", "text/plain; charset=utf-8"),
  /** An object with {@code text}. */
  JSON(".json", "application/json"),
  /** An object with language, length and segments. */
  VERBOSE_JSON(".json", "application/json"),
  /** SubRip subtitles. */
  SRT(".srt", "application/x-subrip; charset=utf-8"),
  /** Subtitles of the web. */
  VTT(".vtt", "text/vtt; charset=utf-8");

  private final String ending;
  private final String mediaType;

  TranscriptFormat(String ending, String mediaType) {
    this.ending = ending;
    this.mediaType = mediaType;
  }

  /**
   * The format of a name.
   *
   * @param field what a message calls the setting
   * @throws InputException when there is no such format
   */
  public static TranscriptFormat of(String field, String name) {
    for (TranscriptFormat format : values()) {
      if (format.spelling().equals(name)) {
        return format;
      }
    }
    throw InputException.ofField(
        field,
        "is \"" + name + "\"",
        "give one of "
            + Arrays.stream(values())
                .map(TranscriptFormat::spelling)
                .collect(Collectors.joining(", ")));
  }

  /** Its name, such as {@code verbose_json}. */
  public String spelling() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The ending of its files. */
  public String ending() {
    return ending;
  }

  public String mediaType() {
    return mediaType;
  }

  /** Whether it tells times. */
  public boolean hasTimes() {
    return this == VERBOSE_JSON || this == SRT || this == VTT;
  }

  /** Whether it tells how probable the text is. */
  public boolean hasProbabilities() {
    return this == VERBOSE_JSON;
  }

  public boolean isJson() {
    return this == JSON || this == VERBOSE_JSON;
  }

  /**
   * A transcript in this format, with the end of its last line.
   *
   * @param times whether plain text tells times too
   * @param words whether JSON tells words with their times
   */
  public String write(Transcript transcript, boolean times, boolean words) {
    return switch (this) {
      case TEXT -> times ? timed(transcript) : transcript.text() + "\n";
      case JSON -> TranscriptJson.plain(transcript, words) + "\n";
      case VERBOSE_JSON -> TranscriptJson.verbose(transcript, true, words) + "\n";
      case SRT -> Subtitles.srt(transcript);
      case VTT -> Subtitles.vtt(transcript);
    };
  }

  private static String timed(Transcript transcript) {
    StringBuilder lines = new StringBuilder();
    for (TranscriptSegment segment : transcript.segments()) {
      lines
          .append('[')
          .append(Subtitles.time(segment.start(), '.'))
          .append(" --> ")
          .append(Subtitles.time(segment.end(), '.'))
          .append("] ")
          .append(segment.text().strip())
          .append('\n');
    }
    return lines.toString();
  }
}
