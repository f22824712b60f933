package dev.deed.lab.rendering.pages;

import dev.deed.lab.rendering.pages.Description.Choice;
import dev.deed.lab.rendering.pages.Description.Direction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Asks where things on a page are, each time so that one thing alone is meant. Stateless. */
final class Questions {
  /** After so many draws without a new question, the page has no more. */
  private static final int MOST_TRIES = 200;

  private Questions() {}

  /**
   * A question and its answer.
   *
   * @param box of what is meant
   */
  record Question(String text, Box box) {}

  /**
   * Different questions about a page.
   *
   * @param most number of them; fewer where the page has too little
   * @param heldOut whether all ask for elements whose pair of colour and kind is held out, by it
   */
  static List<Question> draw(Page page, int most, boolean heldOut, RandomGenerator random) {
    Map<String, Question> questions = new LinkedHashMap<>();
    for (int tries = 0; tries < MOST_TRIES && questions.size() < most; tries++) {
      Description description = description(page, heldOut, random);
      List<Box> referents = description.referents(page);
      if (referents.size() == 1) {
        String text = "where is " + description.words() + " ?";
        questions.put(text, new Question(text, referents.getFirst()));
      }
    }
    return List.copyOf(questions.values());
  }

  private static Description description(Page page, boolean heldOut, RandomGenerator random) {
    if (!heldOut && page.cards().size() > 1 && random.nextDouble() < 0.1) {
      return random.nextBoolean()
          ? new Description.Card(random.nextInt(page.cards().size()))
          : new Description.CardWith(traits(any(page.elements(), random), false, random));
    }
    List<Element> elements =
        heldOut ? page.elements().stream().filter(Element::heldOut).toList() : page.elements();
    Element target = ofAKind(elements, random);
    Traits traits = traits(target, heldOut, random);
    if (random.nextDouble() < 0.4) {
      Description beside = beside(page, target, traits, random);
      if (beside != null) {
        return beside;
      }
    }
    boolean onCard = page.cards().size() > 1 && random.nextDouble() < 0.7;
    List<Element> fitting = traits.among(onCard ? page.on(target.card()) : page.elements());
    Choice choice = choice(fitting.indexOf(target), fitting.size(), random);
    return onCard
        ? new Description.OnCard(traits, choice, target.card())
        : new Description.OnPage(traits, choice);
  }

  /** By an element of the same card, in one of the directions that hold; null where none does. */
  private static @Nullable Description beside(
      Page page, Element target, Traits traits, RandomGenerator random) {
    Element anchor = any(page.on(target.card()), random);
    List<Direction> holding =
        Arrays.stream(Direction.values())
            .filter(direction -> direction.leads(anchor.box(), target.box()))
            .toList();
    return holding.isEmpty()
        ? null
        : new Description.Beside(
            traits,
            holding.get(random.nextInt(holding.size())),
            traits(anchor, anchor.kind().coloured(), random));
  }

  /** Kinds come alike often, though some stand on pages more often. */
  private static Element ofAKind(List<Element> elements, RandomGenerator random) {
    List<Kind> kinds = new ArrayList<>();
    for (Element element : elements) {
      if (!kinds.contains(element.kind())) {
        kinds.add(element.kind());
      }
    }
    Kind kind = kinds.get(random.nextInt(kinds.size()));
    return any(elements.stream().filter(element -> element.kind() == kind).toList(), random);
  }

  private static Element any(List<Element> elements, RandomGenerator random) {
    return elements.get(random.nextInt(elements.size()));
  }

  private static Traits traits(Element element, boolean coloured, RandomGenerator random) {
    return new Traits(
        element.kind(),
        coloured || random.nextDouble() < 0.65 ? element.colour() : null,
        random.nextDouble() < 0.4 ? element.look() : null);
  }

  private static Choice choice(int place, int count, RandomGenerator random) {
    if (count == 1 || place >= Description.ORDINALS.size()) {
      return new Choice.Only();
    }
    return random.nextDouble() < 0.6
        ? new Choice.Ordinal(place)
        : new Choice.Extreme(random.nextBoolean());
  }
}
