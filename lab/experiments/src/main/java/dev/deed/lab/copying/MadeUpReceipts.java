package dev.deed.lab.copying;

import dev.deed.lab.copying.MadeUpReceipt.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * The grammar of made-up receipts: head with company and address, particulars with the date, items,
 * sums that are right, foot. Amounts other than the total and numbers other than the date stand
 * around, as on real ones.
 */
final class MadeUpReceipts {
  private static final String[] TOTALS = {
    "TOTAL",
    "TOTAL",
    "TOTAL :",
    "TOTAL:",
    "GRAND TOTAL",
    "TOTAL (RM)",
    "NET TOTAL",
    "NETT TOTAL:",
    "TOTAL AMOUNT",
    "TOTAL PAYABLE:",
    "TOTAL (INCLUSIVE OF GST):",
    "FINAL TOTAL",
    "AMOUNT DUE",
    "TOTAL ROUNDED",
    "TOTAL SALES (INCLUSIVE GST) RM"
  };
  private static final String[] TITLES = {
    "TAX INVOICE", "RECEIPT", "CASH SALES", "INVOICE", "CASH BILL", "SIMPLIFIED TAX INVOICE"
  };
  private static final String[] FEET = {
    "THANK YOU",
    "PLEASE COME AGAIN",
    "GOODS SOLD ARE NOT RETURNABLE",
    "THANK YOU FOR SHOPPING",
    "PLEASE KEEP THIS RECEIPT",
    "EXCHANGE WITHIN 7 DAYS WITH RECEIPT",
    "CUSTOMER COPY",
    "PRICES INCLUDE GST",
    "HAVE A NICE DAY"
  };

  private final MadeUpWords words;
  private final ReceiptSheet sheet;
  private final List<Field> fields = new ArrayList<>();

  private MadeUpReceipts(RandomGenerator random) {
    this.words = new MadeUpWords(random);
    this.sheet = new ReceiptSheet(random);
  }

  /** A receipt; the same for the same state of the generator. */
  static MadeUpReceipt draw(RandomGenerator random) {
    MadeUpReceipts receipt = new MadeUpReceipts(random);
    boolean dateBelow = receipt.words.chance(0.15);
    receipt.head();
    receipt.particulars(!dateBelow);
    long cents = receipt.items();
    receipt.sums(cents);
    receipt.foot(dateBelow);
    return new MadeUpReceipt(receipt.sheet.page(), List.copyOf(receipt.fields));
  }

  private void head() {
    if (words.chance(0.15)) {
      sheet.centred(words.words(2, 3));
    }
    company();
    if (words.chance(0.6)) {
      sheet.centred(
          words.one("", "CO. REG. NO. ", "CO NO: ")
              + "("
              + words.digits(6)
              + "-"
              + words.letters(1)
              + ")");
    }
    int first = sheet.size();
    List<String> address = words.address();
    address.forEach(sheet::centred);
    fields.add(new Field("address", String.join(" ", address), first, sheet.size() - 1));
    if (words.chance(0.7)) {
      String tel = words.one("TEL:", "TEL : ", "TEL NO. ", "PHONE: ") + words.phone();
      if (words.chance(0.4)) {
        sheet.ends(tel, "FAX:" + words.phone());
      } else {
        sheet.centred(tel);
      }
    }
    if (words.chance(0.6)) {
      sheet.centred(words.one("GST ID : ", "GST NO: ", "GST REG NO. ") + words.digits(12));
    }
  }

  private void company() {
    int first = sheet.size();
    String company = words.company();
    int space = company.indexOf(' ', company.length() / 2);
    if (space > 0 && company.length() > 16 && words.chance(0.3)) {
      sheet.centred(company.substring(0, space));
      sheet.centred(company.substring(space + 1));
    } else {
      sheet.centred(company);
    }
    fields.add(new Field("company", company, first, sheet.size() - 1));
  }

  private void particulars(boolean withDate) {
    sheet.gap();
    if (words.chance(0.6)) {
      sheet.centred(words.one(TITLES));
    }
    List<Runnable> rows = new ArrayList<>();
    rows.add(
        () -> labelled(words.one("DOC NO.", "INVOICE NO", "RECEIPT #", "BILL NO"), words.code()));
    rows.add(
        () ->
            labelled(
                words.one("CASHIER", "COUNTER", "SALESPERSON"),
                words.one("USER", words.word(), words.code())));
    if (words.chance(0.4)) {
      rows.add(() -> labelled(words.one("TABLE", "REF.", "MEMBER", "TERMINAL"), words.code()));
    }
    if (words.chance(0.3)) {
      rows.add(() -> sheet.left(words.code() + " " + words.code()));
    }
    if (withDate) {
      rows.add(this::date);
    }
    Collections.shuffle(rows, new Random(words.between(0, Integer.MAX_VALUE - 1)));
    rows.forEach(Runnable::run);
  }

  private void labelled(String label, String value) {
    if (words.chance(0.5)) {
      sheet.left(label + words.one(": ", " : ", ":") + value);
    } else {
      sheet.pair(label, words.one(": ", ":", "") + value, 0.3);
    }
  }

  private void date() {
    String date = words.date();
    int first = sheet.size();
    switch (words.between(0, 4)) {
      case 0 -> sheet.left(date + " " + words.time());
      case 1 -> sheet.pair("DATE", words.one(": ", ":", "") + date, 0.3);
      case 2 -> sheet.ends("DATE: " + date, "TIME: " + words.time());
      case 3 -> sheet.ends(date, words.time());
      default -> sheet.left(words.one("DATE : ", "DATE:", "INVOICE DATE: ") + date);
    }
    fields.add(new Field("date", date, first, sheet.size() - 1));
  }

  /** Sum of the items in cents. */
  private long items() {
    sheet.gap();
    boolean inColumns = words.chance(0.6);
    if (inColumns) {
      sheet.columns(
          words.one("ITEM", "CODE", "DESC"),
          "QTY",
          words.one("PRICE", "U/P"),
          words.one("AMOUNT", "RM", "TOTAL"));
    }
    long sum = 0;
    for (int left = words.between(1, 6); left > 0; left--) {
      int count = words.chance(0.7) ? 1 : words.between(2, 12);
      long price = words.chance(0.6) ? 10L * words.between(5, 900) : words.between(50, 20_000);
      long amount = count * price;
      sum += amount;
      String printed = MadeUpWords.money(amount) + words.one("", "", "", " S");
      if (inColumns) {
        sheet.left(words.item());
        sheet.columns(
            words.digits(words.between(4, 12)),
            Integer.toString(count),
            MadeUpWords.money(price),
            printed);
      } else {
        sheet.ends(count + " " + words.item(), printed);
      }
    }
    return sum;
  }

  private void sums(long cents) {
    sheet.gap();
    if (words.chance(0.3)) {
      sheet.ends(words.one("TOTAL QTY:", "ITEM COUNT"), Integer.toString(words.between(1, 20)));
    }
    long tax = words.chance(0.5) ? Math.round(cents * 0.06) : 0;
    long before = cents + tax;
    long total = words.chance(0.5) ? 5 * Math.round(before / 5.0) : before;
    if (tax > 0 || words.chance(0.4)) {
      sheet.ends(words.one("SUBTOTAL", "SUB-TOTAL", "SUB TOTAL :"), MadeUpWords.money(cents));
    }
    if (tax > 0) {
      sheet.ends(words.one("GST 6%", "TAX", "SERVICE TAX (6%)"), MadeUpWords.money(tax));
    }
    if (total != before || words.chance(0.2)) {
      String sign = total < before ? "-" : "";
      sheet.ends(
          words.one("ROUNDING", "ROUNDING ADJ :"),
          sign + MadeUpWords.money(Math.abs(total - before)));
    }
    int first = sheet.size();
    String value = words.one("", "", "", "", "", "", "RM", "RM ", "$") + MadeUpWords.money(total);
    sheet.ends(words.one(TOTALS), value);
    fields.add(new Field("total", value, first, sheet.size() - 1));
    if (words.chance(0.7)) {
      long paid = words.chance(0.5) ? total : 1000 * ((total + 999) / 1000);
      sheet.ends(words.one("CASH", "CASH :", "PAID", "VISA CARD"), MadeUpWords.money(paid));
      sheet.ends(words.one("CHANGE", "CHANGE :", "BALANCE"), MadeUpWords.money(paid - total));
    }
    if (tax > 0 && words.chance(0.4)) {
      sheet.columns("SR", MadeUpWords.money(cents), "6", MadeUpWords.money(tax));
    }
  }

  private void foot(boolean withDate) {
    sheet.gap();
    if (withDate) {
      date();
    }
    if (words.chance(0.3)) {
      sheet.centred(words.code());
    }
    for (int left = words.between(0, 3); left > 0; left--) {
      sheet.centred(words.one(FEET));
    }
  }
}
