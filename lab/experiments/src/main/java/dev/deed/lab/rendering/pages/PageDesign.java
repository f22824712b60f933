package dev.deed.lab.rendering.pages;

import dev.deed.lab.rendering.pages.Page.Arrangement;
import dev.deed.lab.rendering.pages.Page.Label;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Makes pages up: one to four cards of different sizes, with rows of elements. Safe for many
 * threads.
 *
 * @param fonts to choose from; at least one
 * @param mostElements of a page with one card and without headings; {@link #ANY} for all pages
 */
record PageDesign(List<Font> fonts, int mostElements) {
  /** As many elements as cards have room for. */
  static final int ANY = 0;

  private static final int MOST_CARDS = 4;

  PageDesign {
    fonts = List.copyOf(fonts);
  }

  /**
   * A page; the same for the same state of the generator.
   *
   * @param heldOut whether it has a pair of colour and kind that is {@link HeldOut held out}; if
   *     not, it has none
   */
  Page draw(RandomGenerator random, boolean heldOut) {
    while (true) {
      Page page = page(random, heldOut);
      boolean filled =
          IntStream.range(0, page.cards().size())
              .allMatch(
                  card ->
                      page.on(card).stream().anyMatch(element -> element.kind() != Kind.HEADING));
      if (filled && page.elements().stream().anyMatch(Element::heldOut) == heldOut) {
        return page;
      }
    }
  }

  private Page page(RandomGenerator random, boolean heldOut) {
    int count = mostElements == ANY ? 1 + random.nextInt(MOST_CARDS) : 1;
    Arrangement arrangement =
        switch (count) {
          case 1 -> Arrangement.SINGLE;
          case MOST_CARDS -> Arrangement.GRID;
          default -> random.nextBoolean() ? Arrangement.ROW : Arrangement.COLUMN;
        };
    Page.Style style = style(random);
    List<Box> cards = cards(arrangement, count, random);
    List<Element> elements = new ArrayList<>();
    List<Label> labels = new ArrayList<>();
    for (int card = 0; card < cards.size(); card++) {
      new CardFilling(card, cards.get(card), fonts.get(style.font()), heldOut, random)
          .fill(elements, labels);
    }
    return mostElements == ANY
        ? new Page(arrangement, cards, elements, labels, style)
        : new Page(arrangement, cards, some(elements, random), List.of(), style);
  }

  /** In their order. */
  private List<Element> some(List<Element> elements, RandomGenerator random) {
    List<Element> left =
        new ArrayList<>(
            elements.stream().filter(element -> element.kind() != Kind.HEADING).toList());
    int count = 1 + random.nextInt(mostElements);
    while (left.size() > count) {
      left.remove(random.nextInt(left.size()));
    }
    return left;
  }

  private Page.Style style(RandomGenerator random) {
    boolean dark = random.nextDouble() < 0.15;
    int ground =
        Color.HSBtoRGB(
            random.nextFloat(),
            random.nextFloat() * 0.15f,
            dark ? random.nextFloat(0.15f, 0.35f) : random.nextFloat(0.8f, 0.93f));
    int card =
        Color.HSBtoRGB(random.nextFloat(), random.nextFloat() * 0.04f, random.nextFloat(0.96f, 1));
    int border = random.nextBoolean() ? card : Color.HSBtoRGB(0, 0, random.nextFloat(0.5f, 0.8f));
    return new Page.Style(
        ground, card, border, random.nextInt(0, 16), random.nextInt(fonts.size()));
  }

  private static List<Box> cards(Arrangement arrangement, int count, RandomGenerator random) {
    int margin = random.nextInt(4, 13);
    int gap = random.nextInt(4, 13);
    int far = Page.SIDE - margin;
    List<Box> cards = new ArrayList<>();
    switch (arrangement) {
      case SINGLE -> {
        int width = random.nextInt(150, far - margin + 1);
        int height = random.nextInt(110, far - margin + 1);
        int left = margin + random.nextInt(far - margin - width + 1);
        int top = margin + random.nextInt(far - margin - height + 1);
        cards.add(new Box(left, top, left + width, top + height));
      }
      case ROW -> {
        for (int[] span : spans(margin, far, gap, count, random)) {
          cards.add(new Box(span[0], margin, span[1], far));
        }
      }
      case COLUMN -> {
        for (int[] span : spans(margin, far, gap, count, random)) {
          cards.add(new Box(margin, span[0], far, span[1]));
        }
      }
      case GRID -> {
        int[][] columns = spans(margin, far, gap, 2, random);
        for (int[] row : spans(margin, far, gap, 2, random)) {
          for (int[] column : columns) {
            cards.add(new Box(column[0], row[0], column[1], row[1]));
          }
        }
      }
    }
    return cards;
  }

  /** Divides a length into parts of different sizes, with gaps between. */
  private static int[][] spans(int from, int to, int gap, int count, RandomGenerator random) {
    double[] weights = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = random.nextDouble(0.8, 1.25);
      sum += weights[i];
    }
    int free = to - from - (count - 1) * gap;
    int[][] spans = new int[count][];
    int start = from;
    for (int i = 0; i < count; i++) {
      int end = i == count - 1 ? to : start + (int) (free * weights[i] / sum);
      spans[i] = new int[] {start, end};
      start = end + gap;
    }
    return spans;
  }
}
