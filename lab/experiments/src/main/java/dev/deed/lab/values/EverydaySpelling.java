package dev.deed.lab.values;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How people of a language write what CLDR prints otherwise: <i>millions d'euros</i> where it has
 * <i>millions euros</i>, <i>dollars</i> where it has <i>US dollars</i>, a space before the sign of
 * percent or none. Each change is made to some of the values. Immutable.
 */
final class EverydaySpelling {
  private static final Change SPACE_BEFORE_PERCENT = new Change("(\\d)%", "$1 %", 0.3);
  private static final Change NO_SPACE_BEFORE_PERCENT = new Change("(\\d)\\h%", "$1%", 0.4);

  /**
   * @param from a regular expression
   * @param to its replacement
   * @param share of values that are changed, 0…1
   */
  private record Change(String from, String to, double share) {}

  private final List<Change> changes;

  EverydaySpelling(ValueLanguage language) {
    this.changes =
        switch (language) {
          case AMERICAN ->
              List.of(
                  SPACE_BEFORE_PERCENT,
                  new Change("US dollar", "dollar", 0.7),
                  new Change("(\\d)B\\b", "$1bn", 0.3));
          case BRITISH ->
              List.of(
                  SPACE_BEFORE_PERCENT,
                  new Change("US(?= dollar|\\$)", "", 0.7),
                  new Change("per cent", "percent", 0.3));
          case GERMAN -> List.of(NO_SPACE_BEFORE_PERCENT, new Change("US-Dollar", "Dollar", 0.7));
          case FRENCH ->
              List.of(
                  NO_SPACE_BEFORE_PERCENT,
                  new Change("(dollars?) des États-Unis", "$1", 0.7),
                  new Change("(millions?|milliards?)\\h(?=[aeo])", "$1 d'", 0.9),
                  new Change("(millions?|milliards?)\\h(?=(?!d')\\p{L})", "$1 de ", 0.9),
                  new Change("(?<=\\d\\hMd?)\\h(?=€)", "", 0.4));
          case SPANISH ->
              List.of(
                  NO_SPACE_BEFORE_PERCENT,
                  new Change(" estadounidenses?", "", 0.7),
                  new Change("(?<=\\d\\h)M(?=\\h\\p{L}|$)", "millones", 0.5),
                  new Change("(millón|millones)\\h(?=\\p{L})", "$1 de ", 0.9));
          case ITALIAN ->
              List.of(
                  SPACE_BEFORE_PERCENT,
                  new Change("percento", "per cento", 0.7),
                  new Change(" statunitensi", "", 0.7),
                  new Change(" metriche", "", 0.7),
                  new Change("(milion[ei]|miliard[oi])\\h(?=\\p{L})", "$1 di ", 0.9));
          case DUTCH ->
              List.of(
                  SPACE_BEFORE_PERCENT,
                  new Change("Amerikaanse dollar", "dollar", 0.7),
                  new Change("metrische ton", "ton", 0.7));
          case PORTUGUESE ->
              List.of(
                  SPACE_BEFORE_PERCENT,
                  new Change(" americanos?", "", 0.7),
                  new Change(" métricas", "", 0.7),
                  new Change("Euros", "euros", 0.8),
                  new Change("(milhão|milhões|bilhão|bilhões)\\h(?=\\p{L})", "$1 de ", 0.9),
                  new Change("bilhão|bilhões", "mil milhões", 0.4));
        };
  }

  String of(String printed, RandomGenerator random) {
    String text = printed;
    for (Change change : changes) {
      if (random.nextDouble() < change.share) {
        text = text.replaceAll(change.from, change.to);
      }
    }
    return text;
  }
}
