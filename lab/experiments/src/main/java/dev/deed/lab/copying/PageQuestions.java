package dev.deed.lab.copying;

import dev.deed.processing.page.ReadingOrder;
import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Questions whose answer is to be read from a page. A line is named by the words it begins with, as
 * many as occur nowhere else on the page, so that there is one answer. The question mark stands
 * apart, since words are cut into tokens one by one: glued to them it would change their tokens.
 */
final class PageQuestions {
  /** Most tokens of an answer, by {@link TokenEstimate}. */
  private static final int LONGEST_ANSWER = 40;

  private static final int LONGEST_CUE = 20;

  /** Counting further down a page is another skill than copying. */
  private static final int LAST_COUNTED_LINE = 12;

  private static final int MOST_LINES_AT_ONCE = 4;

  private final List<OcrWord> entries;
  private final List<String[]> words;

  /**
   * @param entries text lines in reading order, at least one
   */
  PageQuestions(List<OcrWord> entries) {
    this.entries = entries;
    this.words = entries.stream().map(entry -> entry.text().strip().split("\\s+")).toList();
  }

  /** A question of a kind that is drawn too, null where the line that was drawn cannot answer. */
  @Nullable CopyQuestion draw(RandomGenerator random) {
    CopyTask task = task(random);
    int line = random.nextInt(entries.size());
    CopyQuestion question =
        switch (task) {
          case LINE -> byNumber(Math.min(line, random.nextInt(LAST_COUNTED_LINE)));
          case REST -> rest(line);
          case WHOLE -> whole(line);
          case NEXT ->
              line + 1 == entries.size()
                  ? null
                  : about(task, "which line comes after %s ?", line, text(line + 1));
          case RIGHT -> right(random);
          case SEVERAL -> several(line, 2 + random.nextInt(MOST_LINES_AT_ONCE - 1));
          case FIELD -> throw new IllegalStateException("has no weight");
        };
    return question == null || !isAnswer(question.answer()) ? null : question;
  }

  /** Whether a text is short enough to be asked for, and not empty. */
  static boolean isAnswer(String text) {
    int tokens = TokenEstimate.of(text);
    return tokens >= 1 && tokens <= LONGEST_ANSWER;
  }

  private static CopyTask task(RandomGenerator random) {
    int all = Arrays.stream(CopyTask.values()).mapToInt(CopyTask::weight).sum();
    int left = random.nextInt(all);
    for (CopyTask task : CopyTask.values()) {
      left -= task.weight();
      if (left < 0) {
        return task;
      }
    }
    throw new IllegalStateException("weights changed");
  }

  private CopyQuestion byNumber(int line) {
    return new CopyQuestion(CopyTask.LINE, "read line " + (line + 1), text(line));
  }

  private @Nullable CopyQuestion rest(int line) {
    int cue = cueWords(line);
    int all = words.get(line).length;
    return cue == all
        ? null
        : about(CopyTask.REST, "what follows %s ?", line, join(line, cue, all));
  }

  private @Nullable CopyQuestion whole(int line) {
    // Where the cue is all of the line, the question would hold the answer.
    return cueWords(line) == words.get(line).length
        ? null
        : about(CopyTask.WHOLE, "which line begins with %s ?", line, text(line));
  }

  private @Nullable CopyQuestion several(int line, int count) {
    if (line + count > entries.size()) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (int i = line; i < line + count; i++) {
      texts.add(text(i));
    }
    return about(
        CopyTask.SEVERAL, "read " + count + " lines from %s ?", line, String.join(" ", texts));
  }

  private @Nullable CopyQuestion right(RandomGenerator random) {
    List<List<OcrWord>> rows =
        ReadingOrder.rows(entries).stream().filter(row -> row.size() > 1).toList();
    if (rows.isEmpty()) {
      return null;
    }
    List<OcrWord> row = rows.get(random.nextInt(rows.size()));
    int left = random.nextInt(row.size() - 1);
    String[] cue = row.get(left).text().strip().split("\\s+");
    String text = String.join(" ", cue);
    if (occurrences(cue, cue.length) != 1 || TokenEstimate.of(text) > LONGEST_CUE) {
      return null;
    }
    return new CopyQuestion(
        CopyTask.RIGHT,
        "what is written right of " + text + " ?",
        String.join(" ", row.get(left + 1).text().strip().split("\\s+")));
  }

  private @Nullable CopyQuestion about(CopyTask task, String form, int line, String answer) {
    int cue = cueWords(line);
    return cue == 0 ? null : new CopyQuestion(task, form.replace("%s", join(line, 0, cue)), answer);
  }

  /** Fewest first words of a line that name it, 0 where none do or they are too long. */
  private int cueWords(int line) {
    String[] of = words.get(line);
    for (int count = 1; count <= of.length; count++) {
      if (TokenEstimate.of(join(line, 0, count)) > LONGEST_CUE) {
        return 0;
      }
      if (occurrences(of, count) == 1) {
        return count;
      }
    }
    return 0;
  }

  /** How often the first words of a line stand on the page, at whatever place of a line. */
  private int occurrences(String[] cue, int count) {
    int found = 0;
    for (String[] line : words) {
      for (int at = 0; at + count <= line.length; at++) {
        found += Arrays.equals(line, at, at + count, cue, 0, count) ? 1 : 0;
      }
    }
    return found;
  }

  private String text(int line) {
    return join(line, 0, words.get(line).length);
  }

  private String join(int line, int from, int to) {
    return Arrays.stream(words.get(line), from, to).collect(Collectors.joining(" "));
  }
}
