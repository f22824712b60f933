package dev.deed.lab.rendering.pages;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Understands the words of questions by itself, as a reader with the page before him would: shares
 * no code with what makes them but the page as data.
 */
record SpokenPage(Page page) {
  private static final Pattern QUESTION = Pattern.compile("where is the (.+) \\?");
  private static final Pattern CARD = Pattern.compile("(first|second|third|fourth) card");
  private static final Pattern CARD_WITH = Pattern.compile("card with an? (.+)");
  private static final Pattern OF_CARD =
      Pattern.compile("(.+) of the (first|second|third|fourth) card");
  private static final Pattern BESIDE =
      Pattern.compile("(.+) (left of|right of|above|below) the (.+)");
  private static final Pattern CHOICE =
      Pattern.compile("(?:(first|second|third|fourth|largest|smallest) )?(.+)");
  private static final Pattern THING =
      Pattern.compile(
          "(?:(round|square|ticked|empty) )?"
              + "(?:(red|orange|yellow|green|blue|purple|pink|black) )?"
              + "(button|text field|check box|star|circle|triangle|badge|bar|heading)");

  /** Everything that a question can mean. */
  List<Box> meant(String question) {
    String words = group(QUESTION, question);
    Matcher match = CARD.matcher(words);
    if (match.matches()) {
      return List.of(page.cards().get(number(match.group(1))));
    }
    match = CARD_WITH.matcher(words);
    if (match.matches()) {
      String thing = match.group(1);
      return IntStream.range(0, page.cards().size())
          .filter(card -> things(thing).stream().anyMatch(one -> one.card() == card))
          .mapToObj(page.cards()::get)
          .toList();
    }
    match = BESIDE.matcher(words);
    if (match.matches()) {
      return beside(things(match.group(1)), match.group(2), things(match.group(3)));
    }
    match = OF_CARD.matcher(words);
    if (match.matches()) {
      int card = number(match.group(2));
      return chosen(match.group(1), card);
    }
    return chosen(words, -1);
  }

  private List<Box> chosen(String words, int card) {
    Matcher match = CHOICE.matcher(words);
    if (!match.matches()) {
      throw new AssertionError(words);
    }
    List<Element> found = new ArrayList<>(things(match.group(2)));
    found.removeIf(one -> card >= 0 && one.card() != card);
    String choice = match.group(1);
    if (choice == null) {
      return boxes(found);
    }
    if (choice.endsWith("est")) {
      found.sort(Comparator.comparingInt(one -> one.box().width() * one.box().height()));
      int size = found.size();
      Element best = choice.equals("largest") ? found.getLast() : found.getFirst();
      Element next = choice.equals("largest") ? found.get(size - 2) : found.get(1);
      // What differs by less than a fifth is not seen to differ.
      double ratio =
          (double) best.box().width()
              * best.box().height()
              / (next.box().width() * next.box().height());
      return ratio > 1.2 || ratio < 1 / 1.2 ? boxes(List.of(best)) : boxes(List.of(best, next));
    }
    // Rows are apart and their elements beside each other; several cards have no common order.
    if (found.stream().map(Element::card).distinct().count() > 1) {
      return boxes(found);
    }
    found.sort(
        (a, b) ->
            a.box().y1() <= b.box().y0() || b.box().y1() <= a.box().y0()
                ? Integer.compare(a.box().y0(), b.box().y0())
                : Integer.compare(a.box().x0(), b.box().x0()));
    return boxes(List.of(found.get(number(choice))));
  }

  private static List<Box> beside(List<Element> targets, String where, List<Element> anchors) {
    List<Box> found = new ArrayList<>();
    for (Element anchor : anchors) {
      for (Element target : targets) {
        Box a = anchor.box();
        Box b = target.box();
        boolean rows = Math.min(a.y1(), b.y1()) > Math.max(a.y0(), b.y0());
        boolean holds =
            switch (where) {
              case "left of" -> rows && b.x1() <= a.x0();
              case "right of" -> rows && b.x0() >= a.x1();
              case "above" -> b.y1() <= a.y0() && columns(a, b);
              default -> b.y0() >= a.y1() && columns(a, b);
            };
        if (holds && anchor.card() == target.card()) {
          found.add(b);
        }
      }
    }
    return found;
  }

  /** By half of the narrower one. */
  private static boolean columns(Box a, Box b) {
    double shared = Math.min(a.x1(), b.x1()) - Math.max(a.x0(), b.x0());
    return shared >= Math.min(a.x1() - a.x0(), b.x1() - b.x0()) / 2.0;
  }

  private List<Element> things(String words) {
    Matcher thing = THING.matcher(words);
    if (!thing.matches()) {
      throw new AssertionError(words);
    }
    return page.elements().stream()
        .filter(one -> thing.group(1) == null || named(one.look(), thing.group(1)))
        .filter(one -> thing.group(2) == null || named(one.colour(), thing.group(2)))
        .filter(one -> named(one.kind(), kind(thing.group(3))))
        .toList();
  }

  private static String kind(String word) {
    return word.equals("text field") ? "field" : word.replace(' ', '_');
  }

  private static boolean named(@Nullable Enum<?> value, String word) {
    return value != null && value.name().equals(word.toUpperCase(Locale.ROOT));
  }

  private static String group(Pattern pattern, String text) {
    Matcher match = pattern.matcher(text);
    if (!match.matches()) {
      throw new AssertionError(text);
    }
    return match.group(1);
  }

  private static int number(String word) {
    return List.of("first", "second", "third", "fourth").indexOf(word);
  }

  private static List<Box> boxes(List<Element> elements) {
    return elements.stream().map(Element::box).toList();
  }
}
