package dev.deed.lab.receipts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The texts of made-up papers: names of syllables, phrases of seven languages with their blanks
 * filled in, dates and amounts as the language prints them. Belongs to one thread.
 */
final class PaperWords {
  private static final Map<String, List<String>> LISTS = lists();
  private static final List<String> THINGS = List.of(resource("things.txt").split("\\s+"));
  private static final Pattern BLANK = Pattern.compile("\\{([A-Za-z]+|[0-9]+)\\}");
  private static final String[] ONSETS =
      ("b c d f g h j k l m n p r s t v w y z b d h k l m n p r s t k s m l ch sh th br tr kr st sp"
              + " gr pr bl kl qu zh ng ny dr fl wh x")
          .split(" ");
  private static final String[] NUCLEI =
      "a a a a e e e i i i o o o u u u ai ee oo ia au ie ou ea ua y".split(" ");
  private static final String[] CODAS = "n n ng r s t k l m h p d n rd st ck x w".split(" ");
  private static final Map<String, String> MONTHS =
      Map.of(
          "en",
              "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER",
          "de",
              "JANUAR FEBRUAR MÄRZ APRIL MAI JUNI JULI AUGUST SEPTEMBER OKTOBER NOVEMBER DEZEMBER",
          "fr",
              "JANVIER FÉVRIER MARS AVRIL MAI JUIN JUILLET AOÛT SEPTEMBRE OCTOBRE NOVEMBRE DÉCEMBRE",
          "es",
              "ENERO FEBRERO MARZO ABRIL MAYO JUNIO JULIO AGOSTO SEPTIEMBRE OCTUBRE NOVIEMBRE DICIEMBRE",
          "it",
              "GENNAIO FEBBRAIO MARZO APRILE MAGGIO GIUGNO LUGLIO AGOSTO SETTEMBRE OTTOBRE NOVEMBRE DICEMBRE",
          "nl",
              "JANUARI FEBRUARI MAART APRIL MEI JUNI JULI AUGUSTUS SEPTEMBER OKTOBER NOVEMBER DECEMBER",
          "pt",
              "JANEIRO FEVEREIRO MARÇO ABRIL MAIO JUNHO JULHO AGOSTO SETEMBRO OUTUBRO NOVEMBRO DEZEMBRO");

  private final RandomGenerator random;
  private final String language;
  private final String currency;
  private final boolean comma;
  private final int dateForm;
  private final int clock;
  private final int tax;

  PaperWords(RandomGenerator random) {
    this.random = random;
    language =
        one(
            "en",
            "en",
            "en",
            "en",
            "en",
            "en",
            "en",
            "en",
            "en",
            "de",
            "fr",
            "es",
            "it",
            one("nl", "pt"));
    currency =
        switch (language) {
          case "en" ->
              one(
                  "RM", "RM", "RM", "RM", "RM", "MYR", "$", "$", "S$", "USD", "£", "GBP", "RS.",
                  "AUD", "P");
          case "pt" -> one("EUR", "€", "R$");
          case "es" -> one("EUR", "€", "$", "S/");
          default -> one("EUR", "EUR", "€", "€", "CHF");
        };
    comma = !language.equals("en") && !currency.equals("CHF") && chance(0.9);
    dateForm = dateForms();
    clock = between(0, 4);
    tax =
        language.equals("en")
            ? oneOf(6, 6, 6, 6, 5, 10, 7, 8, 20, 18)
            : oneOf(19, 20, 21, 10, 7, 22, 23, 4);
  }

  private int dateForms() {
    // Weighted: day/month/year in figures is what most receipts have.
    return oneOf(0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
  }

  private static Map<String, List<String>> lists() {
    Map<String, List<String>> lists = new HashMap<>();
    for (String line : resource("words.txt").lines().filter(l -> !l.startsWith("#")).toList()) {
      int colon = line.indexOf(": ");
      lists.put(line.substring(0, colon), List.of(line.substring(colon + 2).split(";\\s+")));
    }
    return lists;
  }

  private static String resource(String name) {
    try (InputStream in = PaperWords.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  double between(double least, double most) {
    return random.nextDouble(least, most);
  }

  String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private int oneOf(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  String language() {
    return language;
  }

  String currency() {
    return currency;
  }

  /** Per cent. */
  int tax() {
    return tax;
  }

  /**
   * An entry of a list in the paper's language with its blanks filled in; English if it lacks it.
   */
  String of(String list) {
    List<String> entries = LISTS.get(language + "." + list);
    entries = entries == null ? Objects.requireNonNull(LISTS.get("en." + list)) : entries;
    return fill(entries.get(random.nextInt(entries.size())));
  }

  String fill(String phrase) {
    return BLANK
        .matcher(phrase)
        .replaceAll(blank -> java.util.regex.Matcher.quoteReplacement(blank(blank.group(1))));
  }

  private String blank(String name) {
    return switch (name) {
      case "w" -> word();
      case "ws" -> chance(0.55) ? word() : word() + " " + word();
      case "i" -> thing();
      case "n" -> Integer.toString(chance(0.6) ? between(1, 30) : between(1, 400));
      case "L" -> letters(1);
      case "code" -> code();
      case "phone" -> phone();
      case "time" -> time();
      case "date" -> date();
      case "amt" -> amount(between(50, 9000));
      case "t" -> of("town");
      case "r" -> of("region");
      case "c" -> currency;
      case "p" -> Integer.toString(tax);
      default -> digits(Integer.parseInt(name));
    };
  }

  String thing() {
    return THINGS.get(random.nextInt(THINGS.size())).toUpperCase(Locale.ROOT);
  }

  /** One to four syllables, short names as frequent as in China, long ones as in India. */
  String word() {
    if (chance(0.04)) {
      return letters(between(2, 3));
    }
    if (chance(0.1)) {
      return thing();
    }
    StringBuilder word = new StringBuilder();
    int syllables = oneOf(1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4);
    for (int s = 0; s < syllables; s++) {
      if (s > 0 || chance(0.85)) {
        word.append(one(ONSETS));
      }
      word.append(one(NUCLEI));
      if (chance(s == syllables - 1 ? 0.6 : 0.25)) {
        word.append(one(CODAS));
      }
    }
    if (word.length() < 2) {
      word.append(one(CODAS));
    }
    return word.toString().toUpperCase(Locale.ROOT);
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
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString();
  }

  String letters(int count) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < count; i++) {
      letters.append((char) ('A' + random.nextInt(26)));
    }
    return letters.toString();
  }

  /** Letters and digits without a meaning: bills, terminals, articles. */
  String code() {
    return switch (between(0, 8)) {
      case 0 -> letters(between(1, 3)) + digits(between(4, 8));
      case 1, 2 -> digits(between(4, 13));
      case 3 -> letters(2) + "-" + digits(between(3, 7));
      case 4 -> digits(between(2, 4)) + letters(1) + digits(between(2, 4));
      case 5 -> digits(5) + "/" + digits(3) + "/" + letters(1) + digits(4);
      case 6 -> "#" + digits(between(2, 6));
      case 7 -> letters(1) + digits(2) + " " + letters(1) + digits(9);
      default -> letters(between(2, 4)) + digits(2) + "-" + digits(between(3, 5));
    };
  }

  String phone() {
    return one(
            "0",
            "01",
            "03-",
            "07 - ",
            "+60",
            "06-",
            "(0" + digits(2) + ") ",
            "0" + digits(3) + " / ")
        + digits(between(2, 4))
        + one("-", "", " ")
        + digits(between(4, 6));
  }

  String company() {
    String name =
        switch (between(0, 11)) {
          case 0, 1, 2, 3 -> words(1, 3);
          case 4 -> word() + " & " + word();
          case 5 -> letters(between(2, 3)) + " " + words(1, 2);
          case 6 -> letters(1) + "." + letters(1) + "." + one("", letters(1) + ".");
          case 7 -> letters(1) + " " + letters(1) + " " + word();
          case 8 -> digits(between(1, 3)) + " " + word();
          case 9 -> word() + "'S";
          case 10 -> word() + "-" + word();
          default -> thing() + " " + word();
        };
    String before = chance(0.2) ? of("before") + " " : "";
    String trade = chance(0.75) ? " " + of("trade") + (chance(0.15) ? " " + of("trade") : "") : "";
    String place = chance(0.07) ? " (" + word() + ")" : "";
    String form = chance(before.isEmpty() ? 0.7 : 0.35) ? " " + of("form") : "";
    String all = before + name + trade + place + form;
    return all.contains(" ") || chance(0.2) ? all : all + " " + of("trade");
  }

  /** One to five lines; of languages other than English two or three. */
  List<String> address() {
    List<String> lines = new ArrayList<>();
    String end = one(",", ",", ",", "", ".");
    String numbered = of("number");
    if (!language.equals("en")) {
      lines.add(numbered);
      lines.add(of("postcode"));
      if (chance(0.1)) {
        lines.addFirst(of("trade") + " " + word());
      }
      return lines;
    }
    boolean floor = chance(0.25);
    String street = of("street") + (chance(0.08) ? "," + of("quarter") : "");
    String first = chance(0.95) ? numbered + one(",", ",", "", " ,") + " " : "";
    if (floor && chance(0.5)) {
      lines.add(first + of("floor") + end);
      lines.add(street + end);
    } else if (floor) {
      lines.add(of("floor") + ", " + first + street + end);
    } else {
      lines.add(first + street + end);
    }
    int quarters = oneOf(0, 1, 1, 1, 1, 2);
    for (int i = 0; i < quarters; i++) {
      if (chance(0.2)) {
        lines.add(lines.removeLast() + one(" ", "", " ") + of("quarter") + end);
      } else {
        lines.add(of("quarter") + end);
      }
    }
    String town = of("postcode");
    if (chance(0.15) && !lines.isEmpty()) {
      lines.add(lines.removeLast() + " " + town);
    } else {
      lines.add(town);
    }
    if (chance(0.3)) {
      lines.add(of("region") + one("", "", "."));
    }
    return lines;
  }

  /** Day, month and year in the paper's form. */
  String date() {
    int monthNumber = between(1, 12);
    int dayNumber = between(1, 28 + (monthNumber == 2 ? 0 : 2));
    boolean padded = !chance(0.12);
    String day = padded ? two(dayNumber) : Integer.toString(dayNumber);
    String month = padded ? two(monthNumber) : Integer.toString(monthNumber);
    String year = Integer.toString(chance(0.75) ? between(2012, 2026) : between(1999, 2039));
    String late = year.substring(2);
    String name = Objects.requireNonNull(MONTHS.get(language)).split(" ")[monthNumber - 1];
    String brief = name.length() <= 4 ? name : name.substring(0, 3);
    String mark = language.equals("en") ? "/" : language.equals("de") ? "." : one("/", "/", ".");
    return switch (dateForm) {
      case 0 -> day + mark + month + mark + year;
      case 1 -> day + mark + month + mark + late;
      case 2 -> day + "-" + month + "-" + late;
      case 3 -> day + "-" + month + "-" + year;
      case 4 -> day + " " + brief + " " + year;
      case 5 -> day + "-" + brief + "-" + year;
      case 6 -> year + "-" + two(monthNumber) + "-" + two(dayNumber);
      case 7 -> day + "." + month + "." + year;
      case 8 -> day + " " + brief + " " + late;
      case 9 -> brief + " " + day + ", " + year;
      case 10 -> day + " " + name + " " + year;
      case 11 -> day + "/" + brief + "/" + year;
      case 12 -> month + "/" + day + "/" + year;
      case 13 -> year + "/" + two(monthNumber) + "/" + two(dayNumber);
      default ->
          chance(0.3) ? year + two(monthNumber) + two(dayNumber) : day + "." + month + "." + late;
    };
  }

  String time() {
    String minutes = two(between(0, 59));
    String seconds = two(between(0, 59));
    return switch (clock) {
      case 0 -> two(between(0, 23)) + ":" + minutes;
      case 1 -> two(between(0, 23)) + ":" + minutes + ":" + seconds;
      case 2 -> between(1, 12) + ":" + minutes + one(" ", "") + one("AM", "PM");
      case 3 -> two(between(1, 12)) + ":" + minutes + ":" + seconds + " " + one("AM", "PM");
      default -> two(between(0, 23)) + ":" + minutes + ":" + seconds;
    };
  }

  /** An amount of hundredths without a currency. */
  String amount(long cents) {
    String whole = Long.toString(Math.abs(cents) / 100);
    if (whole.length() > 3) {
      int cut = whole.length() - 3;
      whole =
          whole.substring(0, cut)
              + (comma ? one(".", "") : one(",", "", ""))
              + whole.substring(cut);
    }
    return (cents < 0 ? "-" : "")
        + whole
        + (comma ? "," : ".")
        + two((int) (Math.abs(cents) % 100));
  }

  String item() {
    List<String> words = new ArrayList<>();
    for (int left = between(1, 4); left > 0; left--) {
      words.add(chance(0.75) ? thing() : word());
    }
    if (chance(0.35)) {
      words.add(
          one(
              "500ML",
              "1KG",
              "1.5L",
              "A4",
              "12MM",
              "250G",
              "X2",
              "6PCS",
              "#10",
              "(L)",
              "3/4\"",
              between(2, 900) + one("G", "ML", "CM", "PCS", "'S")));
    }
    return String.join(" ", words);
  }

  private static String two(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }

  static List<String> split(String columns) {
    return Arrays.asList(columns.split(","));
  }
}
