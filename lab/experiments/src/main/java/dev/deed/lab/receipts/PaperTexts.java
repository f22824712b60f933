package dev.deed.lab.receipts;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Lines of made-up papers one by one, in capitals, for a model that reads: companies and addresses
 * most often, since they are long and have to be right to the last letter. Safe for many threads.
 */
public final class PaperTexts {
  private PaperTexts() {}

  /** A line; the same for the same state of the generator. Spaces may follow each other. */
  public static String draw(RandomGenerator random) {
    PaperWords words = new PaperWords(random);
    String colon = words.one(":", ": ", " : ", " :", " ");
    return switch (words.between(0, 19)) {
      case 0, 1, 2, 3 -> words.company() + (words.chance(0.25) ? " " + words.of("reg") : "");
      case 4, 5, 6, 7, 8, 9 -> address(words);
      case 10 -> words.one(words.of("tel"), words.of("taxid"), words.of("reg"), words.of("web"));
      case 11 -> words.of("doc") + colon + words.code();
      case 12 -> words.of("who") + colon + words.one(words.code(), words.words(1, 2));
      case 13 -> words.of("date") + colon + words.date() + words.one("", " " + words.time());
      case 14 -> words.item() + words.one("", " " + words.amount(words.between(50, 20_000)));
      case 15 -> words.amount(words.between(5, 200_000)) + words.one("", "", " SR", " Z", " T");
      case 16 ->
          words.one(words.of("total"), words.of("paid"), words.of("sub"), words.of("change"))
              + words.one(colon, "", colon + words.amount(words.between(50, 90_000)));
      case 17 -> words.of("columns").replace(",", " ");
      case 18 -> words.of("title");
      default -> words.of("foot");
    };
  }

  private static String address(PaperWords words) {
    List<String> lines = words.address();
    int first = words.between(0, lines.size() - 1);
    boolean together = first + 1 < lines.size() && words.chance(0.3);
    return lines.get(first) + (together ? " " + lines.get(first + 1) : "");
  }
}
