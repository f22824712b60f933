package dev.deed.data;

import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a transcript is written; the names are those of OpenAI's {@code response_format}. */
public enum TranscriptFormat {
  /** The text alone, or a line for each segment with its times, and its channel if it has one. */
  TEXT(".txt", "text/plain; charset=utf-8"),
  /** An object with {@code text}. */
  JSON(".json", "application/json"),
  /** An object with language, length and segments. */
  VERBOSE_JSON(".json", "application/json"),
  /** An object with segments that tell their speaker, who is a channel. */
  DIARIZED_JSON(".json", "application/json"),
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
    List<String> names = Arrays.stream(values()).map(TranscriptFormat::spelling).toList();
    if (!names.contains(name)) {
      throw InputException.ofField(
          field, "is \"" + name + "\"", "give one of " + String.join(", ", names));
    }
    return values()[names.indexOf(name)];
  }

  /** Its name, such as {@code verbose_json}. */
  public String spelling() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String ending() {
    return ending;
  }

  public String mediaType() {
    return mediaType;
  }

  /** Whether it tells times. */
  public boolean hasTimes() {
    return this == VERBOSE_JSON || this == DIARIZED_JSON || this == SRT || this == VTT;
  }

  /** What becomes of channels unless something else is said. */
  public Channels channels() {
    return this == DIARIZED_JSON ? Channels.SPLIT : Channels.MIX;
  }

  /** Whether it tells how probable the text is. */
  public boolean hasProbabilities() {
    return this == VERBOSE_JSON;
  }

  public boolean isJson() {
    return this == JSON || this == VERBOSE_JSON || this == DIARIZED_JSON;
  }

  /** Whether it holds subtitles. */
  public boolean isSubtitles() {
    return this == SRT || this == VTT;
  }

  /** Whether what there is of a transcript can be written before it is whole. */
  public boolean endsAnywhere() {
    return !isJson();
  }

  /**
   * A transcript in this format, with the end of its last line.
   *
   * @param times whether plain text tells times too
   * @param words whether JSON tells words with their times
   * @param layout of subtitles
   */
  public String write(Transcript transcript, boolean times, boolean words, CueLayout layout) {
    return switch (this) {
      case JSON -> TranscriptJson.plain(transcript, words) + "\n";
      case VERBOSE_JSON -> TranscriptJson.verbose(transcript, true, words) + "\n";
      case DIARIZED_JSON -> TranscriptJson.diarized(transcript) + "\n";
      case TEXT, SRT, VTT -> write(transcript.segments(), times, layout);
    };
  }

  /**
   * Segments in a format that {@linkplain #endsAnywhere ends anywhere}, with the end of the last
   * line.
   *
   * @param times whether plain text tells times too
   * @param layout of subtitles
   */
  public String write(List<TranscriptSegment> segments, boolean times, CueLayout layout) {
    return switch (this) {
      case TEXT ->
          times || segments.stream().anyMatch(one -> one.channel() != null)
              ? timed(segments)
              : Transcript.text(segments) + "\n";
      case SRT -> srt(layout.cues(shown(segments)));
      case VTT -> vtt(layout.cues(shown(segments)));
      case JSON, VERBOSE_JSON, DIARIZED_JSON ->
          throw new IllegalArgumentException(this + " is one object");
    };
  }

  /** {@code 01:02:03.450}. */
  public static String time(double seconds) {
    return time(seconds, '.');
  }

  private static String timed(List<TranscriptSegment> segments) {
    StringBuilder lines = new StringBuilder();
    for (TranscriptSegment segment : shown(segments)) {
      lines
          .append('[')
          .append(time(segment.start()))
          .append(" --> ")
          .append(time(segment.end()))
          .append("] ")
          .append(speech(segment))
          .append('\n');
    }
    return lines.toString();
  }

  /** SubRip: a number, times with a comma, the text. */
  private static String srt(List<CueLayout.Cue> cues) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < cues.size(); i++) {
      out.append(i + 1).append('\n');
      append(out, cues.get(i), ',');
    }
    return out.toString();
  }

  /** WebVTT: https://www.w3.org/TR/webvtt1/. */
  private static String vtt(List<CueLayout.Cue> cues) {
    StringBuilder out = new StringBuilder("WEBVTT\n\n");
    cues.forEach(cue -> append(out, cue, '.'));
    return out.toString();
  }

  /** Those without text, or that nobody says, are left out of subtitles. */
  private static List<TranscriptSegment> shown(List<TranscriptSegment> segments) {
    return segments.stream()
        .filter(one -> !one.text().isBlank() && !Double.isNaN(one.start()))
        .toList();
  }

  private static void append(StringBuilder out, CueLayout.Cue cue, char point) {
    out.append(time(cue.start(), point))
        .append(" --> ")
        .append(time(cue.end(), point))
        .append('\n')
        // An arrow or an empty line would be taken for the next subtitle.
        .append(cue.text().replace("-->", "->").replaceAll("\\R++", "\n"))
        .append("\n\n");
  }

  /** What is said, behind the channel where it is one of several. */
  private static String speech(TranscriptSegment segment) {
    String text = segment.text().strip();
    return segment.channel() == null ? text : "channel " + segment.channel() + ": " + text;
  }

  /** {@code 01:02:03.450}. */
  private static String time(double seconds, char point) {
    long millis = Math.round(seconds * 1000);
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d%c%03d",
        millis / 3_600_000,
        millis / 60_000 % 60,
        millis / 1000 % 60,
        point,
        millis % 1000);
  }
}
