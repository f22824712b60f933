package dev.deed.value;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What values a setting takes, in Java, in JSON and as text.
 *
 * @param <T> type of the values in Java
 */
public sealed interface SettingType<T> {
  /**
   * {@return the value that JSON holds; null where that is of another type or out of range}
   *
   * @param json a Boolean, a number, a text or a list of these
   */
  @Nullable T of(Object json);

  /**
   * {@return the value of a text; null where it spells none, or one out of range}
   *
   * @param text as in options and spellings
   */
  @Nullable T parse(String text);

  /**
   * {@return what JSON holds for a value: a Boolean, a number, a text or a list of these}
   *
   * @param value within the range
   */
  default Object json(T value) {
    return value;
  }

  /**
   * {@return the text of a value, which {@link #parse} reads}
   *
   * @param value within the range
   */
  default String spell(T value) {
    return json(value).toString();
  }

  /**
   * {@return what JSON holds for a text; null where it spells no value}
   *
   * @param text as {@link #parse} takes it
   */
  default @Nullable Object jsonOf(String text) {
    T value = parse(text);
    return value == null ? null : json(value);
  }

  /** {@return what a value has to be, such as "a number from 0 to 1"} */
  String range();

  /**
   * One of a few names.
   *
   * @param <E> type of what they stand for
   * @param constants what they stand for, in the order of the names
   */
  record Choice<E extends Enum<E>>(List<E> constants) implements SettingType<E> {
    /** {@return the names, in lower case} */
    public List<String> names() {
      return constants.stream().map(this::json).toList();
    }

    @Override
    public @Nullable E of(Object json) {
      return json instanceof String text ? parse(text) : null;
    }

    @Override
    public @Nullable E parse(String text) {
      int index = names().indexOf(text);
      return index < 0 ? null : constants.get(index);
    }

    @Override
    public String json(E value) {
      return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String range() {
      List<String> names = names();
      return String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
    }
  }

  /**
   * A finite number within a range.
   *
   * @param least the smallest
   * @param most the largest
   */
  record Decimal(double least, double most) implements SettingType<Double> {
    private static final Pattern NUMBER =
        Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");

    /** Any finite number. */
    static final Decimal ANY = new Decimal(-Double.MAX_VALUE, Double.MAX_VALUE);

    @Override
    public @Nullable Double of(Object json) {
      if (!(json instanceof Number number)) {
        return null;
      }
      double value = number.doubleValue();
      return value >= least && value <= most ? value : null;
    }

    @Override
    public @Nullable Double parse(String text) {
      return NUMBER.matcher(text).matches() ? of(Double.valueOf(text)) : null;
    }

    @Override
    public String range() {
      return "a number"
          + (least == -Double.MAX_VALUE ? "" : " from " + (long) least)
          + (most >= Float.MAX_VALUE ? "" : " to " + (long) most);
    }
  }

  /**
   * A whole number within a range.
   *
   * @param least the smallest
   * @param most the largest
   */
  record Whole(int least, int most) implements SettingType<Integer> {
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");

    @Override
    public @Nullable Integer of(Object json) {
      boolean whole = json instanceof Integer || json instanceof Long;
      long value = whole ? ((Number) json).longValue() : -1;
      return whole && value >= least && value <= most ? (Integer) (int) value : null;
    }

    @Override
    public @Nullable Integer parse(String text) {
      return NUMBER.matcher(text).matches() ? of(Integer.valueOf(text)) : null;
    }

    @Override
    public String range() {
      return "a whole number from " + least + (most == Integer.MAX_VALUE ? "" : " to " + most);
    }
  }

  /**
   * Numbers of layers from 1, at most as many as the largest may be. As a text: {@code 1,3,6},
   * {@code 1..4,6} or {@code none}.
   *
   * @param most the largest number
   */
  record Layers(int most) implements SettingType<List<Integer>> {
    private static final String NONE = "none";
    private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:\\.\\.(\\d{1,4}))?");

    @Override
    public @Nullable List<Integer> of(Object json) {
      if (!(json instanceof List<?> list) || list.size() > most) {
        return null;
      }
      Whole layer = new Whole(1, most);
      List<Integer> layers = new ArrayList<>();
      for (Object item : list) {
        Integer number = layer.of(item);
        if (number == null) {
          return null;
        }
        layers.add(number);
      }
      return List.copyOf(layers);
    }

    @Override
    public @Nullable List<Integer> parse(String text) {
      if (text.equals(NONE)) {
        return List.of();
      }
      List<Integer> layers = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        Matcher range = RANGE.matcher(part.strip());
        if (!range.matches()) {
          return null;
        }
        int low = Integer.parseInt(range.group(1));
        int high = range.group(2) == null ? low : Integer.parseInt(range.group(2));
        if (high < low || layers.size() + high - low >= most) {
          return null;
        }
        for (int layer = low; layer <= high; layer++) {
          layers.add(layer);
        }
      }
      return of(layers);
    }

    @Override
    public String spell(List<Integer> layers) {
      return layers.isEmpty()
          ? NONE
          : layers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    @Override
    public String range() {
      return "a list of whole numbers from 1 to " + most;
    }
  }

  /**
   * A number above 0.
   *
   * @param most the largest
   */
  record Positive(double most) implements SettingType<Double> {
    @Override
    public @Nullable Double of(Object json) {
      Double value = Decimal.ANY.of(json);
      return value != null && value > 0 && value <= most ? value : null;
    }

    @Override
    public @Nullable Double parse(String text) {
      Double value = Decimal.ANY.parse(text);
      return value == null ? null : of(value);
    }

    @Override
    public String range() {
      return "a number above 0" + (most >= Float.MAX_VALUE ? "" : " and at most " + (long) most);
    }
  }

  /** Any whole number of 64 bits. */
  record Long64() implements SettingType<Long> {
    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,19}");

    @Override
    public @Nullable Long of(Object json) {
      return json instanceof Integer || json instanceof Long
          ? (Long) ((Number) json).longValue()
          : null;
    }

    @Override
    public @Nullable Long parse(String text) {
      if (!NUMBER.matcher(text).matches()) {
        return null;
      }
      BigInteger number = new BigInteger(text);
      return number.bitLength() < Long.SIZE ? (Long) number.longValue() : null;
    }

    @Override
    public String range() {
      return "a whole number of 64 bits";
    }
  }

  /**
   * True, false or a word.
   *
   * @param word the third value
   */
  record FlagOr(String word) implements SettingType<Object> {
    @Override
    public @Nullable Object of(Object json) {
      return json instanceof Boolean || word.equals(json) ? json : null;
    }

    @Override
    public @Nullable Object parse(String text) {
      Boolean flag = new Flag().parse(text);
      return flag == null ? of(text) : flag;
    }

    @Override
    public String range() {
      return "true, false or \"" + word + "\"";
    }
  }

  /**
   * Any text.
   *
   * @param inFile bytes in UTF-8 of a file that the command line reads it from, at most; 0: it
   *     reads none
   */
  record Text(int inFile) implements SettingType<String> {
    /** A text that stands in no file. */
    public Text() {
      this(0);
    }

    @Override
    public @Nullable String of(Object json) {
      return json instanceof String text ? text : null;
    }

    @Override
    public String parse(String text) {
      return text;
    }

    @Override
    public String range() {
      return "a text";
    }
  }

  /** Texts, or one. As an option one, which may be given again. */
  record Texts() implements SettingType<List<String>> {
    @Override
    public @Nullable List<String> of(Object json) {
      List<?> list = json instanceof List<?> many ? many : List.of(json);
      return list.stream().allMatch(String.class::isInstance)
          ? list.stream().map(String.class::cast).toList()
          : null;
    }

    @Override
    public List<String> parse(String text) {
      return List.of(text);
    }

    @Override
    public String range() {
      return "a text or a list of texts";
    }
  }

  /**
   * Some numbers, or one. As a text with commas between them.
   *
   * @param each what values each takes
   * @param most how many there may be
   */
  record Numbers(Decimal each, int most) implements SettingType<List<Double>> {
    @Override
    public @Nullable List<Double> of(Object json) {
      List<?> list = json instanceof List<?> many ? many : List.of(json);
      List<Double> numbers = new ArrayList<>();
      for (Object item : list) {
        Double number = list.size() > most ? null : each.of(item);
        if (number == null) {
          return null;
        }
        numbers.add(number);
      }
      return List.copyOf(numbers);
    }

    @Override
    public @Nullable List<Double> parse(String text) {
      List<Double> numbers = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        Double number = each.parse(part.strip());
        if (number == null) {
          return null;
        }
        numbers.add(number);
      }
      return of(numbers);
    }

    @Override
    public String range() {
      return each.range() + ", or a list of up to " + most;
    }
  }

  /**
   * Boxes on a page: four numbers in pixels for each.
   *
   * @param most how many there may be
   */
  record Boxes(int most) implements SettingType<List<PageBox>> {
    private Numbers edges() {
      return new Numbers(Decimal.ANY, 4 * most);
    }

    @Override
    public @Nullable List<PageBox> of(Object json) {
      return boxes(edges().of(json));
    }

    @Override
    public @Nullable List<PageBox> parse(String text) {
      return boxes(edges().parse(text));
    }

    private static @Nullable List<PageBox> boxes(@Nullable List<Double> edges) {
      if (edges == null || edges.isEmpty() || edges.size() % 4 != 0) {
        return null;
      }
      List<PageBox> boxes = new ArrayList<>();
      for (int i = 0; i < edges.size(); i += 4) {
        boxes.add(new PageBox(edges.get(i), edges.get(i + 1), edges.get(i + 2), edges.get(i + 3)));
      }
      return List.copyOf(boxes);
    }

    @Override
    public List<Double> json(List<PageBox> boxes) {
      return boxes.stream()
          .flatMap(box -> Stream.of(box.x0(), box.y0(), box.x1(), box.y1()))
          .toList();
    }

    @Override
    public String range() {
      return "X0,Y0,X1,Y1 in pixels";
    }
  }

  /**
   * Values of another type, some of which have names too.
   *
   * @param type the other type
   * @param words the names; JSON's true is {@code true}
   * @param <T> type of the values in Java
   */
  record Words<T>(SettingType<T> type, Map<String, T> words) implements SettingType<T> {
    /** Copies the names, in alphabetical order. */
    public Words {
      words = Collections.unmodifiableMap(new TreeMap<>(words));
    }

    @Override
    public @Nullable T of(Object json) {
      T named = words.get(json.toString());
      return named == null ? type.of(json) : named;
    }

    @Override
    public @Nullable T parse(String text) {
      T named = words.get(text);
      return named == null ? type.parse(text) : named;
    }

    @Override
    public Object json(T value) {
      return words.entrySet().stream()
          .filter(word -> word.getValue().equals(value))
          .<Object>map(Map.Entry::getKey)
          .findFirst()
          .orElseGet(() -> type.json(value));
    }

    @Override
    public String range() {
      return type.range() + ", or " + String.join(" or ", words.keySet());
    }
  }

  /** A token by its id: the vocabulary bounds it, so that whoever decodes looks at it again. */
  record Token() implements SettingType<Integer> {
    private static final Whole ID = new Whole(0, Integer.MAX_VALUE);

    @Override
    public @Nullable Integer of(Object json) {
      return ID.of(json);
    }

    @Override
    public @Nullable Integer parse(String text) {
      return ID.parse(text);
    }

    @Override
    public String range() {
      return "a token's id";
    }
  }

  /**
   * What JSON alone holds, and whoever decodes checks: no option of the command line.
   *
   * @param range what it has to be
   */
  record Json(String range) implements SettingType<Object> {
    @Override
    public Object of(Object json) {
      return json;
    }

    @Override
    public @Nullable Object parse(String text) {
      return null;
    }
  }

  /** True or false. */
  record Flag() implements SettingType<Boolean> {
    @Override
    public @Nullable Boolean of(Object json) {
      return json instanceof Boolean flag ? flag : null;
    }

    @Override
    public @Nullable Boolean parse(String text) {
      return text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : null;
    }

    @Override
    public String range() {
      return "true or false";
    }
  }
}
