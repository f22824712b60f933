package dev.deed.lab.rendering;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Words, names and numbers of prints: common words of a dozen languages, words that do not exist
 * (with accents now and then), amounts, dates, codes, addresses of the web. Safe for many threads.
 */
final class PrintWords {
  /** Letters that stand for a plain one in some language. */
  private static final List<String> ACCENTS =
      List.of(
          "aàáâãäåāăą",
          "cçćč",
          "dďđ",
          "eèéêëēėęě",
          "gğģ",
          "iìíîïīįı",
          "kķ",
          "lĺļľł",
          "nñńņň",
          "oòóôõöøő",
          "rŕř",
          "sśşšșß",
          "tťţț",
          "uùúûüūůűų",
          "yýÿ",
          "zźżž");

  private static final String[] CURRENCIES = {
    "RM", "RM", "RM", "$", "$", "€", "EUR", "£", "USD", "S$", "US$", "Kč", "zł", "PLN", "Ft", "CHF",
    "kr", "¥", "R$", "Rp", "A$", "TL", "lei", "SEK", "GBP", "MYR", "SGD", "Fr.", "Rs", "₤"
  };
  private static final String[] TAGS = {
    "SR", "SR", "S", "ZRL", "Z", "T", "A", "B", "*", "TX", "N", "E", "ZR", "OS", "C", "s", "RM",
    "SR*"
  };
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };
  private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  private static final String[] DOMAINS = {
    "com", "com", "com.my", "org", "net", "de", "co.uk", "fr", "pl", "eu", "info", "io", "cz"
  };
  private static final String VOWELS = "aaaeeeiioouu";
  private static final String CONSONANTS = "bcdfghjklmnpqrstvwxyznrtslmdkgpbh";
  private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private final List<String> common;
  private final List<String> cities;

  PrintWords() {
    common = PrintTexts.resource("words.txt", "\\s+");
    cities =
        PrintTexts.resource("cities.txt", "\\s+").stream().map(c -> c.replace('_', ' ')).toList();
  }

  /** What stands for the name of a blank in a phrase; null when there is no such blank. */
  @Nullable String fill(String blank, RandomGenerator random) {
    return switch (blank) {
      case "amount" -> amount(random);
      case "money" -> money(random);
      case "cur" -> one(random, CURRENCIES);
      case "tag" -> one(random, TAGS);
      case "percent" -> percent(random);
      case "count" -> count(random);
      case "four" -> digits(random, 4);
      case "digits" -> grouped(number(random, random.nextInt(4, 15)), random);
      case "zip" -> digits(random, random.nextInt(4, 7));
      case "year" -> Integer.toString(random.nextInt(1950, 2040));
      case "code" -> code(random);
      case "id" -> letters(random, 2) + number(random, random.nextInt(7, 12));
      case "phone" -> phone(random);
      case "date" -> date(random);
      case "time" -> time(random);
      case "weekday" -> one(random, DAYS);
      case "mail" -> host(random) + "@" + host(random) + "." + one(random, DOMAINS);
      case "url" -> url(random);
      case "word" -> word(random);
      case "Word" -> capitalised(word(random));
      case "WORD" -> capitals(word(random));
      case "City" -> city(random);
      case "CITY" -> capitals(city(random));
      case "L" -> letters(random, 1);
      case "l" -> letters(random, 1).toLowerCase(Locale.ROOT);
      default -> null;
    };
  }

  /** Upper case of its own length: no letter becomes two. */
  static String capitals(String text) {
    return text.replace("ß", "ss").toUpperCase(Locale.ROOT);
  }

  static String capitalised(String text) {
    return text.isEmpty() ? text : capitals(text.substring(0, 1)) + text.substring(1);
  }

  private String word(RandomGenerator random) {
    double draw = random.nextDouble();
    if (draw < 0.2) {
      String word = common.get(random.nextInt(common.size()));
      return word.toLowerCase(Locale.ROOT);
    }
    String word = draw < 0.9 ? syllables(random) : jumble(random);
    if (random.nextDouble() < 0.12) {
      word = doubled(word, random);
    }
    return random.nextDouble() < 0.15 ? accented(word, random) : word;
  }

  private String city(RandomGenerator random) {
    return random.nextDouble() < 0.6
        ? cities.get(random.nextInt(cities.size()))
        : capitalised(word(random));
  }

  private static String syllables(RandomGenerator random) {
    StringBuilder word = new StringBuilder();
    for (int left = random.nextInt(1, 5); left > 0; left--) {
      if (random.nextDouble() < 0.85) {
        word.append(of(CONSONANTS, random));
        if (random.nextDouble() < 0.2) {
          word.append(one(random, "r", "l", "h", "s", "t", "y", "w"));
        }
      }
      word.append(of(VOWELS, random));
      if (random.nextDouble() < 0.15) {
        word.append(of(VOWELS, random));
      }
      if (random.nextDouble() < 0.4) {
        word.append(
            one(random, "n", "ng", "r", "s", "t", "k", "l", "m", "h", "ll", "ck", "st", "x"));
      }
    }
    return word.toString();
  }

  /** Any letters: every letter behind every other. */
  private static String jumble(RandomGenerator random) {
    return letters(random, random.nextInt(1, 8)).toLowerCase(Locale.ROOT);
  }

  /** Two of a letter side by side, which a reader easily takes for one. */
  private static String doubled(String word, RandomGenerator random) {
    int at = random.nextInt(word.length());
    return word.substring(0, at + 1) + word.substring(at);
  }

  private static String accented(String word, RandomGenerator random) {
    StringBuilder accented = new StringBuilder(word);
    for (int tries = random.nextInt(1, 4); tries > 0; tries--) {
      int at = random.nextInt(accented.length());
      char plain = accented.charAt(at);
      ACCENTS.stream()
          .filter(row -> row.charAt(0) == plain)
          .forEach(row -> accented.setCharAt(at, row.charAt(random.nextInt(1, row.length()))));
    }
    return accented.toString();
  }

  private static String amount(RandomGenerator random) {
    long whole =
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> random.nextInt(0, 10);
          case 3, 4 -> random.nextInt(10, 100);
          case 5 -> random.nextInt(100, 1000);
          case 6 -> random.nextInt(0, 1000);
          default -> random.nextInt(1000, 2_000_000);
        };
    int form = random.nextInt(20);
    String thousands = form < 13 ? "," : form < 17 ? "." : form == 17 ? " " : "'";
    String point = form < 13 || form > 18 ? "." : ",";
    String digits = Long.toString(whole);
    if (random.nextDouble() < 0.7) {
      digits = digits.replaceAll("(?<=\\d)(?=(\\d{3})+$)", thousands);
    }
    String cents =
        random.nextDouble() < 0.45
            ? one(random, "00", "00", "00", "50", "90", "10", "20", "40", "60", "80", "95", "99")
            : digits(random, 2);
    return switch (random.nextInt(40)) {
      case 0 -> digits;
      case 1 -> digits + point + digits(random, 1);
      case 2 -> digits + point + digits(random, random.nextInt(3, 5));
      case 3 -> digits + point + "-";
      default -> digits + point + cents;
    };
  }

  private static String money(RandomGenerator random) {
    String currency = one(random, CURRENCIES);
    String gap = random.nextBoolean() ? " " : "";
    return random.nextDouble() < 0.75
        ? currency + gap + amount(random)
        : amount(random) + gap + currency;
  }

  private static String percent(RandomGenerator random) {
    String number =
        switch (random.nextInt(5)) {
          case 0, 1 -> one(random, "6", "0", "10", "5", "19", "7", "20", "21", "25", "15");
          case 2 -> Integer.toString(random.nextInt(0, 101));
          case 3 -> random.nextInt(0, 30) + "." + digits(random, random.nextInt(1, 3));
          default -> random.nextInt(0, 30) + "," + digits(random, 1);
        };
    return number + (random.nextDouble() < 0.8 ? "%" : " %");
  }

  private static String count(RandomGenerator random) {
    return Integer.toString(
        switch (random.nextInt(5)) {
          case 0, 1 -> random.nextInt(0, 10);
          case 2, 3 -> random.nextInt(10, 100);
          default -> random.nextInt(100, 2000);
        });
  }

  private static String grouped(String digits, RandomGenerator random) {
    if (random.nextDouble() < 0.75) {
      return digits;
    }
    String gap = one(random, " ", " ", "-", ".", "/");
    int by = random.nextInt(2, 5);
    return digits.replaceAll("(?<=\\d)(?=(\\d{" + by + "})+$)", gap);
  }

  private static String code(RandomGenerator random) {
    StringBuilder code = new StringBuilder();
    for (int parts = random.nextInt(1, 5); parts > 0; parts--) {
      code.append(
          random.nextDouble() < 0.4
              ? letters(random, random.nextInt(1, 4))
              : number(random, random.nextInt(1, 7)));
      if (parts > 1 && random.nextDouble() < 0.4) {
        code.append(one(random, "-", "-", "/", ".", "#", " ", "_", ":", "*"));
      }
    }
    String text = code.toString();
    return random.nextDouble() < 0.1 ? text.toLowerCase(Locale.ROOT) : text;
  }

  private static String phone(RandomGenerator random) {
    String gap = one(random, "-", " ", "", ".", "/");
    String start = one(random, "0", "03-", "+6", "+49 ", "(0", "+603-", "01", "07-", "1-800-", "+");
    String area = digits(random, random.nextInt(1, 4)) + (start.startsWith("(") ? ")" : "");
    String rest = digits(random, random.nextInt(3, 5)) + one(random, gap, " ") + digits(random, 4);
    return start + area + gap + rest;
  }

  private static String date(RandomGenerator random) {
    int month = random.nextInt(1, 13);
    String day = two(random.nextInt(1, 32));
    String shortDay = Integer.toString(random.nextInt(1, 32));
    String year = Integer.toString(random.nextInt(1995, 2035));
    String two = year.substring(2);
    String name = MONTHS[month - 1];
    String sign = one(random, "/", "/", "/", "-", "-", ".");
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> day + sign + two(month) + sign + year;
      case 3, 4 -> day + sign + two(month) + sign + two;
      case 5 -> year + sign + two(month) + sign + day;
      case 6 -> shortDay + sign + month + sign + year;
      case 7 -> day + " " + name + " " + year;
      case 8 -> day + "-" + name + "-" + one(random, year, two);
      default -> name + " " + shortDay + ", " + year;
    };
  }

  private static String time(RandomGenerator random) {
    String minutes = ":" + two(random.nextInt(60));
    String seconds = ":" + two(random.nextInt(60));
    return switch (random.nextInt(5)) {
      case 0, 1 -> two(random.nextInt(24)) + minutes;
      case 2 -> two(random.nextInt(24)) + minutes + seconds;
      case 3 ->
          random.nextInt(1, 13)
              + minutes
              + one(random, "", " ")
              + one(random, "AM", "PM", "am", "pm");
      default -> two(random.nextInt(1, 13)) + minutes + seconds + " " + one(random, "AM", "PM");
    };
  }

  private static String host(RandomGenerator random) {
    String name = syllables(random);
    return switch (random.nextInt(6)) {
      case 0 -> name + "." + syllables(random);
      case 1 -> name + "-" + syllables(random);
      case 2 -> name + digits(random, 2);
      case 3 -> capitalised(name);
      default -> name;
    };
  }

  private static String url(RandomGenerator random) {
    String address =
        one(random, "www.", "www.", "http://", "https://", "http://www.", "")
            + host(random)
            + "."
            + one(random, DOMAINS);
    return random.nextDouble() < 0.4 ? address + "/" + syllables(random) : address;
  }

  private static String two(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }

  private static String digits(RandomGenerator random, int count) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString();
  }

  /** Digits of a counted thing: many start with zeros, and some repeat one. */
  private static String number(RandomGenerator random, int count) {
    StringBuilder number = new StringBuilder(digits(random, count));
    double draw = random.nextDouble();
    int run = random.nextInt(0, count + 1);
    if (draw < 0.2) {
      number.replace(0, run, "0".repeat(run));
    } else if (draw < 0.3) {
      int at = random.nextInt(0, count - run + 1);
      number.replace(at, at + run, Character.toString(of("000123456789", random)).repeat(run));
    }
    return number.toString();
  }

  private static String letters(RandomGenerator random, int count) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      letters.append(of(CAPITALS, random));
    }
    return letters.toString();
  }

  private static char of(String letters, RandomGenerator random) {
    return letters.charAt(random.nextInt(letters.length()));
  }

  private static String one(RandomGenerator random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
