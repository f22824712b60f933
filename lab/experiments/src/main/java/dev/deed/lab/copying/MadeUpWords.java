package dev.deed.lab.copying;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** The texts of made-up receipts: names of syllables, addresses, dates, numbers. Plain ASCII. */
final class MadeUpWords {
  private static final String[] TRADES = {
    "TRADING",
    "ENTERPRISE",
    "HARDWARE",
    "MART",
    "RESTAURANT",
    "BOOK STORE",
    "PHARMACY",
    "GIFT SHOP",
    "STATIONERY",
    "CAFE",
    "BAKERY",
    "MINI MARKET",
    "ELECTRICAL",
    "HOUSE",
    "FOODS",
    "MACHINERY",
    "SUPPLIES",
    "GALLERY",
    "MOTORS",
    "HOME DECO"
  };
  private static final String[] FORMS = {
    "SDN BHD", "SDN. BHD.", "BHD", "LTD", "LIMITED", "INC.", "CO.", "(M) SDN BHD", "& SONS", ""
  };
  private static final String[] STREETS = {"JALAN", "JLN", "LORONG", "PERSIARAN", "LEBUH", "BATU"};
  private static final String[] ENGLISH_STREETS = {"STREET", "ROAD", "LANE", "AVENUE", "HILL"};
  private static final String[] QUARTERS = {"TAMAN", "BANDAR", "KAMPUNG", "DESA", "PUSAT", "TMN"};
  private static final String[] MONTHS = {
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"
  };
  private static final String[] SIZES = {
    "500ML", "1KG", "1.5L", "A4", "12MM", "250G", "X2", "6PCS", "#10", "100'S", "(L)", "3/4\""
  };

  private final RandomGenerator random;

  MadeUpWords(RandomGenerator random) {
    this.random = random;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** One to three syllables. */
  String word() {
    StringBuilder word = new StringBuilder();
    int syllables = between(1, 3);
    for (int s = 0; s < syllables; s++) {
      if (s > 0 || chance(0.8)) {
        word.append(Letters.consonant(random));
      }
      word.append(Letters.vowel(random));
      if (chance(s == syllables - 1 ? 0.6 : 0.3)) {
        word.append(one("N", "NG", "R", "S", "T", "K", "L", "M", "H"));
      }
    }
    return word.length() == 1 ? word.append(Letters.consonant(random)).toString() : word.toString();
  }

  String words(int least, int most) {
    List<String> words = new ArrayList<>();
    for (int left = between(least, most); left > 0; left--) {
      words.add(word());
    }
    return String.join(" ", words);
  }

  String digits(int count) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      digits.append(Letters.digit(random));
    }
    return digits.toString();
  }

  String letters(int count) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      letters.append(Letters.any(random));
    }
    return letters.toString();
  }

  /** Letters and digits without a meaning: bills, terminals, articles. */
  String code() {
    return switch (between(0, 5)) {
      case 0 -> letters(between(1, 3)) + digits(between(4, 8));
      case 1 -> digits(between(4, 13));
      case 2 -> letters(2) + "-" + digits(between(3, 6)) + "/" + digits(2);
      case 3 -> digits(between(2, 4)) + letters(1) + digits(between(2, 4));
      case 4 -> letters(between(4, 10));
      default -> "#" + digits(between(2, 6)) + "-" + letters(1);
    };
  }

  String company() {
    String name =
        switch (between(0, 4)) {
          case 0 -> words(1, 3);
          case 1 -> word() + " & " + word();
          case 2 -> letters(2) + " " + word();
          case 3 -> letters(1) + "." + letters(1) + "." + letters(1) + ".";
          default -> words(1, 2) + " (" + word() + ")";
        };
    String trade = chance(0.8) ? " " + one(TRADES) : "";
    return (name + trade + " " + one(FORMS)).strip();
  }

  /** Two to four lines, most with a comma at their end. */
  List<String> address() {
    List<String> lines = new ArrayList<>();
    String number =
        one("NO. ", "NO.", "LOT ", "NO ", "")
            + between(1, 400)
            + one("", "", "-" + letters(1), "-1", "G", " & " + between(1, 99));
    String street =
        chance(0.7)
            ? one(STREETS)
                + " "
                + words(1, 2)
                + one("", " " + between(1, 30), " " + digits(1) + "/" + digits(2))
            : words(1, 2) + " " + one(ENGLISH_STREETS);
    if (chance(0.3)) {
      lines.add(number + ", " + one("GROUND FLOOR", "1ST FLOOR", "BLOCK " + letters(1)) + ",");
      lines.add(street + ",");
    } else {
      lines.add(number + ", " + street + ",");
    }
    if (chance(0.8)) {
      lines.add(one(QUARTERS) + " " + words(1, 2) + ",");
    }
    String town = digits(5) + " " + words(1, 2);
    if (chance(0.5)) {
      lines.add(town + ", " + word() + one("", "."));
    } else {
      lines.add(town + ",");
      lines.add(words(1, 2) + one("", "."));
    }
    return lines;
  }

  String phone() {
    return one("0", "01", "03-", "07 - ", "+60")
        + digits(between(1, 2))
        + one("-", "", " ")
        + digits(between(6, 8));
  }

  String date() {
    String day = twoDigits(between(1, 28));
    int monthNumber = between(1, 12);
    String month = twoDigits(monthNumber);
    String year = Integer.toString(between(2010, 2029));
    String shortYear = year.substring(2);
    String name = MONTHS[monthNumber - 1];
    return switch (between(0, 15)) {
      case 0, 1, 2, 3, 4 -> day + "/" + month + "/" + year;
      case 5, 6 -> day + "-" + month + "-" + shortYear;
      case 7, 8 -> day + "/" + month + "/" + shortYear;
      case 9 -> day + "-" + month + "-" + year;
      case 10 -> day + " " + name + " " + year;
      case 11 -> day + "-" + name + "-" + year;
      case 12 -> year + "-" + month + "-" + day;
      case 13 -> day + "." + month + "." + year;
      case 14 -> day + " " + name + " " + shortYear;
      default -> name + " " + day + ", " + year;
    };
  }

  String time() {
    String minutes = twoDigits(between(0, 59));
    return switch (between(0, 2)) {
      case 0 -> twoDigits(between(0, 23)) + ":" + minutes;
      case 1 -> twoDigits(between(0, 23)) + ":" + minutes + ":" + twoDigits(between(0, 59));
      default -> between(1, 12) + ":" + minutes + " " + one("AM", "PM");
    };
  }

  String item() {
    return words(1, 3) + (chance(0.4) ? " " + one(SIZES) : "");
  }

  /** An amount with two decimals. */
  static String money(long cents) {
    return String.format(Locale.ROOT, "%d.%02d", cents / 100, cents % 100);
  }

  private static String twoDigits(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }
}
