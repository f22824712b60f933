package dev.deed.lab.receipts;

import static dev.deed.lab.receipts.PaperSheet.mark;

import dev.deed.lab.receipts.PaperSheet.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * The grammar of made-up papers: receipts, invoices, and pages that are neither. Beside what is
 * asked for stand what is taken for it: brands and customers, other dates, sums before tax and
 * rounding, what was paid and given back, taxes by rate. Belongs to one thread.
 */
final class PaperGrammar {
  private final PaperWords words;
  private final PaperSheet sheet;
  private final String colon;
  private final boolean apart;
  private final double labelsEnd;
  private final int money;
  private final boolean signed;

  private PaperGrammar(RandomGenerator random, boolean wide) {
    words = new PaperWords(random);
    sheet = new PaperSheet(random, wide ? words.between(70, 100) : words.between(28, 50));
    colon = words.one(":", ":", " :", " : ", "", ": ");
    apart = words.chance(0.5);
    labelsEnd = words.between(0.2, 0.45);
    money = words.between(0, 9);
    signed = words.chance(0.25);
  }

  /** A paper; the same for the same state of the generator. */
  static Paper draw(RandomGenerator random) {
    double kind = random.nextDouble();
    PaperGrammar grammar = new PaperGrammar(random, kind < 0.2);
    if (kind < 0.2) {
      grammar.invoice();
    } else if (kind < 0.97) {
      grammar.receipt();
    } else {
      grammar.neither();
    }
    return grammar.sheet.scan();
  }

  private void receipt() {
    boolean dateBelow = words.chance(0.2);
    boolean headBelow = words.chance(0.03);
    boolean dated = !words.chance(0.05);
    if (headBelow) {
      for (int left = words.between(2, 5); left > 0; left--) {
        sheet.centred(words.of("foot"));
      }
    }
    if (words.chance(0.04)) {
      dateLine();
      dated = false;
    }
    head();
    particulars(dated && !dateBelow);
    long cents = items();
    sums(cents);
    sheet.gap(words.between(0.2, 1.5));
    List<Runnable> rows = new ArrayList<>();
    if (dated && dateBelow) {
      rows.add(this::dateLine);
    }
    for (int left = words.between(0, 6); left > 0; left--) {
      rows.add(() -> sheet.centred(words.of("foot")));
    }
    shuffle(rows);
    rows.forEach(Runnable::run);
  }

  private void head() {
    if (words.chance(0.06)) {
      sheet.left(words.digits(words.between(3, 7)));
    }
    if (words.chance(0.1)) {
      sheet.centred(words.of("title"));
    }
    boolean absent = words.chance(0.04);
    if (words.chance(0.2)) {
      sheet
          .size(words.between(1.0, 1.8))
          .centred(
              words.one(
                  words.words(1, 2),
                  words.words(1, 3),
                  words.of("trade"),
                  "*** " + words.word() + " ***"));
    }
    if (!absent) {
      company(words.chance(0.25));
    }
    List<Runnable> rest = new ArrayList<>();
    if (words.chance(0.2)) {
      rest.add(() -> sheet.centred(words.of("taxid")));
    }
    rest.add(this::address);
    if (words.chance(0.15)) {
      shuffle(rest);
    }
    rest.forEach(Runnable::run);
    List<Runnable> below = new ArrayList<>();
    add(below, 0.65, () -> sheet.centred(words.of("tel")));
    add(below, 0.5, () -> sheet.centred(words.of("taxid")));
    add(below, 0.12, () -> sheet.centred(words.of("web")));
    add(
        below,
        0.1,
        () -> sheet.centred("(" + words.of("town") + words.one(" BRANCH)", ")", " OUTLET)")));
    add(below, 0.1, () -> sheet.centred(words.of("reg")));
    shuffle(below);
    below.forEach(Runnable::run);
  }

  private void add(List<Runnable> rows, double probability, Runnable row) {
    if (words.chance(probability)) {
      rows.add(row);
    }
  }

  private void shuffle(List<?> rows) {
    Collections.shuffle(rows, new Random(words.between(0, Integer.MAX_VALUE - 1)));
  }

  private void company(boolean registered) {
    String company = words.company();
    double size = words.one("1", "1", "1.2", "1.4").equals("1") ? 1 : words.between(1.1, 1.5);
    int cut = company.indexOf(' ', company.length() / 2);
    String behind = registered ? words.of("reg") : "";
    if (cut > 0 && company.length() > 18 && words.chance(0.2)) {
      sheet.size(size).centred(mark(PaperField.COMPANY, company.substring(0, cut)));
      sheet.size(size).centred(mark(PaperField.COMPANY, company.substring(cut + 1)));
    } else if (registered && words.chance(0.7)) {
      sheet.size(size).centred(mark(PaperField.COMPANY, company) + " " + behind);
      behind = "";
    } else {
      sheet.size(size).centred(mark(PaperField.COMPANY, company));
    }
    if (!behind.isEmpty() || words.chance(0.35)) {
      sheet.centred(behind.isEmpty() ? words.of("reg") : behind);
    }
  }

  private void address() {
    if (words.chance(0.05)) {
      return;
    }
    List<String> lines = words.address();
    boolean together = lines.size() > 2 && words.chance(0.2);
    boolean left = words.chance(0.1);
    String open = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = open + lines.get(i);
      open = "";
      if (together && i + 1 < lines.size() && line.length() + lines.get(i + 1).length() < 44) {
        open = line + " ";
        continue;
      }
      if (left) {
        sheet.left(mark(PaperField.ADDRESS, line));
      } else {
        sheet.centred(mark(PaperField.ADDRESS, line));
      }
    }
  }

  private void particulars(boolean dated) {
    sheet.gap(words.between(0.0, 1.0));
    if (words.chance(0.55)) {
      sheet.centred(words.of("title"));
    }
    List<Runnable> rows = new ArrayList<>();
    for (int left = words.between(0, 2); left > 0; left--) {
      rows.add(() -> labelled(words.of("doc"), words.code()));
    }
    for (int left = words.between(0, 4); left > 0; left--) {
      rows.add(
          () ->
              labelled(
                  words.of("who"),
                  words.one(words.code(), words.word(), words.digits(2), words.words(1, 2), "")));
    }
    add(rows, 0.1, () -> labelled(words.of("otherdate"), words.date()));
    add(rows, 0.25, () -> labelled(words.of("time"), words.time()));
    if (dated) {
      rows.add(this::dateLine);
    }
    shuffle(rows);
    rows.forEach(Runnable::run);
  }

  private void labelled(String label, String value) {
    if (!apart) {
      sheet.left(label + colon + (colon.isEmpty() || words.chance(0.6) ? " " : "") + value);
    } else if (words.chance(0.5)) {
      sheet.pair(label + colon, value, labelsEnd);
    } else {
      sheet.pair(label, colon.isEmpty() ? value : ": " + value, labelsEnd);
    }
  }

  /** A row with the date, mostly with a label or the time; sometimes the paper has a second one. */
  private void dateLine() {
    String date = mark(PaperField.DATE, words.date());
    String time = words.time();
    String space = colon.isEmpty() || words.chance(0.7) ? " " : "";
    switch (words.between(0, 13)) {
      case 0, 1 -> sheet.left(date + " " + time);
      case 2 -> sheet.centred(date + " " + time);
      case 3 -> sheet.ends(date, time);
      case 4 ->
          sheet.ends(
              words.of("date") + colon + " " + date, words.of("time") + colon + space + time);
      case 5 -> sheet.left(words.of("who") + colon + " " + words.word() + " " + date + " " + time);
      case 6 -> sheet.left(date + " " + time + " " + words.code() + " " + words.digits(2));
      case 7 ->
          sheet.row(
              List.of(
                  new Part(time, 0, 0.02),
                  new Part(words.digits(6), 0, 0.4),
                  new Part(date, 1, 0.98)));
      case 8 -> labelled(words.of("date"), " " + date + " " + time);
      case 9 ->
          sheet.left(
              words.one("MON", "TUE", "SAT", "FRIDAY", "WED")
                  + words.one(" ", ", ")
                  + date
                  + " "
                  + time);
      default -> labelled(words.of("date"), " " + date + words.one("", "", " " + time));
    }
    if (words.chance(0.06)) {
      labelled(words.of("otherdate"), words.date() + " " + time);
    }
  }

  private String price(long cents) {
    return signed && money < 3
        ? words.currency() + words.one("", " ") + words.amount(cents)
        : words.amount(cents);
  }

  /** Sum of the items in hundredths. */
  private long items() {
    sheet.gap(words.between(0.0, 1.0));
    if (words.chance(0.3)) {
      sheet.centred(words.one("-", "=", "*", "_").repeat(words.between(8, 30)));
    }
    List<String> heads = PaperWords.split(words.of("columns"));
    boolean headed = words.chance(0.65);
    int columns = headed ? heads.size() : words.between(1, 4);
    if (headed) {
      columns(heads);
    }
    int form = words.between(0, 4);
    String mark = words.one("", "", "", " SR", " S", " Z", " T", "*", " A");
    boolean coded = words.chance(0.4);
    long sum = 0;
    int count = words.chance(0.5) ? words.between(1, 3) : words.between(1, 12);
    for (int left = count; left > 0; left--) {
      int pieces = words.chance(0.7) ? 1 : words.between(2, 12);
      long each = words.chance(0.6) ? 10L * words.between(5, 900) : words.between(50, 20_000);
      long amount = pieces * each;
      sum += amount;
      String item = words.item();
      String total = price(amount) + mark;
      String unit = price(each);
      if (coded && words.chance(0.8)) {
        sheet.left(
            words.one(words.digits(13), words.digits(words.between(4, 9)), words.code())
                + words.one("", "", " " + item));
      }
      switch (form) {
        case 0 -> sheet.ends(pieces + words.one(" ", "X ", " X ") + item, total);
        case 1 -> {
          sheet.left(item);
          sheet.ends(pieces + words.one(" X ", " @ ", " PC X ", " * ") + unit, total);
        }
        case 2 -> {
          sheet.ends(item, total);
          if (pieces > 1) {
            sheet.left("@" + pieces + " X " + unit);
          }
        }
        default -> {
          if (words.chance(0.5)) {
            sheet.left(item);
            item = words.digits(words.between(3, 13));
          }
          List<String> cells = new ArrayList<>(List.of(item));
          if (columns > 2) {
            cells.add(Integer.toString(pieces));
          }
          if (columns > 3) {
            cells.add(unit);
          }
          if (columns > 4) {
            cells.add(words.amount(0));
          }
          cells.add(total);
          columns(cells);
        }
      }
    }
    return sum;
  }

  private void columns(List<String> cells) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      boolean last = i == cells.size() - 1;
      double at =
          cells.size() == 1
              ? 0.02
              : last ? 0.97 : i == 0 ? 0.02 : 0.4 + 0.5 * (i - 1) / (cells.size() - 1.0);
      parts.add(new Part(cells.get(i), last && i > 0 ? 1 : 0, at));
    }
    sheet.row(parts);
  }

  /** What this paper prints before the amounts of its sums. */
  private String before() {
    return switch (money) {
      case 0 -> words.currency();
      case 1 -> words.currency() + " ";
      case 2 -> words.one("", words.currency() + " ");
      default -> "";
    };
  }

  /** A currency that stands apart does not belong to the total. */
  private void sumRow(String label, String amount, boolean total) {
    String before = before();
    String value = before + amount;
    if (total) {
      value =
          before.endsWith(" ")
              ? before + mark(PaperField.TOTAL, amount)
              : mark(PaperField.TOTAL, value);
    }
    if (money == 9 || (total && words.chance(0.04))) {
      value = value + " " + words.currency();
    }
    String name = label + (label.endsWith(":") ? "" : colon);
    if (total && words.chance(0.3)) {
      sheet.size(words.between(1.0, 1.6));
    }
    if (apart && money == 8) {
      sheet.row(List.of(new Part(name, 1, 0.7), new Part(value, 1, 0.97)));
    } else if (money == 7) {
      sheet.pair(name, value, Math.max(0.5, labelsEnd));
    } else {
      sheet.ends(name, value);
    }
  }

  private void sums(long cents) {
    if (words.chance(0.04)) {
      return;
    }
    sheet.gap(words.between(0.0, 0.8));
    if (words.chance(0.3)) {
      sheet.centred(words.one("-", "=", "*", "_").repeat(words.between(8, 30)));
    }
    if (words.chance(0.35)) {
      sheet.row(
          List.of(
              new Part(words.of("qty") + colon, 0, 0.02),
              new Part(Integer.toString(words.between(1, 20)), 0, 0.5),
              new Part(words.one("", "", words.amount(cents)), 1, 0.97)));
    }
    boolean inclusive = words.chance(0.45);
    long tax =
        words.chance(0.65)
            ? Math.round(cents * words.tax() / (inclusive ? 100.0 + words.tax() : 100.0))
            : 0;
    long discount = words.chance(0.15) ? Math.min(cents / 2, words.between(10, 2000)) : 0;
    long before = cents - discount + (inclusive ? 0 : tax);
    long total = words.chance(0.4) ? 5 * Math.round(before / 5.0) : before;
    boolean rounded = total != before || words.chance(0.15);
    add(0.5, () -> sumRow(words.of("sub"), words.amount(inclusive ? cents - tax : cents), false));
    if (discount > 0 || words.chance(0.15)) {
      sumRow(
          words.of("disc"),
          words.amount(discount == 0 ? 0 : words.chance(0.5) ? -discount : discount),
          false);
    }
    if (tax > 0 || words.chance(0.1)) {
      add(0.85, () -> sumRow(words.of("tax"), words.amount(tax), false));
    }
    if (rounded) {
      add(0.25, () -> sumRow(words.of("total"), words.amount(before), false));
      sumRow(words.of("round"), words.amount(total - before), false);
    }
    sumRow(words.of("total"), words.amount(total), true);
    add(0.07, () -> sumRow(words.of("total"), words.amount(total), false));
    if (words.chance(0.7)) {
      long paid =
          words.chance(0.4) ? total : (words.chance(0.5) ? 1000 : 5000) * ((total + 999) / 1000);
      paid = Math.max(total, paid);
      sumRow(words.of("paid"), words.amount(paid), false);
      if (paid > total || words.chance(0.6)) {
        sumRow(words.of("change"), words.amount(paid - total), false);
      }
    }
    if (tax > 0 && words.chance(0.4)) {
      List<String> heads = PaperWords.split(words.of("summary"));
      columns(heads);
      List<String> cells = new ArrayList<>(List.of(words.of("code")));
      if (heads.size() > 3) {
        cells.add(Integer.toString(words.tax()));
      }
      cells.add(words.amount(total - tax));
      cells.add(words.amount(tax));
      columns(cells);
      add(
          0.4,
          () ->
              columns(
                  List.of(
                      words.one("TOTAL", "TOTAL:"), words.amount(total - tax), words.amount(tax))));
    }
  }

  private void add(double probability, Runnable row) {
    if (words.chance(probability)) {
      row.run();
    }
  }

  private void invoice() {
    double top = sheet.height();
    boolean leftHead = words.chance(0.6);
    if (words.chance(0.2)) {
      sheet
          .size(words.between(1.2, 2.0))
          .row(List.of(new Part(words.of("title"), words.chance(0.5) ? 1 : 0, 0.5)));
    }
    if (leftHead) {
      String company = words.company();
      sheet
          .size(words.between(1.0, 1.5))
          .left(
              mark(PaperField.COMPANY, company)
                  + (words.chance(0.15) ? " " + words.of("reg") : ""));
      List<String> lines = words.address();
      if (!words.chance(0.07)) {
        if (words.chance(0.4)) {
          sheet.left(mark(PaperField.ADDRESS, String.join(" ", lines)));
        } else {
          lines.forEach(line -> sheet.left(mark(PaperField.ADDRESS, line)));
        }
      }
      add(0.7, () -> sheet.left(words.of("tel")));
      add(0.6, () -> sheet.left(words.of("taxid")));
      add(0.3, () -> sheet.left(words.of("web")));
      if (words.chance(0.2)) {
        sheet.back(top + 0.3);
        sheet.size(1.5).row(List.of(new Part(words.of("title"), 1, 0.98)));
        sheet.gap(words.between(4, 8));
      }
    } else {
      head();
    }
    sheet.gap(words.between(0.3, 2.0));
    add(0.5, () -> sheet.centred(words.of("title")));
    customer();
    sheet.gap(words.between(0.3, 1.5));
    long cents = items();
    sums(cents);
    sheet.gap(words.between(0.3, 2.0));
    for (int left = words.between(0, 7); left > 0; left--) {
      sheet.left(words.of("foot"));
    }
  }

  /** Whose invoice it is, and its number and dates beside that or below. */
  private void customer() {
    List<String> who = new ArrayList<>();
    add(
        0.6,
        () ->
            who.add(words.one("BILL TO", "SOLD TO", "TO", "CUSTOMER", "SHIP TO", "ATTN") + colon));
    if (words.chance(0.75)) {
      who.add(words.chance(0.6) ? words.company() : words.words(2, 3));
      who.addAll(words.address());
    }
    List<String> facts = new ArrayList<>();
    facts.add(words.of("doc") + colon + " " + words.code());
    if (!words.chance(0.05)) {
      facts.add(words.of("date") + colon + " " + mark(PaperField.DATE, words.date()));
    }
    add(0.5, () -> facts.add(words.of("otherdate") + colon + " " + words.date()));
    for (int left = words.between(0, 3); left > 0; left--) {
      facts.add(words.of("who") + colon + " " + words.one(words.code(), words.words(1, 2)));
    }
    if (words.chance(0.3)) {
      shuffle(facts);
    }
    if (words.chance(0.5)) {
      who.forEach(sheet::left);
      facts.forEach(sheet::left);
      return;
    }
    for (int i = 0; i < Math.max(who.size(), facts.size()); i++) {
      sheet.row(
          List.of(
              new Part(i < who.size() ? who.get(i) : "", 0, 0.02),
              new Part(i < facts.size() ? facts.get(i) : "", 0, 0.6)));
    }
  }

  private void neither() {
    for (int left = words.between(2, 30); left > 0; left--) {
      switch (words.between(0, 5)) {
        case 0 -> sheet.left(words.words(2, 7));
        case 1 -> sheet.centred(words.item());
        case 2 -> sheet.left(words.of("foot"));
        case 3 -> sheet.gap(words.between(0.5, 2));
        case 4 -> sheet.ends(words.item(), words.digits(words.between(1, 4)));
        default -> sheet.left(words.item() + " " + words.item() + " " + words.item());
      }
    }
  }
}
