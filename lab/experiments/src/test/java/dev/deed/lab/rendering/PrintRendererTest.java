package dev.deed.lab.rendering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.processing.picture.Picture;
import java.awt.Font;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PrintRendererTest {
  private static final PrintRenderer RENDERER =
      new PrintRenderer(LineFonts.named(List.of("Monospaced", "SansSerif")));
  private static final Font FONT = RENDERER.fonts().getFirst();

  private static Picture draw(String text, long seed) {
    return RENDERER.draw(text, FONT, List.of("ABOVE", "below"), new SplittableRandom(seed));
  }

  @Test
  void theSeedDecides() {
    assertThat(draw("Total 5.00", 1).rgb()).isEqualTo(draw("Total 5.00", 1).rgb());
    assertThat(draw("Total 5.00", 1).rgb()).isNotEqualTo(draw("Total 5.00", 2).rgb());
  }

  @Test
  void picturesAreGreyAndShowSomethingWhateverIsDrawn() {
    Set<Integer> heights = new HashSet<>();
    int blank = 0;
    for (int seed = 0; seed < 400; seed++) {
      Picture picture = draw(seed % 2 == 0 ? "Total (RM) : 5.00" : "-", seed);
      heights.add(picture.height());
      assertThat(picture.height()).isBetween(11, 64);
      assertThat(picture.width()).isPositive();
      byte[] rgb = picture.rgb();
      for (int i = 0; i < rgb.length; i += 3) {
        assertThat(rgb[i] == rgb[i + 1] && rgb[i] == rgb[i + 2]).isTrue();
      }
      blank += picture.isBlank() ? 1 : 0;
    }
    assertThat(heights).hasSizeGreaterThan(20);
    assertThat(blank).as("blank ones").isLessThan(8);
  }

  @Test
  void longLinesStayWithinMemory() {
    Picture picture = draw("W".repeat(2000), 1);
    assertThat(picture.width()).isEqualTo(8000);
  }

  @Test
  void aFontIsChosenThatHasAllCharacters() {
    assertThat(RENDERER.font("Käse", new SplittableRandom(1))).isPresent();
    assertThat(RENDERER.font("\uFFFF", new SplittableRandom(1))).isEmpty();
  }

  @Test
  void dotsAreApartWhenTheyAreSmall() {
    InkMap print = new InkMap(2, 1, new float[] {1, 1});
    InkMap apart = print.dots(4, 1);
    assertThat(apart.width()).isEqualTo(8);
    assertThat(apart.height()).isEqualTo(4);
    assertThat(apart.ink()[2 * 8 + 2]).isEqualTo(1);
    assertThat(apart.ink()[2 * 8 + 4]).isZero();
    assertThat(print.dots(4, 3).ink()[2 * 8 + 4]).isEqualTo(1);
  }

  @Test
  void blurKeepsTheInkAndSpreadsIt() {
    float[] ink = new float[21 * 21];
    ink[10 * 21 + 10] = 1;
    InkMap map = new InkMap(21, 21, ink);
    map.blur(1, 1);
    assertThat(ink[10 * 21 + 10]).isLessThan(0.3f);
    double sum = 0;
    for (float part : ink) {
      sum += part;
    }
    assertThat(sum).isBetween(0.999, 1.001);
  }

  @Test
  void thePaperIsLightAndTheInkDarkWithoutDamage() {
    PrintScan clean =
        new PrintScan(
            20,
            new PrintScan.Ink(1, 0, 0, 0),
            new PrintScan.Paper(250, 0, false),
            new PrintScan.Sensor(0, 0, 1, 2));
    float[] ink = new float[20 * 40];
    Arrays.fill(ink, 0, 400, 1);
    Picture picture = clean.of(new InkMap(20, 40, ink), new SplittableRandom(1));
    assertThat(picture.width()).isEqualTo(10);
    assertThat(picture.height()).isEqualTo(20);
    assertThat(picture.rgb()[0] & 0xff).isLessThan(20);
    assertThat(picture.rgb()[3 * 199] & 0xff).isEqualTo(250);
  }
}
