package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Patterns against texts that match at every place but the end. An error ends the JVM, so a child
 * JVM tries them; each must encode or be refused, and within seconds.
 */
class HostilePatternsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST_MILLIS = 20_000;

  @TempDir Path folder = Path.of("");

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void encodeOrAreRefusedInAChild() throws IOException, InterruptedException {
    Path log = folder.resolve("log.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Child.class.getName(), folder.toString()));
    Process child =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(child.waitFor(9, TimeUnit.MINUTES)).as(Files.readString(log)).isTrue();
    assertThat(child.exitValue()).as(Files.readString(log)).isZero();
  }

  /** What runs in the child: one round for each pattern, named before it starts. */
  static final class Child {
    private static final String[] ITEMS = {
      "a",
      "b",
      ".",
      "\\s",
      "\\S",
      "\\w",
      "\\p{L}",
      "[ab]",
      "[^a]",
      "[^\\s\\p{L}]",
      "\\n",
      " ",
      "(a)",
      "(?:ab)",
      "(a|b)",
      "(?i:ab|c)"
    };
    private static final String[] CONDITIONS = {"(?!b)", "(?=a+)", "(?!\\S)", "$", "\\b", "(?<!b)"};
    private static final String[] TIMES = {
      "", "", "", "?", "+", "*", "{2}", "{1,3}", "{2,}", "+?", "*+", "??"
    };
    private static final String[] RUNS = {"a", "ab", " ", "1", "aé", "\n ", "a ", "!", "\u3000漢"};

    private Child() {}

    public static void main(String[] arguments) throws IOException {
      List<String> patterns =
          new ArrayList<>(
              List.of("((a+))+c", "(a|a)+c", "(a|aa)+c", "([ab]|a)+c", "(a+){60}c", "a*a*a*c"));
      patterns.add("(?:a|b){1,100000}c");
      patterns.addAll(RegexCostTest.linear());
      patterns.addAll(RegexCostTest.square());
      Random random = new Random(11);
      for (int i = 0; i < 150; i++) {
        patterns.add(pattern(random, 2));
      }
      int used = 0;
      for (String pattern : patterns) {
        System.out.println(pattern);
        long start = System.nanoTime();
        used += encodes(Path.of(arguments[0]), pattern, RUNS[random.nextInt(RUNS.length)]) ? 1 : 0;
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (millis > MOST_MILLIS) {
          throw new AssertionError(pattern + " takes " + millis + " ms");
        }
      }
      if (used < 60) {
        throw new AssertionError("only " + used + " patterns were used");
      }
    }

    private static String pattern(Random random, int depth) {
      StringBuilder pattern = new StringBuilder();
      for (int i = random.nextInt(3); i >= 0; i--) {
        for (int k = random.nextInt(4); k >= 0; k--) {
          if (random.nextInt(7) == 0) {
            pattern.append(CONDITIONS[random.nextInt(CONDITIONS.length)]);
          }
          pattern
              .append(
                  depth > 0 && random.nextInt(6) == 0
                      ? "(" + pattern(random, depth - 1) + ")"
                      : ITEMS[random.nextInt(ITEMS.length)])
              .append(TIMES[random.nextInt(TIMES.length)]);
        }
        pattern.append(i > 0 ? "|" : "");
      }
      return pattern.toString();
    }

    private static boolean encodes(Path folder, String pattern, String longRun) throws IOException {
      Files.writeString(folder.resolve("tokenizer.json"), json(pattern));
      try (Tokenizer tokenizer = Tokenizer.open(folder)) {
        for (String run : RUNS) {
          for (String end : List.of("", "c", "é")) {
            tokenizer.encode(run.repeat(40) + end);
          }
        }
        encodeLong(tokenizer, longRun);
        return true;
      } catch (InputException e) {
        return false;
      }
    }

    /** The longest text that is allowed, among powers of two. */
    private static void encodeLong(Tokenizer tokenizer, String run) {
      for (int length = 1 << 16; length >= 1 << 12; length /= 2) {
        try {
          tokenizer.encode(run.repeat(length / run.length()) + "x");
          return;
        } catch (InputException e) {
          continue;
        }
      }
    }

    private static String json(String pattern) throws IOException {
      return MAPPER.writeValueAsString(
          Map.of(
              "version",
              "1.0",
              "pre_tokenizer",
              Map.of(
                  "type",
                  "Split",
                  "pattern",
                  Map.of("Regex", pattern),
                  "behavior",
                  "Isolated",
                  "invert",
                  false),
              "model",
              Map.of("type", "WordLevel", "unk_token", "u", "vocab", Map.of("u", 0))));
    }
  }
}
