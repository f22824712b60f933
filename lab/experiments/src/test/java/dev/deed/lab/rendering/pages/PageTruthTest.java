package dev.deed.lab.rendering.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.lab.rendering.LineFonts;
import dev.deed.lab.rendering.pages.Page.Arrangement;
import dev.deed.processing.picture.Picture;
import java.awt.Font;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is asked and said about pages is true, and their boxes are where things are drawn. */
class PageTruthTest {
  private static final List<Font> FONTS = LineFonts.named(List.of("SansSerif", "Serif"));

  private static Page page(SplittableRandom seeds, boolean heldOut) {
    return new PageDesign(FONTS, PageDesign.ANY).draw(seeds.split(), heldOut);
  }

  @Test
  void aPageOfFewElementsHasOneCard() {
    PageDesign few = new PageDesign(FONTS, 3);
    SplittableRandom seeds = new SplittableRandom(5);
    Set<Integer> counts = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      Page page = few.draw(seeds.split(), false);
      assertThat(page.cards()).hasSize(1);
      assertThat(page.labels()).isEmpty();
      assertThat(page.elements()).extracting(Element::kind).doesNotContain(Kind.HEADING);
      counts.add(page.elements().size());
      assertThat(Questions.draw(page, 3, false, seeds.split())).isNotEmpty();
    }
    assertThat(counts).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void everyQuestionHasOneReferentAndItIsTheAnswer() {
    SplittableRandom seeds = new SplittableRandom(1);
    Set<String> forms = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      boolean heldOut = i % 4 == 3;
      Page page = page(seeds, heldOut);
      List<Questions.Question> questions = Questions.draw(page, 8, heldOut, seeds.split());
      assertThat(questions).isNotEmpty();
      assertThat(questions).extracting(Questions.Question::text).doesNotHaveDuplicates();
      for (Questions.Question question : questions) {
        assertThat(new SpokenPage(page).meant(question.text()))
            .as(question.text() + " " + page)
            .containsExactly(question.box());
        forms.addAll(List.of(question.text().split(" ")));
      }
    }
    assertThat(forms)
        .contains("left", "right", "above", "below", "largest", "smallest", "with", "fourth")
        .contains("round", "square", "ticked", "empty", "heading", "field", "badge", "bar");
  }

  /** Taking an element away changes pixels of its box alone, up to a pixel from its sides. */
  @Test
  void boxesAreTrue() {
    PagePainter painter = new PagePainter(FONTS);
    SplittableRandom seeds = new SplittableRandom(2);
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (int i = 0; i < 25; i++) {
      Page page = page(seeds, false);
      Picture whole = painter.paint(page);
      for (Element element : page.elements()) {
        List<Element> others =
            page.elements().stream().filter(one -> !one.equals(element)).toList();
        Page without =
            new Page(page.arrangement(), page.cards(), others, page.labels(), page.style());
        Box box = element.box();
        Box drawn = changed(whole, painter.paint(without));
        assertThat(drawn.x0() - box.x0()).as("%s", element).isBetween(0, 1);
        assertThat(drawn.y0() - box.y0()).as("%s", element).isBetween(0, 1);
        assertThat(box.x1() - drawn.x1()).as("%s", element).isBetween(0, 1);
        assertThat(box.y1() - drawn.y1()).as("%s", element).isBetween(0, 1);
        kinds.add(element.kind());
      }
    }
    assertThat(kinds).containsExactlyInAnyOrder(Kind.values());
  }

  private static Box changed(Picture one, Picture other) {
    int left = Page.SIDE;
    int top = Page.SIDE;
    int right = 0;
    int bottom = 0;
    for (int y = 0; y < Page.SIDE; y++) {
      for (int x = 0; x < Page.SIDE; x++) {
        int at = 3 * (y * Page.SIDE + x);
        if (one.rgb()[at] != other.rgb()[at]
            || one.rgb()[at + 1] != other.rgb()[at + 1]
            || one.rgb()[at + 2] != other.rgb()[at + 2]) {
          left = Math.min(left, x);
          top = Math.min(top, y);
          right = Math.max(right, x + 1);
          bottom = Math.max(bottom, y + 1);
        }
      }
    }
    return new Box(left, top, right, bottom);
  }

  @Test
  void elementsStandApartInsideTheirCards() {
    SplittableRandom seeds = new SplittableRandom(3);
    Set<Arrangement> arrangements = EnumSet.noneOf(Arrangement.class);
    for (int i = 0; i < 200; i++) {
      Page page = page(seeds, i % 2 == 1);
      arrangements.add(page.arrangement());
      assertThat(page.elements().stream().anyMatch(Element::heldOut)).isEqualTo(i % 2 == 1);
      for (Element element : page.elements()) {
        Box box = element.box();
        Box card = page.cards().get(element.card());
        assertThat(box.x0() > card.x0() && box.x1() < card.x1()).as("%s", element).isTrue();
        assertThat(box.y0() > card.y0() && box.y1() < card.y1()).as("%s", element).isTrue();
        for (Element other : page.elements()) {
          boolean apart =
              other == element
                  || box.x1() <= other.box().x0()
                  || other.box().x1() <= box.x0()
                  || box.y1() <= other.box().y0()
                  || other.box().y1() <= box.y0();
          assertThat(apart).as("%s and %s", element, other).isTrue();
        }
      }
    }
    assertThat(arrangements).containsExactlyInAnyOrder(Arrangement.values());
  }

  @Test
  void captionsSayWhatIsThere() {
    Element button = element(Kind.BUTTON, Colour.ORANGE, 0);
    Page.Style style = new Page.Style(0, 0, 0, 0, 0);
    Box card = new Box(0, 0, 100, 100);
    Page two =
        new Page(
            Arrangement.ROW,
            List.of(card, card),
            List.of(
                element(Kind.HEADING, null, 0),
                button,
                button,
                element(Kind.FIELD, null, 0),
                element(Kind.STAR, Colour.RED, 0),
                element(Kind.STAR, Colour.BLUE, 1)),
            List.of(),
            style);
    List<String> captions = Captions.of(two, new SplittableRandom(1));
    assertThat(captions)
        .hasSize(5)
        .doesNotHaveDuplicates()
        .allMatch(caption -> caption.contains("two orange buttons and a text field"))
        .allMatch(caption -> caption.contains("a blue star"))
        .allMatch(caption -> caption.contains("two cards"))
        .allMatch(caption -> caption.matches(".*(side by side|in a row|next to each other).*"))
        .noneMatch(caption -> caption.contains("heading") || caption.contains("red"));
    assertThat(Captions.nameHeldOut(two)).isTrue();
    Page one = new Page(Arrangement.SINGLE, List.of(card), List.of(button), List.of(), style);
    assertThat(Captions.of(one, new SplittableRandom(1)))
        .hasSize(5)
        .contains("one card with an orange button");
    assertThat(Captions.nameHeldOut(one)).isFalse();
  }

  private static Element element(Kind kind, @Nullable Colour colour, int card) {
    return new Element(kind, colour, null, card, new Box(0, 0, 1, 1), "", 0);
  }

  @Test
  void boxesInLocationTokens() {
    LocationTokens tokens = new LocationTokens(64);
    // 63 / 256 of a bin a pixel: 128 is 31.5, 100 is 24.6, 10 is 2.46.
    assertThat(tokens.of(new Box(0, 10, 128, 256))).isEqualTo("<bin_0> <bin_2> <bin_32> <bin_63>");
    assertThat(new LocationTokens(1000).of(new Box(100, 0, 200, 1)))
        .isEqualTo("<bin_390> <bin_0> <bin_780> <bin_4>");
  }
}
