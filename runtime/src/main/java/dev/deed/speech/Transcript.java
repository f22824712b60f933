package dev.deed.speech;

import dev.deed.settings.SpeechLanguages;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was said in a recording. Immutable.
 *
 * @param language code of the language that was stated or heard, such as {@code en}; {@code und}
 *     where nobody states it and voices were looked for and not found
 * @param task what was written of it
 * @param seconds how long the recording is
 * @param segments in the order of time; none where nobody speaks
 * @param effort what decoding took, for all windows, those that were decoded again included
 * @param drafts what became of drafts; null where none were verified
 * @param missingSeconds what a recording that is cut off lacks at its end; 0: it is whole; NaN: its
 *     header does not say how much
 * @param wordlessSeconds of speech for which too few words were found, at least five seconds at a
 *     time; 0: none, or voices were not to be looked for
 */
public record Transcript(
    String language,
    SpeechTask task,
    double seconds,
    List<TranscriptSegment> segments,
    Effort effort,
    @Nullable Drafts drafts,
    double missingSeconds,
    double wordlessSeconds) {
  /** Copies the list. */
  public Transcript {
    segments = List.copyOf(segments);
  }

  /** {@return the text of all segments, without blanks around it} */
  public String text() {
    return text(segments);
  }

  /**
   * {@return the text of segments, without blanks around it}
   *
   * @param segments in the order of time
   */
  public static String text(List<TranscriptSegment> segments) {
    return segments.stream().map(TranscriptSegment::text).collect(Collectors.joining()).strip();
  }

  /** {@return a line on what is not in the transcript; null where nothing is known to lack} */
  public @Nullable String warning() {
    String all =
        Stream.of(
                missingSeconds == 0 ? "" : cut(),
                wordlessSeconds == 0 ? "" : wordless(),
                words().stream().allMatch(TranscriptWord::hasTimes) ? "" : unsaid())
            .filter(line -> !line.isEmpty())
            .collect(Collectors.joining("; "));
    return all.isEmpty() ? null : all;
  }

  private String wordless() {
    return String.format(
        Locale.ROOT,
        "about %.0f s of speech have no words in the transcript: listen to them, or transcribe"
            + " them alone",
        wordlessSeconds);
  }

  private String unsaid() {
    List<TranscriptWord> all = words();
    List<TranscriptWord> not = all.stream().filter(word -> !word.hasTimes()).toList();
    return not.size() == all.size()
        ? "none of the words are said in the recording: look at the text and its language"
        : "%d of %d words of the text were not found in the recording, from \"%s\" (word %d) on"
            .formatted(
                not.size(), all.size(), not.getFirst().word(), all.indexOf(not.getFirst()) + 1);
  }

  private String cut() {
    String much =
        Double.isNaN(missingSeconds)
            ? "some of its end is"
            : String.format(
                Locale.ROOT,
                "the last %.1f s of %.1f s are",
                missingSeconds,
                seconds + missingSeconds);
    return "the recording is cut off or damaged: " + much + " missing in the transcript";
  }

  /** {@return the words of all segments; none where they were not asked for} */
  public List<TranscriptWord> words() {
    return segments.stream().flatMap(segment -> segment.words().stream()).toList();
  }

  /** {@return the English name of the language in small letters, such as {@code english}} */
  public String languageName() {
    return SpeechLanguages.name(language);
  }
}
