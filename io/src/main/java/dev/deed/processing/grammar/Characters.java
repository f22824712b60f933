package dev.deed.processing.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A set of Unicode characters, without surrogates. Immutable. */
final class Characters {
  static final int HIGHEST = 0x10FFFF;
  private static final Range SURROGATES = new Range(0xD800, 0xDFFF);

  static final Characters NONE = new Characters(List.of());
  static final Characters ANY = NONE.complement();

  private final List<Range> ranges;

  /** Characters from {@code low} to {@code high}, both included. */
  record Range(int low, int high) {}

  private Characters(List<Range> ranges) {
    this.ranges = ranges;
  }

  static Characters of(int character) {
    return range(character, character);
  }

  static Characters range(int low, int high) {
    return new Characters(List.of(new Range(low, high))).and(ANY);
  }

  static Characters among(String characters) {
    return new Characters(merged(characters.codePoints().mapToObj(c -> new Range(c, c)).toList()))
        .and(ANY);
  }

  /** All characters of some sets, which are merged once. */
  static Characters union(List<Characters> sets) {
    return new Characters(merged(sets.stream().flatMap(set -> set.ranges.stream()).toList()));
  }

  private static List<Range> merged(List<Range> ranges) {
    List<Range> merged = new ArrayList<>();
    for (Range next : ranges.stream().sorted(Comparator.comparingInt(Range::low)).toList()) {
      Range last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && next.low <= last.high + 1) {
        merged.set(merged.size() - 1, new Range(last.low, Math.max(last.high, next.high)));
      } else {
        merged.add(next);
      }
    }
    return merged;
  }

  Characters or(Characters other) {
    return union(List.of(this, other));
  }

  Characters and(Characters other) {
    List<Range> common = new ArrayList<>();
    for (Range mine : ranges) {
      for (int i = other.firstEndingFrom(mine.low); i < other.ranges.size(); i++) {
        Range theirs = other.ranges.get(i);
        if (theirs.low > mine.high) {
          break;
        }
        common.add(new Range(Math.max(mine.low, theirs.low), Math.min(mine.high, theirs.high)));
      }
    }
    return new Characters(List.copyOf(common));
  }

  /** Those from {@code low} to {@code high}, both included. */
  Characters within(int low, int high) {
    if (ranges.isEmpty() || ranges.getFirst().low > high || ranges.getLast().high < low) {
      return NONE;
    }
    boolean holdsAll = low <= ranges.getFirst().low && ranges.getLast().high <= high;
    return holdsAll ? this : new Characters(List.of(new Range(low, high))).and(this);
  }

  /** The first range that ends there or behind. */
  private int firstEndingFrom(int character) {
    int from = 0;
    int to = ranges.size();
    while (from < to) {
      int middle = (from + to) / 2;
      if (ranges.get(middle).high < character) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  Characters complement() {
    List<Range> left = new ArrayList<>(ranges);
    left.add(SURROGATES);
    List<Range> others = new ArrayList<>();
    int at = 0;
    for (Range range : merged(left)) {
      if (at < range.low) {
        others.add(new Range(at, range.low - 1));
      }
      at = range.high + 1;
    }
    if (at <= HIGHEST) {
      others.add(new Range(at, HIGHEST));
    }
    return new Characters(others);
  }

  boolean contains(int character) {
    int at = firstEndingFrom(character);
    return at < ranges.size() && ranges.get(at).low <= character;
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Whether it holds one character alone. */
  boolean isSingle() {
    return ranges.size() == 1 && ranges.getFirst().low == ranges.getFirst().high;
  }

  /** Ascending, none of them next to another. */
  List<Range> ranges() {
    return ranges;
  }
}
