package dev.deed.lab.values;

import com.ibm.icu.number.LocalizedNumberFormatter;
import com.ibm.icu.number.Notation;
import com.ibm.icu.number.NumberFormatter;
import com.ibm.icu.number.NumberFormatter.GroupingStrategy;
import com.ibm.icu.number.NumberFormatter.UnitWidth;
import com.ibm.icu.number.Precision;
import com.ibm.icu.text.RuleBasedNumberFormat;
import com.ibm.icu.text.SimpleDateFormat;
import com.ibm.icu.util.Currency;
import com.ibm.icu.util.MeasureUnit;
import com.ibm.icu.util.NoUnit;
import com.ibm.icu.util.TimeZone;
import com.ibm.icu.util.ULocale;
import dev.deed.lab.values.PrintedValue.Kind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Draws values and prints them as people of a language do, by ICU and Unicode's CLDR. Belongs to
 * one thread.
 */
final class ValuePrinter {
  private static final long FIRST_DAY = LocalDate.of(1950, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(2049, 12, 31).toEpochDay();

  /** Two digits of a year are those of 1970 to 2069. */
  private static final int FIRST_SHORT_YEAR = 1970;

  private static final List<String> CURRENCIES =
      List.of("EUR", "EUR", "EUR", "USD", "USD", "GBP", "CHF", "JPY", "SEK", "PLN", "BRL", "INR");

  private static final double PERCENTAGES = 0.15;

  /** Shares of values in thousands, millions and billions. */
  private static final double LARGE = 1 / 10.0;

  private static final double LARGE_AMOUNTS = 0.2;

  /** A number that units follow in the plural. */
  private static final int PLURAL = 9;

  /**
   * Units, and the symbol that stands for each: those of the SI and of UCUM where they have one.
   */
  private static final List<Map.Entry<MeasureUnit, String>> UNITS =
      List.of(
          Map.entry(MeasureUnit.KILOGRAM, "kg"),
          Map.entry(MeasureUnit.GRAM, "g"),
          Map.entry(MeasureUnit.MILLIGRAM, "mg"),
          Map.entry(MeasureUnit.METRIC_TON, "t"),
          Map.entry(MeasureUnit.KILOMETER, "km"),
          Map.entry(MeasureUnit.METER, "m"),
          Map.entry(MeasureUnit.CENTIMETER, "cm"),
          Map.entry(MeasureUnit.MILLIMETER, "mm"),
          Map.entry(MeasureUnit.LITER, "L"),
          Map.entry(MeasureUnit.MILLILITER, "mL"),
          Map.entry(MeasureUnit.HOUR, "h"),
          Map.entry(MeasureUnit.MINUTE, "min"),
          Map.entry(MeasureUnit.SECOND, "s"),
          Map.entry(MeasureUnit.DAY, "d"),
          Map.entry(MeasureUnit.WEEK, "wk"),
          Map.entry(MeasureUnit.MONTH, "mo"),
          Map.entry(MeasureUnit.YEAR, "a"),
          Map.entry(MeasureUnit.CELSIUS, "°C"),
          Map.entry(MeasureUnit.PERCENT, "%"),
          Map.entry(MeasureUnit.KILOWATT_HOUR, "kWh"),
          Map.entry(MeasureUnit.WATT, "W"),
          Map.entry(MeasureUnit.VOLT, "V"),
          Map.entry(MeasureUnit.SQUARE_METER, "m2"),
          Map.entry(MeasureUnit.CUBIC_METER, "m3"),
          Map.entry(MeasureUnit.HECTARE, "ha"),
          Map.entry(MeasureUnit.KILOMETER_PER_HOUR, "km/h"),
          Map.entry(MeasureUnit.MEGABYTE, "MB"),
          Map.entry(MeasureUnit.GIGABYTE, "GB"),
          Map.entry(MeasureUnit.FOOT, "ft"),
          Map.entry(MeasureUnit.INCH, "in"),
          Map.entry(MeasureUnit.MILE, "mi"),
          Map.entry(MeasureUnit.POUND, "lb"),
          Map.entry(MeasureUnit.OUNCE, "oz"));

  private final ValueLanguage language;
  private final ULocale locale;
  private final RuleBasedNumberFormat words;
  private final EverydaySpelling spelling;

  ValuePrinter(ValueLanguage language) {
    this.language = language;
    this.spelling = new EverydaySpelling(language);
    this.locale = language.locale();
    this.words = new RuleBasedNumberFormat(locale, RuleBasedNumberFormat.SPELLOUT);
  }

  /** A value of a kind; the same for the same state of the generator. */
  PrintedValue draw(Kind kind, RandomGenerator random) {
    PrintedValue value =
        switch (kind) {
          case DATE -> date(random);
          case TIME -> time(random);
          case AMOUNT -> amount(random, random.nextDouble() < LARGE_AMOUNTS);
          case QUANTITY ->
              random.nextDouble() < PERCENTAGES ? percentage(random) : quantity(random);
          case NUMBER -> number(random, random.nextDouble() < LARGE);
        };
    return typed(value, random);
  }

  /** A percentage. */
  PrintedValue drawPercentage(RandomGenerator random) {
    return typed(percentage(random), random);
  }

  /** Millions or billions of money. */
  PrintedValue drawLargeAmount(RandomGenerator random) {
    return typed(amount(random, true), random);
  }

  /**
   * Thousands, millions or billions of what a word in the plural names: {@code 3 millones de
   * casas}.
   */
  PrintedValue drawLargeNumber(String noun, RandomGenerator random) {
    PrintedValue number = number(random, true);
    return typed(
        new PrintedValue(number.kind(), number.printed() + " " + noun, number.canonical()), random);
  }

  /** A year alone is a number: it names no day. */
  static PrintedValue drawYear(RandomGenerator random) {
    String year = Integer.toString(random.nextInt(1950, 2050));
    return new PrintedValue(Kind.NUMBER, year, year);
  }

  private PrintedValue date(RandomGenerator random) {
    LocalDate day = LocalDate.ofEpochDay(random.nextLong(FIRST_DAY, LAST_DAY + 1));
    String pattern = random.nextDouble() < 0.06 ? "y-MM-dd" : one(language.dates(), random);
    if (pattern.endsWith("yy") && day.getYear() < FIRST_SHORT_YEAR) {
      day = day.plusYears(50);
    }
    return new PrintedValue(
        Kind.DATE, formatted(pattern, day.toEpochDay() * 86_400), day.toString());
  }

  private PrintedValue time(RandomGenerator random) {
    String pattern = one(language.times(), random);
    boolean whole = !pattern.contains("mm");
    LocalTime time = LocalTime.of(random.nextInt(24), whole ? 0 : minute(random));
    return new PrintedValue(Kind.TIME, formatted(pattern, time.toSecondOfDay()), time.toString());
  }

  private static int minute(RandomGenerator random) {
    return random.nextBoolean() ? 5 * random.nextInt(12) : random.nextInt(60);
  }

  private String formatted(String pattern, long seconds) {
    SimpleDateFormat format = new SimpleDateFormat(pattern, locale);
    format.setTimeZone(TimeZone.GMT_ZONE);
    return format.format(new Date(TimeUnit.SECONDS.toMillis(seconds)));
  }

  private PrintedValue amount(RandomGenerator random, boolean large) {
    Currency currency = Currency.getInstance(one(CURRENCIES, random));
    int decimals = currency.getDefaultFractionDigits();
    Number drawn = large ? large(random) : plain(random, random.nextDouble() < 0.75 ? decimals : 0);
    if (!large && random.nextDouble() < 0.05) {
      drawn = new Number(drawn.value.negate(), false);
    }
    UnitWidth width =
        switch (random.nextInt(4)) {
          case 0 -> UnitWidth.FULL_NAME;
          case 1 -> UnitWidth.ISO_CODE;
          default -> UnitWidth.SHORT;
        };
    LocalizedNumberFormatter formatter = formatter(drawn, random).unit(currency).unitWidth(width);
    return new PrintedValue(
        Kind.AMOUNT,
        large ? printLarge(formatter, drawn, random) : print(formatter, drawn, random),
        drawn.value.setScale(decimals, RoundingMode.UNNECESSARY).toPlainString()
            + " "
            + currency.getCurrencyCode());
  }

  private PrintedValue quantity(RandomGenerator random) {
    Map.Entry<MeasureUnit, String> unit = one(UNITS, random);
    int decimals = random.nextInt(4);
    Number drawn = random.nextDouble() < LARGE ? large(random) : plain(random, decimals);
    UnitWidth width = random.nextBoolean() ? UnitWidth.FULL_NAME : UnitWidth.SHORT;
    return new PrintedValue(
        Kind.QUANTITY,
        print(formatter(drawn, random).unit(unit.getKey()).unitWidth(width), drawn, random),
        drawn.canonical() + " " + unit.getValue());
  }

  /** Mostly below a hundred. */
  private PrintedValue percentage(RandomGenerator random) {
    int decimals = one(List.of(0, 0, 1, 1, 1, 2), random);
    long whole = random.nextDouble() < 0.9 ? random.nextInt(100) : random.nextInt(100, 1000);
    Number drawn = new Number(BigDecimal.valueOf(whole).add(fraction(decimals, random)), false);
    UnitWidth width = random.nextBoolean() ? UnitWidth.FULL_NAME : UnitWidth.SHORT;
    return new PrintedValue(
        Kind.QUANTITY,
        print(formatter(drawn, random).unit(MeasureUnit.PERCENT).unitWidth(width), drawn, random),
        drawn.canonical() + " %");
  }

  private PrintedValue number(RandomGenerator random, boolean large) {
    int decimals = random.nextDouble() < 0.8 ? 0 : random.nextInt(1, 4);
    Number drawn = large ? large(random) : plain(random, decimals);
    return new PrintedValue(
        Kind.NUMBER, print(formatter(drawn, random), drawn, random), drawn.canonical());
  }

  /**
   * @param value to be printed
   * @param compact whether in thousands or millions
   */
  private record Number(BigDecimal value, boolean compact) {
    String canonical() {
      return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }
  }

  /** Small and large ones alike, up to a million. */
  private static Number plain(RandomGenerator random, int decimals) {
    long whole = (long) Math.pow(10, random.nextDouble() * 6);
    if (random.nextDouble() < 0.2 && whole >= 10) {
      whole -= whole % 10;
    }
    if (decimals > 0 && random.nextDouble() < 0.08) {
      whole = 0;
    }
    return new Number(BigDecimal.valueOf(whole).add(fraction(decimals, random)), false);
  }

  private static BigDecimal fraction(int decimals, RandomGenerator random) {
    return BigDecimal.valueOf(random.nextLong((long) Math.pow(10, decimals)), decimals);
  }

  /** Some thousands, millions or billions. */
  private static Number large(RandomGenerator random) {
    int decimals = random.nextInt(3);
    BigDecimal few = BigDecimal.valueOf(random.nextInt(decimals == 0 ? 1 : 11, 1000), decimals);
    double draw = random.nextDouble();
    return new Number(few.scaleByPowerOfTen(draw < 0.15 ? 3 : draw < 0.6 ? 6 : 9), true);
  }

  private LocalizedNumberFormatter formatter(Number drawn, RandomGenerator random) {
    LocalizedNumberFormatter formatter =
        NumberFormatter.withLocale(locale)
            .grouping(random.nextDouble() < 0.8 ? GroupingStrategy.MIN2 : GroupingStrategy.OFF)
            .precision(
                drawn.compact
                    ? Precision.unlimited()
                    : Precision.fixedFraction(Math.max(0, drawn.value.scale())));
    if (random.nextDouble() < 0.5) {
      formatter = formatter.grouping(GroupingStrategy.ON_ALIGNED);
    }
    return drawn.compact ? formatter.notation(Notation.compactLong()) : formatter;
  }

  /** Whole numbers are now and then written in words. */
  private String print(LocalizedNumberFormatter formatter, Number drawn, RandomGenerator random) {
    String text = formatter.format(drawn.value).toString();
    boolean spelt = random.nextDouble() < 0.25;
    if (!spelt || drawn.compact || drawn.value.scale() > 0 || drawn.value.signum() < 0) {
      return text;
    }
    String digits = formatter.unit(NoUnit.BASE).format(drawn.value).toString();
    return text.startsWith(digits)
        ? words.format(drawn.value.longValueExact()) + text.substring(digits.length())
        : text;
  }

  /** {@code $3.2 billion} or {@code $3.2B}: ICU has the second alone. */
  private String printLarge(
      LocalizedNumberFormatter formatter, Number drawn, RandomGenerator random) {
    if (random.nextDouble() < 0.3) {
      return formatter.notation(Notation.compactShort()).format(drawn.value).toString();
    }
    String few =
        NumberFormatter.withLocale(locale)
            .notation(Notation.compactLong())
            .precision(Precision.unlimited())
            .format(drawn.value)
            .toString();
    return formatter
        .notation(Notation.simple())
        .precision(Precision.integer())
        .format(PLURAL)
        .toString()
        .replace(Integer.toString(PLURAL), few);
  }

  /**
   * With what keyboards have: no soft hyphens, mostly no fixed spaces and no true minus; and as
   * people spell it.
   */
  private PrintedValue typed(PrintedValue value, RandomGenerator random) {
    String plain = spelling.of(value.printed().replace("\u00ad", ""), random);
    return new PrintedValue(
        value.kind(),
        random.nextDouble() < 0.1
            ? plain
            : plain.replace('\u202f', ' ').replace('\u00a0', ' ').replace('\u2212', '-'),
        value.canonical());
  }

  private static <T> T one(List<T> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
