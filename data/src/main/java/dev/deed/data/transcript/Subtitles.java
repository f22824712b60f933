package dev.deed.data.transcript;

import dev.deed.speech.TranscriptSegment;
import java.util.List;
import java.util.Locale;

/** Segments of a transcript as subtitles; those without text are left out. */
final class Subtitles {
  private Subtitles() {}

  /** SubRip: a number, times with a comma, the text. */
  static String srt(List<TranscriptSegment> segments) {
    StringBuilder out = new StringBuilder();
    List<TranscriptSegment> shown = shown(segments);
    for (int i = 0; i < shown.size(); i++) {
      out.append(i + 1).append('\n');
      append(out, shown.get(i), ',');
    }
    return out.toString();
  }

  /** WebVTT: https://www.w3.org/TR/webvtt1/. */
  static String vtt(List<TranscriptSegment> segments) {
    StringBuilder out = new StringBuilder("WEBVTT\n\n");
    shown(segments).forEach(segment -> append(out, segment, '.'));
    return out.toString();
  }

  private static List<TranscriptSegment> shown(List<TranscriptSegment> segments) {
    return segments.stream().filter(one -> !one.text().isBlank()).toList();
  }

  private static void append(StringBuilder out, TranscriptSegment segment, char point) {
    out.append(time(segment.start(), point))
        .append(" --> ")
        .append(time(segment.end(), point))
        .append('\n')
        // An arrow or an empty line would be taken for the next subtitle.
        .append(speech(segment).replace("-->", "->").replaceAll("\\R++", "\n"))
        .append("\n\n");
  }

  /** What is said, behind the channel where it is one of several. */
  static String speech(TranscriptSegment segment) {
    String text = segment.text().strip();
    return segment.channel() == null ? text : "channel " + segment.channel() + ": " + text;
  }

  /** {@code 01:02:03.450}. */
  static String time(double seconds, char point) {
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
