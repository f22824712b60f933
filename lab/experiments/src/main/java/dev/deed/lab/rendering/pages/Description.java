package dev.deed.lab.rendering.pages;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A way to name something on a page. It is good for a question where it has one referent. */
sealed interface Description {
  /** Numbers that are said of cards and elements, from 0. */
  List<String> ORDINALS = List.of("first", "second", "third", "fourth");

  /** With its article: {@code the green button of the second card}. */
  String words();

  /** All that it can mean. */
  List<Box> referents(Page page);

  /** Elements of the whole page by what they are like: {@code the green button}. */
  record OnPage(Traits traits, Choice choice) implements Description {
    @Override
    public String words() {
      return choice.words(traits);
    }

    /** Nothing is counted through several cards: not everyone reads them in one order. */
    @Override
    public List<Box> referents(Page page) {
      return choice instanceof Choice.Ordinal && page.cards().size() > 1
          ? List.of()
          : choice.of(traits.among(page.elements()));
    }
  }

  /** Elements of one card: {@code the second button of the first card}. */
  record OnCard(Traits traits, Choice choice, int card) implements Description {
    @Override
    public String words() {
      return choice.words(traits) + " of the " + ORDINALS.get(card) + " card";
    }

    @Override
    public List<Box> referents(Page page) {
      return choice.of(traits.among(page.on(card)));
    }
  }

  /** Elements beside another of the same card: {@code the button below the red star}. */
  record Beside(Traits traits, Direction direction, Traits anchor) implements Description {
    @Override
    public String words() {
      return "the " + traits.words() + " " + direction.words() + " the " + anchor.words();
    }

    /** None where the other thing has no referent of its own. */
    @Override
    public List<Box> referents(Page page) {
      List<Element> anchors = anchor.among(page.elements());
      if (anchors.size() != 1) {
        return List.of();
      }
      Element only = anchors.getFirst();
      return traits.among(page.on(only.card())).stream()
          .map(Element::box)
          .filter(box -> direction.leads(only.box(), box))
          .toList();
    }
  }

  /** Cards by their place: {@code the second card}. */
  record Card(int card) implements Description {
    @Override
    public String words() {
      return "the " + ORDINALS.get(card) + " card";
    }

    @Override
    public List<Box> referents(Page page) {
      return card < page.cards().size() ? List.of(page.cards().get(card)) : List.of();
    }
  }

  /** Cards by what they hold: {@code the card with a red star}. */
  record CardWith(Traits traits) implements Description {
    @Override
    public String words() {
      return "the card with " + Captions.article(traits.words());
    }

    @Override
    public List<Box> referents(Page page) {
      return IntStream.range(0, page.cards().size())
          .filter(card -> page.on(card).stream().anyMatch(traits::fit))
          .mapToObj(page.cards()::get)
          .toList();
    }
  }

  /** Where an element is, seen from another. */
  enum Direction {
    LEFT("left of"),
    RIGHT("right of"),
    ABOVE("above"),
    BELOW("below");

    private final String words;

    Direction(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }

    /** Whether the way from one box leads to another, in the same rows or columns. */
    boolean leads(Box from, Box to) {
      return switch (this) {
        case LEFT -> to.x1() <= from.x0() && to.sharesRows(from);
        case RIGHT -> to.x0() >= from.x1() && to.sharesRows(from);
        case ABOVE -> to.y1() <= from.y0() && to.sharesColumns(from);
        case BELOW -> to.y0() >= from.y1() && to.sharesColumns(from);
      };
    }
  }

  /** Which of the elements that fit. */
  sealed interface Choice {
    String words(Traits traits);

    /** Those that it means, of all that fit. */
    List<Box> of(List<Element> fitting);

    /** There is one alone. */
    record Only() implements Choice {
      @Override
      public String words(Traits traits) {
        return "the " + traits.words();
      }

      @Override
      public List<Box> of(List<Element> fitting) {
        return fitting.stream().map(Element::box).toList();
      }
    }

    /**
     * One of several, counted in reading order.
     *
     * @param number from 0
     */
    record Ordinal(int number) implements Choice {
      @Override
      public String words(Traits traits) {
        return "the " + ORDINALS.get(number) + " " + traits.words();
      }

      @Override
      public List<Box> of(List<Element> fitting) {
        return fitting.size() > 1 && number < fitting.size()
            ? List.of(fitting.get(number).box())
            : List.of();
      }
    }

    /** One of several, by its area, which differs from the next by a third at least. */
    record Extreme(boolean largest) implements Choice {
      private static final double CLEAR = 4 / 3.0;

      @Override
      public String words(Traits traits) {
        return "the " + (largest ? "largest " : "smallest ") + traits.words();
      }

      @Override
      public List<Box> of(List<Element> fitting) {
        if (fitting.size() < 2) {
          return List.of();
        }
        List<Box> byArea =
            fitting.stream().map(Element::box).sorted(Comparator.comparingInt(Box::area)).toList();
        Box found = largest ? byArea.getLast() : byArea.getFirst();
        Box next = byArea.get(largest ? byArea.size() - 2 : 1);
        double ratio = (double) found.area() / next.area();
        return ratio >= CLEAR || ratio <= 1 / CLEAR ? List.of(found) : List.of();
      }
    }
  }
}
