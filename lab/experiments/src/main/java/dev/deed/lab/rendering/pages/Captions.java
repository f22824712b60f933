package dev.deed.lab.rendering.pages;

import dev.deed.lab.rendering.pages.Page.Arrangement;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Says in a sentence what a page shows: its cards, how they stand, and what the first elements of
 * each are. Every page has several sentences of the same content. Stateless.
 */
final class Captions {
  /** Sentences about a page. */
  static final int COUNT = 5;

  private static final int MOST_GROUPS = 2;
  private static final List<String> NUMBERS = List.of("no", "one", "two", "three", "four");

  private Captions() {}

  /**
   * All right sentences that are made of a page, no two alike.
   *
   * @param random chooses among words of the same meaning
   */
  static List<String> of(Page page, RandomGenerator random) {
    int count = page.cards().size();
    List<String> contents = new ArrayList<>();
    for (int card = 0; card < count; card++) {
      contents.add(content(page.on(card)));
    }
    String number = NUMBERS.get(count);
    if (count == 1) {
      String content = contents.getFirst();
      return List.of(
          "a page with one card that shows " + content,
          "one card with " + content,
          "a card that holds " + content,
          content + " on a single card",
          "there is one card , and on it " + content);
    }
    String arrangement = arrangement(page.arrangement(), random);
    return List.of(
        "a page with %s cards %s : %s"
            .formatted(number, arrangement, each(contents, "the %s shows")),
        "%s cards %s ; %s".formatted(number, arrangement, each(contents, "the %s with")),
        "%s cards are %s : %s".formatted(number, arrangement, each(contents, "on the %s")),
        "%s cards %s : %s".formatted(number, arrangement, String.join(" , then ", contents)),
        "%s , on %s cards %s".formatted(String.join(" ; ", contents), number, arrangement));
  }

  private static String each(List<String> contents, String before) {
    List<String> parts = new ArrayList<>();
    for (int card = 0; card < contents.size(); card++) {
      parts.add(before.formatted(Description.ORDINALS.get(card)) + " " + contents.get(card));
    }
    return String.join(" , ", parts);
  }

  private static String arrangement(Arrangement arrangement, RandomGenerator random) {
    List<String> words =
        switch (arrangement) {
          case SINGLE -> throw new IllegalArgumentException("a single card has no arrangement");
          case ROW -> List.of("side by side", "in a row", "next to each other");
          case COLUMN -> List.of("one below the other", "in a column", "on top of each other");
          case GRID -> List.of("in a grid", "in two rows", "two by two");
        };
    return words.get(random.nextInt(words.size()));
  }

  /** {@code a red button and two green stars}. */
  private static String content(List<Element> elements) {
    return groups(elements).stream().map(Group::words).collect(Collectors.joining(" and "));
  }

  /** Whether the sentences name a pair of colour and kind that is held out. */
  static boolean nameHeldOut(Page page) {
    return IntStream.range(0, page.cards().size())
        .mapToObj(page::on)
        .flatMap(elements -> groups(elements).stream())
        .anyMatch(Group::heldOut);
  }

  /** The first ones; equal elements that follow each other make one. */
  private static List<Group> groups(List<Element> elements) {
    List<Group> groups = new ArrayList<>();
    for (Element element : elements) {
      if (element.kind() == Kind.HEADING) {
        continue;
      }
      Traits traits = new Traits(element.kind(), element.colour(), null);
      if (!groups.isEmpty() && groups.getLast().traits().equals(traits)) {
        groups.set(groups.size() - 1, new Group(traits, groups.getLast().size() + 1));
      } else if (groups.size() < MOST_GROUPS) {
        groups.add(new Group(traits, 1));
      } else {
        break;
      }
    }
    return groups;
  }

  /** Elements of one colour and kind in a row, at least one. */
  private record Group(Traits traits, int size) {
    boolean heldOut() {
      Colour colour = traits.colour();
      return colour != null && HeldOut.contains(colour, traits.kind());
    }

    String words() {
      if (size == 1) {
        return article(traits.words());
      }
      String number = size < NUMBERS.size() ? NUMBERS.get(size) : "several";
      Colour colour = traits.colour();
      return number + " " + (colour == null ? "" : colour.word() + " ") + traits.kind().plural();
    }
  }

  /** A noun with its article. */
  static String article(String noun) {
    return ("aeiou".indexOf(noun.charAt(0)) >= 0 ? "an " : "a ") + noun;
  }
}
