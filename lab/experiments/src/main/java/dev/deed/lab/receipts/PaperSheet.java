package dev.deed.lab.receipts;

import dev.deed.processing.page.OcrPage;
import dev.deed.processing.page.ReadingOrder;
import dev.deed.value.OcrWord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Paper on which rows are set from the top, in units of a character's width, and the scan of it:
 * tilted, sheared, with margins, boxes uneven as recognisers find them, and texts with the errors
 * of reading. Belongs to one thread.
 */
final class PaperSheet {
  /** Begins a field's value in a text; the field's number is added to it. */
  private static final char MARK = '\uE000';

  private static final char END = '\uE0FF';

  /** A word and the field to which it belongs, -1 for none. */
  private record Word(String text, int field) {}

  private record Piece(List<Word> words, double x0, double y0, double x1, double y1) {}

  /**
   * A text in a row.
   *
   * @param anchor 0 for a left edge, 1 for a right one, 0.5 for the middle
   * @param at where that stands, in shares of the width
   */
  record Part(String text, double anchor, double at) {}

  private final RandomGenerator random;
  private final List<Piece> pieces = new ArrayList<>();
  private final double width;
  private final double leading;
  private final double margin;
  private double y;
  private double size = 1;

  /**
   * @param width in characters
   */
  PaperSheet(RandomGenerator random, double width) {
    this.random = random;
    this.width = width;
    leading = random.nextDouble(1.6, 2.6);
    margin = random.nextDouble(0, 0.06);
  }

  static String mark(PaperField field, String text) {
    return (char) (MARK + field.ordinal()) + text + END;
  }

  /** Letters of the next row against usual ones. */
  PaperSheet size(double next) {
    size = next;
    return this;
  }

  void gap(double rows) {
    y += rows * leading;
  }

  double height() {
    return y;
  }

  void back(double to) {
    y = to;
  }

  void centred(String text) {
    row(List.of(new Part(text, 0.5, 0.5)));
  }

  void left(String text) {
    row(List.of(new Part(text, 0, margin)));
  }

  void ends(String left, String right) {
    row(List.of(new Part(left, 0, margin), new Part(right, 1, 1 - margin)));
  }

  /** A text at the left and one that begins at a share of the width. */
  void pair(String left, String right, double at) {
    row(List.of(new Part(left, 0, margin), new Part(right, 0, at)));
  }

  /** Sets texts beside each other; each gives way to the one before. */
  void row(List<Part> parts) {
    double free = 0;
    for (Part part : parts) {
      List<Word> words = words(part.text());
      if (words.isEmpty()) {
        continue;
      }
      int characters = words.stream().mapToInt(w -> w.text().length() + 1).sum() - 1;
      double room = Math.min(characters * size, width * 1.02);
      double x = Math.max(part.at() * width - part.anchor() * room, free);
      room = Math.max(0.4 * room, Math.min(room, width - x));
      pieces.add(new Piece(words, x, y, x + room, y + 1.55 * size * random.nextDouble(0.9, 1.1)));
      free = x + room + 0.8;
    }
    y += leading * size * random.nextDouble(0.97, 1.06);
    size = 1;
  }

  /** The words of a text; those that are wholly within a mark belong to its field. */
  private static List<Word> words(String text) {
    List<Word> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int field = -1;
    boolean whole = true;
    int of = -1;
    for (char c : (text + " ").toCharArray()) {
      if (c == END) {
        field = -1;
      } else if (c >= MARK && c < END) {
        field = c - MARK;
      } else if (c != ' ') {
        whole &= word.isEmpty() || field == of;
        of = word.isEmpty() ? field : of;
        word.append(c);
      } else if (!word.isEmpty()) {
        words.add(new Word(word.toString(), whole ? of : -1));
        word.setLength(0);
        whole = true;
      }
    }
    return words;
  }

  /** The paper as it was scanned and read. */
  Paper scan() {
    List<Piece> all = merged(pieces);
    ReadingErrors errors = ReadingErrors.draw(random);
    double angle = random.nextDouble() < 0.5 ? random.nextGaussian() * 0.008 : 0;
    double shear = random.nextDouble() < 0.2 ? random.nextGaussian() * 0.01 : 0;
    double scale = random.nextDouble(8, 22);
    double narrow = random.nextDouble(0.8, 1.1);
    boolean cut = random.nextDouble() < 0.65;
    double sides = cut ? random.nextDouble(0.5, 4) : random.nextDouble(3, 40);
    double right = cut ? random.nextDouble(0.5, 4) : random.nextDouble(3, 40);
    double top = cut ? random.nextDouble(0.5, 5) : random.nextDouble(2, 30);
    double bottom = cut ? random.nextDouble(0.5, 6) : random.nextDouble(2, 60);
    double jitter = random.nextDouble(0.02, 0.12);
    int pageWidth = (int) Math.ceil((width * narrow + sides + right) * scale);
    int pageHeight = (int) Math.ceil((y + top + bottom) * scale);
    List<OcrWord> entries = new ArrayList<>();
    Map<OcrWord, List<Word>> owners = new IdentityHashMap<>();
    for (Piece piece : all) {
      List<Word> words = new ArrayList<>();
      for (Word word : piece.words()) {
        for (String part : errors.of(word.text(), random)) {
          words.add(new Word(part.toLowerCase(Locale.ROOT), word.field()));
        }
      }
      if (words.isEmpty() || errors.loses(random)) {
        continue;
      }
      double middle = (piece.x0() + piece.x1()) / 2 * narrow;
      double down = piece.y0() + top + angle * middle;
      double x = piece.x0() * narrow + sides - angle * piece.y0() + shear * piece.y0();
      double wide = (piece.x1() - piece.x0()) * narrow;
      double high = piece.y1() - piece.y0() + Math.abs(angle) * wide;
      OcrWord entry =
          new OcrWord(
              String.join(" ", words.stream().map(Word::text).toList()),
              pixel((x + jitter * random.nextGaussian()) * scale, pageWidth - 2),
              pixel((down + jitter * random.nextGaussian()) * scale, pageHeight - 2),
              pixel((x + wide + jitter * random.nextGaussian()) * scale, pageWidth),
              pixel((down + high + jitter * random.nextGaussian()) * scale, pageHeight));
      if (entry.x1() > entry.x0() && entry.y1() > entry.y0()) {
        entries.add(entry);
        owners.put(entry, words);
      }
    }
    Collections.shuffle(entries, new java.util.Random(random.nextLong()));
    List<OcrWord> order = ReadingOrder.of(entries);
    return new Paper(new OcrPage(order, pageWidth, pageHeight), fields(order, owners));
  }

  /** What is read of fields that stand in one run; of others there is no entry, absent is empty. */
  private static Map<PaperField, String> fields(
      List<OcrWord> order, Map<OcrWord, List<Word>> owners) {
    List<Word> words =
        order.stream().flatMap(entry -> owners.getOrDefault(entry, List.of()).stream()).toList();
    Map<PaperField, String> fields = new TreeMap<>();
    for (PaperField field : PaperField.values()) {
      int first = -1;
      int last = -1;
      int count = 0;
      for (int i = 0; i < words.size(); i++) {
        if (words.get(i).field() == field.ordinal()) {
          first = first < 0 ? i : first;
          last = i;
          count++;
        }
      }
      if (count == 0) {
        fields.put(field, "");
      } else if (last - first + 1 == count) {
        fields.put(
            field,
            String.join(" ", words.subList(first, last + 1).stream().map(Word::text).toList()));
      }
    }
    return fields;
  }

  /** Some recognisers join what stands near each other in a row. */
  private List<Piece> merged(List<Piece> separate) {
    double most = random.nextDouble() < 0.65 ? 0 : random.nextDouble() < 0.6 ? 2.5 : 60;
    List<Piece> merged = new ArrayList<>();
    for (Piece piece : separate) {
      Piece before = merged.isEmpty() ? null : merged.getLast();
      if (before != null
          && before.y0() == piece.y0()
          && piece.x0() >= before.x1()
          && piece.x0() - before.x1() < most) {
        List<Word> words = new ArrayList<>(before.words());
        words.addAll(piece.words());
        merged.set(
            merged.size() - 1,
            new Piece(
                words, before.x0(), before.y0(), piece.x1(), Math.max(before.y1(), piece.y1())));
      } else {
        merged.add(piece);
      }
    }
    return merged;
  }

  private static double pixel(double at, int most) {
    return Math.clamp(Math.round(at), 0, most);
  }
}
