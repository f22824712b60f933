package dev.deed.lab.values;

import com.ibm.icu.util.ULocale;
import java.util.List;

/**
 * A language of printed values. Names of months, units and currencies, separators and words of
 * numbers are those of Unicode's CLDR; the patterns say how people write dates and times.
 */
enum ValueLanguage {
  AMERICAN(
      "en-US",
      "phrases-en.txt",
      List.of("MMMM d, y", "MMM d, y", "MMM d y", "M/d/y", "MM/dd/y", "M/d/yy", "EEEE, MMMM d, y"),
      List.of("h:mm a", "h:mma", "h a", "HH:mm")),
  BRITISH(
      "en-GB",
      "phrases-en.txt",
      List.of("d MMMM y", "d MMM y", "dd/MM/y", "d/M/y", "dd/MM/yy", "EEEE d MMMM y", "d.M.y"),
      List.of("h:mm a", "h:mma", "h a", "HH:mm")),
  GERMAN(
      "de",
      "phrases-de.txt",
      List.of("d. MMMM y", "d. MMM y", "dd.MM.y", "d.M.y", "dd.MM.yy", "d.M.yy", "EEEE, d. MMMM y"),
      List.of("HH:mm", "HH:mm 'Uhr'", "H.mm 'Uhr'", "H 'Uhr'")),
  FRENCH(
      "fr",
      "phrases-fr.txt",
      List.of("d MMMM y", "d MMM y", "dd/MM/y", "d/M/y", "dd/MM/yy", "EEEE d MMMM y", "dd.MM.y"),
      List.of("HH:mm", "HH 'h' mm", "H'h'mm")),
  SPANISH(
      "es",
      "phrases-es.txt",
      List.of(
          "d 'de' MMMM 'de' y",
          "d MMM y",
          "dd/MM/y",
          "d/M/y",
          "dd/MM/yy",
          "EEEE, d 'de' MMMM 'de' y",
          "d-M-y"),
      List.of("HH:mm", "H:mm 'h'", "H.mm")),
  ITALIAN(
      "it",
      "phrases-it.txt",
      List.of("d MMMM y", "d MMM y", "dd/MM/y", "d/M/y", "dd/MM/yy", "EEEE d MMMM y", "d.M.y"),
      List.of("HH:mm", "H.mm", "'ore' H:mm")),
  DUTCH(
      "nl",
      "phrases-nl.txt",
      List.of("d MMMM y", "d MMM y", "dd-MM-y", "d-M-y", "dd-MM-yy", "EEEE d MMMM y", "d/M/y"),
      List.of("HH:mm", "H.mm 'uur'")),
  PORTUGUESE(
      "pt",
      "phrases-pt.txt",
      List.of(
          "d 'de' MMMM 'de' y",
          "d MMM y",
          "dd/MM/y",
          "d/M/y",
          "dd/MM/yy",
          "EEEE, d 'de' MMMM 'de' y",
          "dd.MM.y"),
      List.of("HH:mm", "H'h'mm"));

  private final String tag;
  private final String phrases;
  private final List<String> dates;
  private final List<String> times;

  ValueLanguage(String tag, String phrases, List<String> dates, List<String> times) {
    this.tag = tag;
    this.phrases = phrases;
    this.dates = dates;
    this.times = times;
  }

  /** What stands before the text in a prompt, such as {@code de}. */
  String tag() {
    return tag;
  }

  ULocale locale() {
    return ULocale.forLanguageTag(tag);
  }

  /** The resource with lines of this language. */
  String phrases() {
    return phrases;
  }

  /** Patterns of dates, as CLDR writes them; ISO's is understood everywhere. */
  List<String> dates() {
    return dates;
  }

  /** Patterns of times of day, none of which is a quantity or a number too. */
  List<String> times() {
    return times;
  }
}
