package dev.deed.speech;

import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was said in a recording. Immutable.
 *
 * @param language code of the language that was stated or heard, such as {@code en}
 * @param task what was written of it
 * @param seconds how long the recording is
 * @param segments in the order of time; none where nobody speaks
 * @param effort what decoding took, for all windows, those that were decoded again included
 * @param drafts what became of drafts; null where none were verified
 */
public record Transcript(
    String language,
    SpeechTask task,
    double seconds,
    List<TranscriptSegment> segments,
    Effort effort,
    @Nullable Drafts drafts) {
  // Written out: of a compact constructor, class files do not tell what may be null.
  /** Copies the list. */
  public Transcript(
      String language,
      SpeechTask task,
      double seconds,
      List<TranscriptSegment> segments,
      Effort effort,
      @Nullable Drafts drafts) {
    this.language = language;
    this.task = task;
    this.seconds = seconds;
    this.segments = List.copyOf(segments);
    this.effort = effort;
    this.drafts = drafts;
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

  /** {@return the words of all segments; none where they were not asked for} */
  public List<TranscriptWord> words() {
    return segments.stream().flatMap(segment -> segment.words().stream()).toList();
  }

  /** {@return the English name of the language in small letters, such as {@code english}} */
  public String languageName() {
    return SpeechLanguages.name(language);
  }
}
