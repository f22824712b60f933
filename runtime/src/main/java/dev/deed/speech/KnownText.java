package dev.deed.speech;

import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A text that somebody has: plain, of which each sentence is a segment, or subtitles in SRT or
 * WebVTT, whose cues are the segments. Immutable.
 *
 * @param segments in their order
 */
record KnownText(List<Segment> segments) {
  private static final int MOST_TOKENS = 1 << 20;
  private static final Pattern TIMES =
      Pattern.compile("\\s*(\\d+:)?\\d+:\\d\\d[.,]\\d{3}\\s+-->\\s.*");
  private static final Pattern TAGS = Pattern.compile("<[^>\\n]*>|\\{\\\\[^}\\n]*}");
  private static final Pattern SPOKEN = Pattern.compile("[\\p{L}\\p{M}\\p{N}]");

  /**
   * A part of the text.
   *
   * @param text as it stands there
   * @param words none where it holds signs alone
   */
  record Segment(String text, List<Word> words) {}

  /**
   * A word.
   *
   * @param text with the signs beside it
   * @param tokens of the model
   */
  record Word(String text, List<Integer> tokens) {}

  /** Whether a text holds subtitles. */
  static boolean isSubtitles(String text) {
    return text.stripLeading().startsWith("WEBVTT")
        || text.lines().limit(4).anyMatch(line -> TIMES.matcher(line).matches());
  }

  /**
   * @param language code
   * @throws InputException when it is too long, or holds no words
   */
  static KnownText of(String text, Tokenizer tokenizer, String language) {
    InputException.requireField(
        text.length() <= TranscriptionOptions.LONGEST_TEXT
            && text.getBytes(StandardCharsets.UTF_8).length <= TranscriptionOptions.LONGEST_TEXT,
        "text",
        "has more than " + TranscriptionOptions.LONGEST_TEXT + " bytes",
        "give a part of the recording and its text");
    String clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
    clean = clean.lines().map(String::stripTrailing).collect(Collectors.joining("\n"));
    List<Segment> segments = new ArrayList<>();
    for (String block : clean.split("\n{2,}")) {
      if (isSubtitles(clean)) {
        List<String> lines = block.lines().toList();
        for (int i = 0; i < Math.min(2, lines.size()); i++) {
          if (TIMES.matcher(lines.get(i)).matches()) {
            String cue = String.join("\n", lines.subList(i + 1, lines.size()));
            segments.add(new Segment(cue, words(plain(cue), tokenizer, language)));
            break;
          }
        }
      } else {
        addSentences(words(block, tokenizer, language), SpokenWords.parts(language), segments);
      }
    }
    InputException.requireField(
        segments.stream().anyMatch(one -> !one.words.isEmpty()),
        "text",
        "holds no words",
        "give what is said in the recording");
    return new KnownText(List.copyOf(segments));
  }

  /** The words of all segments. */
  List<Word> words() {
    return segments.stream().flatMap(one -> one.words.stream()).toList();
  }

  private static String plain(String cue) {
    return TAGS.matcher(cue)
        .replaceAll(" ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
  }

  /** The words of a plain text. */
  static List<Word> words(String text, Tokenizer tokenizer, String language) {
    TokenLimit limit = new TokenLimit("text", MOST_TOKENS, "shorten it");
    List<Word> words = new ArrayList<>();
    if (!SpokenWords.parts(language)) {
      for (String word : whole(text)) {
        words.add(new Word(word, list(tokenizer.encode(" " + word, false, limit))));
      }
      return words;
    }
    int[] ids = tokenizer.encode(String.join(" ", text.strip().split("\\s+")), false, limit);
    for (SpokenWords.Word one : new SpokenWords(tokenizer).of(ids, language)) {
      List<Integer> tokens = list(Arrays.copyOfRange(ids, one.first(), one.last() + 1));
      boolean isSpoken = SPOKEN.matcher(one.text()).find();
      if (isSpoken || words.isEmpty()) {
        words.add(new Word(one.text().strip(), tokens));
      } else {
        Word before = words.removeLast();
        List<Integer> all = new ArrayList<>(before.tokens);
        all.addAll(tokens);
        words.add(new Word(before.text + one.text(), all));
      }
    }
    return words.stream().filter(word -> SPOKEN.matcher(word.text).find()).toList();
  }

  /** Between blanks; signs by themselves stay with the word before, else with the one behind. */
  private static List<String> whole(String text) {
    List<String> words = new ArrayList<>();
    String before = "";
    for (String part : text.strip().split("\\s+")) {
      boolean isSpoken = SPOKEN.matcher(part).find();
      if (isSpoken) {
        words.add(before + part);
        before = "";
      } else if (words.isEmpty()) {
        before += part + " ";
      } else {
        words.add(words.removeLast() + " " + part);
      }
    }
    return words;
  }

  private static void addSentences(List<Word> words, boolean isJoined, List<Segment> to) {
    int from = 0;
    for (int i = 0; i < words.size(); i++) {
      boolean isLast = i + 1 == words.size();
      if (isLast
          || TextBreak.between(words.get(i).text, words.get(i + 1).text) == TextBreak.SENTENCE) {
        List<Word> sentence = List.copyOf(words.subList(from, i + 1));
        String text =
            sentence.stream().map(Word::text).collect(Collectors.joining(isJoined ? "" : " "));
        to.add(new Segment(isJoined ? text : " " + text, sentence));
        from = i + 1;
      }
    }
  }

  private static List<Integer> list(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }
}
