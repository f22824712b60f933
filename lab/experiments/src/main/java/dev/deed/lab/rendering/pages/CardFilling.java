package dev.deed.lab.rendering.pages;

import dev.deed.lab.rendering.pages.Page.Label;
import java.awt.Font;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Puts elements on a card: a heading mostly, then rows of one to three. Belongs to one thread.
 *
 * @param card from 0
 * @param box of the card
 * @param heldOut whether some have a pair of colour and kind that is held out
 */
record CardFilling(int card, Box box, Font font, boolean heldOut, RandomGenerator random) {
  private static final List<String> WORDS =
      List.of(
          "Orders",
          "Settings",
          "Today",
          "Profile",
          "Invoice",
          "Team",
          "Files",
          "Search",
          "Travel",
          "Weather",
          "Music",
          "Tasks",
          "Market",
          "Health",
          "Library",
          "Photos",
          "Reports",
          "Budget",
          "Mail",
          "Events",
          "Places",
          "Support",
          "News",
          "Garden",
          "Save",
          "Send",
          "Open",
          "Next",
          "Back",
          "Done",
          "Edit",
          "Apply",
          "Start",
          "Stop",
          "Name",
          "City",
          "Phone",
          "Number");

  /** Elements that stand in rows; what takes little room comes more often. */
  private static final List<Kind> KINDS =
      List.of(
          Kind.BUTTON,
          Kind.BUTTON,
          Kind.BUTTON,
          Kind.FIELD,
          Kind.CHECK_BOX,
          Kind.CHECK_BOX,
          Kind.STAR,
          Kind.CIRCLE,
          Kind.TRIANGLE,
          Kind.BADGE,
          Kind.BAR);

  private static final int MOST_IN_A_ROW = 3;
  private static final int MOST_ROWS = 6;
  private static final int HIGHEST_ROW = 26;

  /** Adds what the card holds, in reading order. */
  void fill(List<Element> elements, List<Label> labels) {
    int pad = random.nextInt(5, 11);
    int left = box.x0() + pad;
    int right = box.x1() - pad;
    int top = box.y0() + pad;
    int bottom = box.y1() - pad;
    if (random.nextDouble() < 0.7) {
      top = heading(left, right, top, bottom, elements);
    }
    int rows = random.nextInt(1, MOST_ROWS + 1);
    for (int row = 0; row < rows && bottom - top >= HIGHEST_ROW; row++) {
      row(left, right, top, elements, labels);
      top += HIGHEST_ROW + random.nextInt(2, 12);
    }
  }

  /** Where the next row may begin. */
  private int heading(int left, int right, int top, int bottom, List<Element> elements) {
    String text = word() + (random.nextBoolean() ? " " + word() : "");
    int height = random.nextInt(9, 14);
    int width = TextOutline.width(text, font, height);
    if (width > right - left || bottom - top < height + 8 + HIGHEST_ROW) {
      return top;
    }
    Box place = new Box(left, top, left + width, top + height);
    elements.add(new Element(Kind.HEADING, null, null, card, place, text, shade()));
    return top + height + random.nextInt(5, 9);
  }

  private void row(int left, int right, int top, List<Element> elements, List<Label> labels) {
    int most = random.nextInt(1, MOST_IN_A_ROW + 1);
    int x = left + (random.nextDouble() < 0.3 ? random.nextInt(0, 20) : 0);
    for (int i = 0; i < most; i++) {
      Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      if (right - x < kind.leastWidth()) {
        continue;
      }
      Element element = element(kind, x, right, top);
      elements.add(element);
      x = element.box().x1() + random.nextInt(5, 15);
      if (kind == Kind.CHECK_BOX && random.nextBoolean()) {
        x = label(x, right, top, labels);
      }
    }
  }

  private Element element(Kind kind, int x, int right, int top) {
    int width = random.nextInt(kind.leastWidth(), Math.min(kind.mostWidth(), right - x) + 1);
    int height = kind.square() ? width : random.nextInt(kind.leastHeight(), kind.mostHeight() + 1);
    int y = top + (HIGHEST_ROW - height) / 2;
    List<Look> looks = kind.looks();
    return new Element(
        kind,
        colour(kind),
        looks.isEmpty() ? null : looks.get(random.nextInt(looks.size())),
        card,
        new Box(x, y, x + width, y + height),
        switch (kind) {
          case BUTTON, FIELD -> word();
          case BADGE -> String.valueOf(random.nextInt(1, 100));
          default -> "";
        },
        shade());
  }

  private @Nullable Colour colour(Kind kind) {
    if (!kind.coloured()) {
      return null;
    }
    if (heldOut && random.nextDouble() < 0.3) {
      return HeldOut.of(kind);
    }
    List<Colour> others = HeldOut.others(kind);
    return others.get(random.nextInt(others.size()));
  }

  /** Where the next element may stand. */
  private int label(int x, int right, int top, List<Label> labels) {
    String text = word();
    int height = random.nextInt(7, 10);
    int width = TextOutline.width(text, font, height);
    if (x + width > right) {
      return x;
    }
    int y = top + (HIGHEST_ROW - height) / 2;
    labels.add(new Label(text, new Box(x, y, x + width, y + height)));
    return x + width + random.nextInt(6, 15);
  }

  private String word() {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  private int shade() {
    return random.nextInt(256);
  }
}
