package dev.deed.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.data.CueLayout.Cue;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptWord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Subtitles that people can read. */
final class CueLayoutTest {
  private static TranscriptSegment segment(
      double start, double end, String text, @Nullable Integer channel, TranscriptWord... words) {
    return new TranscriptSegment(
        start, end, text, List.of(), channel, 0, 0, 0, 1, List.of(words), null);
  }

  /** Words of 0.3 s. */
  private static TranscriptSegment spoken(double start, String text) {
    List<TranscriptWord> words = new ArrayList<>();
    for (String word : text.strip().split(" ")) {
      double begin = start + 0.3 * words.size();
      words.add(new TranscriptWord(word, begin, begin + 0.28, 1));
    }
    double end = words.getLast().end();
    return segment(start, end, text, null, words.toArray(TranscriptWord[]::new));
  }

  private static List<Cue> cues(TranscriptSegment... segments) {
    return CueLayout.USUAL.cues(List.of(segments));
  }

  /** What a client may send: words that nobody says, and the widest lines. */
  @Test
  void aCueHoldsFewWords() {
    TranscriptSegment silent = segment(1, 1, " one".repeat(20_000), null);
    List<Cue> cues = new CueLayout(1000, 1000, 0, false).cues(List.of(silent));
    assertThat(cues).hasSizeGreaterThan(130);
    assertThat(cues)
        .allSatisfy(cue -> assertThat(cue.text().split("\\s")).hasSizeLessThanOrEqualTo(150));
  }

  @Test
  void aShortSegmentIsACue() {
    assertThat(cues(segment(1, 3, " What is this?", null)))
        .containsExactly(new Cue(1, 3, "What is this?"));
  }

  @Test
  void twoLinesAreBalancedAndClausesStayTogether() {
    assertThat(cues(spoken(1, " When the rain had gone away, the children went out to play.")))
        .extracting(Cue::text)
        .containsExactly("When the rain had gone away,\nthe children went out to play.");
  }

  @Test
  void longSpeechBecomesCuesOfTwoLinesOfAtMost42Characters() {
    String text =
        " Mr. Smith paid 10 000 dollars for it, as Dr. Jones said. It was more than the house had"
            + " cost when he bought it, and much more than he could afford; so he went to see his"
            + " old friend J. Miller in the town, who lent him 2 500 of it.";
    List<Cue> cues = cues(spoken(2, text));
    assertThat(cues).hasSizeGreaterThan(2);
    for (int i = 0; i < cues.size(); i++) {
      Cue cue = cues.get(i);
      assertThat(cue.text().lines()).hasSizeLessThanOrEqualTo(2).allMatch(l -> l.length() <= 42);
      assertThat(cue.end() - cue.start()).isBetween(1.0, 7.0);
      assertThat(cue.text()).doesNotContain("Mr.\n", "10\n", "Dr.\n", "J.\n", "2\n");
      assertThat(cue.text()).doesNotEndWith("Mr.").doesNotEndWith("Dr.").doesNotEndWith("10");
      if (i > 0) {
        assertThat(cue.start()).isGreaterThanOrEqualTo(cues.get(i - 1).end());
      }
    }
    assertThat(String.join(" ", cues.stream().map(Cue::text).toList()).replace('\n', ' '))
        .isEqualTo(text.strip());
  }

  @Test
  void aCueStaysUntilItCanBeReadWhereThereIsTime() {
    assertThat(cues(spoken(1, " Yes."), spoken(9, " Nobody came.")))
        .containsExactly(new Cue(1, 2, "Yes."), new Cue(9, 10, "Nobody came."));
    assertThat(cues(spoken(1, " Yes."), spoken(1.3, " No."), spoken(5, " Nobody came.")))
        .extracting(Cue::text)
        .containsExactly("Yes. No.", "Nobody came.");
  }

  @Test
  void withoutBlanksCharactersAreParted() {
    String text = "今天天气很好我们去公园散步吧".repeat(8) + "。";
    List<Cue> cues = cues(segment(0, 24, text, null));
    assertThat(cues)
        .allMatch(cue -> cue.text().lines().allMatch(line -> line.length() <= 42))
        .allMatch(cue -> cue.end() - cue.start() <= 7.001);
    assertThat(String.join("", cues.stream().map(Cue::text).toList()).replace("\n", ""))
        .isEqualTo(text);
  }

  @Test
  void whispersOptionsBoundLinesAndWords() {
    TranscriptSegment segment = spoken(0, " one two three four five six seven eight nine ten");
    assertThat(new CueLayout(0, 0, 4, false).cues(List.of(segment)))
        .hasSize(3)
        .allMatch(cue -> cue.text().split(" ").length <= 4 && !cue.text().contains("\n"));
    assertThat(new CueLayout(10, 0, 0, false).cues(List.of(segment)))
        .hasSize(1)
        .allMatch(cue -> cue.text().lines().allMatch(line -> line.length() <= 10));
    assertThat(new CueLayout(10, 1, 0, false).cues(List.of(segment)))
        .allMatch(cue -> cue.text().length() <= 10);
  }

  @Test
  void channelsAreNamedInEachCue() {
    String text = " word".repeat(30);
    assertThat(cues(segment(0, 12, text, 1), segment(13, 14, " yes", 0)))
        .allMatch(cue -> cue.text().startsWith("channel "))
        .allMatch(cue -> cue.text().lines().allMatch(line -> line.length() <= 42))
        .extracting(Cue::text)
        .last()
        .isEqualTo("channel 0: yes");
  }

  @Test
  void wordsThatNobodySaysStandBesideThoseThatAreSaid() {
    TranscriptSegment segment =
        segment(
            1,
            3,
            " one two three",
            null,
            new TranscriptWord("one", 1, 1.4, 1),
            new TranscriptWord("two", Double.NaN, Double.NaN, Double.NaN),
            new TranscriptWord("three", 2.5, 3, 1));
    assertThat(cues(segment)).containsExactly(new Cue(1, 3, "one two three"));
  }
}
