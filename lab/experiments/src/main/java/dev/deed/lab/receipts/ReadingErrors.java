package dev.deed.lab.receipts;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What recognisers do to words: signs taken for their likes, lost, doubled, words cut or glued.
 *
 * @param rate share of the characters that are wrong
 * @param loss share of the pieces that are not found
 */
record ReadingErrors(double rate, double loss) {
  private static final String[] LIKES = {
    "0O", "O0", "0D", "1I", "I1", "1L", "L1", "5S", "S5", "8B", "B8", "2Z", "Z2", "6G", "G6", ".,",
        ",.", "E3", "RN",
    "UV", "VY", "CG", "GC", "HN", "NH", "MN", "AR", "TI", "TF", "FP", "PF", "EF", "QO", "69", "38",
        "83", "17", "71",
    "56", "-.", ":.", ":;", "/1", "(C", ")J", "&8", "KX", "UW", "WU", "DO", "OQ", "BR", "YV", "4A",
        "A4", "9G"
  };

  /** Half of the readers make hardly any errors. */
  static ReadingErrors draw(RandomGenerator random) {
    double rate = random.nextDouble() < 0.5 ? 0.002 : random.nextDouble(0.005, 0.07);
    return new ReadingErrors(rate, rate * random.nextDouble(0, 0.4));
  }

  boolean loses(RandomGenerator random) {
    return random.nextDouble() < loss;
  }

  /** What a word is read as: mostly one word, sometimes two, seldom none. */
  List<String> of(String word, RandomGenerator random) {
    StringBuilder read = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (random.nextDouble() >= rate) {
        read.append(c);
        continue;
      }
      double kind = random.nextDouble();
      if (kind < 0.6) {
        read.append(like(c, random));
      } else if (kind < 0.7) {
        read.append(c).append(c);
      } else if (kind < 0.8) {
        read.append(c).append(' ');
      } else if (kind < 0.85) {
        read.append(c).append(".,'-:".charAt(random.nextInt(5)));
      }
    }
    List<String> parts = new ArrayList<>();
    for (String part : read.toString().split(" ")) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return parts;
  }

  private static char like(char c, RandomGenerator random) {
    char found = 0;
    int seen = 0;
    for (String pair : LIKES) {
      if (pair.charAt(0) == c && random.nextInt(++seen) == 0) {
        found = pair.charAt(1);
      }
    }
    return seen > 0
        ? found
        : (char) (Character.isDigit(c) ? '0' + random.nextInt(10) : 'A' + random.nextInt(26));
  }
}
