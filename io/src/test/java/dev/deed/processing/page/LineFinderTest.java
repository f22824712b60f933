package dev.deed.processing.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.files.Interruption;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LineFinderTest {
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 24);

  /** A page that is drawn on, and where its texts stand. */
  private static final class Page {
    private final BufferedImage image = new BufferedImage(800, 600, BufferedImage.TYPE_INT_RGB);
    private final Graphics2D graphics = image.createGraphics();
    private final List<Rectangle2D> places = new ArrayList<>();

    Page(Color ground, Color print) {
      graphics.setColor(ground);
      graphics.fillRect(0, 0, 800, 600);
      graphics.setColor(print);
      graphics.setFont(FONT);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    }

    Page text(String text, int x, int y) {
      graphics.drawString(text, x, y);
      places.add(
          FONT.createGlyphVector(new FontRenderContext(null, true, false), text)
              .getPixelBounds(null, x, y));
      return this;
    }

    List<List<OcrWord>> rows() {
      return found().rows();
    }

    FoundLines found() {
      return LineFinder.find(new PictureReader().copy(image), Interruption.NEVER);
    }
  }

  private static Page receipt(Color ground, Color print) {
    return new Page(ground, print)
        .text("Corner Shop, 12 High Street", 60, 60)
        .text("Bread (2 pieces)", 60, 120)
        .text("3.40", 640, 120)
        .text("Jam; jelly & quince", 60, 170)
        .text("12.75", 625, 170)
        .text("Total:", 60, 230)
        .text("16.15", 625, 230);
  }

  private static void assertFound(List<List<OcrWord>> rows, Page page) {
    List<OcrWord> found = rows.stream().flatMap(List::stream).toList();
    assertThat(found).hasSameSizeAs(page.places);
    for (int i = 0; i < found.size(); i++) {
      OcrWord box = found.get(i);
      Rectangle2D place = page.places.get(i);
      assertThat(box.x0()).isCloseTo(place.getMinX(), within());
      assertThat(box.y0()).isCloseTo(place.getMinY(), within());
      assertThat(box.x1()).isCloseTo(place.getMaxX(), within());
      assertThat(box.y1()).isCloseTo(place.getMaxY(), within());
    }
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.api.Assertions.within(3.0);
  }

  @Test
  void linesAndColumnsStandWhereTheyWerePrinted() {
    Page page = receipt(Color.WHITE, Color.BLACK);
    List<List<OcrWord>> rows = page.rows();
    assertThat(rows.stream().map(List::size)).containsExactly(1, 2, 2, 2);
    assertFound(rows, page);
  }

  @Test
  void lightPrintOnADarkGround() {
    Page page = receipt(new Color(20, 30, 60), new Color(230, 230, 210));
    assertFound(page.rows(), page);
  }

  @Test
  void paleGreyOnGreyingPaper() {
    Page page = receipt(Color.WHITE, new Color(190, 190, 190));
    Random random = new Random(3);
    for (int y = 0; y < 600; y++) {
      for (int x = 0; x < 800; x++) {
        int level = (page.image.getRGB(x, y) & 0xff) * (1400 - x) / 1400 + random.nextInt(5);
        int grey = Math.min(level, 255);
        page.image.setRGB(x, y, grey << 16 | grey << 8 | grey);
      }
    }
    assertFound(page.rows(), page);
  }

  @Test
  void rulesFramesAndBlotsAreNoLines() {
    Page page = receipt(Color.WHITE, Color.BLACK);
    page.graphics.drawRect(20, 15, 740, 560);
    page.graphics.fillRect(60, 188, 620, 3);
    page.graphics.fillOval(300, 400, 90, 90);
    for (int x = 60; x < 680; x += 14) {
      page.graphics.fillRect(x, 300, 8, 2);
    }
    assertFound(page.rows(), page);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-5, -0.6, 0.6, 3})
  void aTiltedPageKeepsItsRows(double degrees) {
    Page page = new Page(Color.WHITE, Color.BLACK);
    page.graphics.rotate(Math.toRadians(degrees), 400, 300);
    receiptOn(page);
    assertThat(page.rows().stream().map(List::size)).containsExactly(1, 2, 2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-4, 4})
  void linesOfATiltedPageAreCutLevelAndStandWhereTheyWere(double degrees) {
    Page page = new Page(Color.WHITE, Color.BLACK);
    page.graphics.rotate(Math.toRadians(degrees), 400, 300);
    receiptOn(page);
    FoundLines found = page.found();
    List<OcrWord> lines = found.rows().stream().flatMap(List::stream).toList();
    assertThat(lines).hasSize(5).allMatch(line -> line.y1() - line.y0() < 34);
    for (int i = 0; i < lines.size(); i++) {
      Rectangle2D place = page.places.get(i);
      Point2D middle =
          page.graphics
              .getTransform()
              .transform(new Point2D.Double(place.getCenterX(), place.getCenterY()), null);
      OcrWord box = found.page().onGivenPage(lines.get(i));
      assertThat((box.x0() + box.x1()) / 2).isCloseTo(middle.getX(), within());
      assertThat((box.y0() + box.y1()) / 2).isCloseTo(middle.getY(), within());
    }
  }

  @Test
  void bentPaperHasASlopeInEachBand() {
    Page page = new Page(Color.WHITE, Color.BLACK);
    String text = "A line with some words in it";
    for (int i = 0; i < 9; i++) {
      page.graphics.rotate(Math.toRadians(4 - i), 400, 60 + 60 * i);
      page.text(text, 150, 60 + 60 * i);
      page.graphics.rotate(Math.toRadians(i - 4), 400, 60 + 60 * i);
    }
    List<List<OcrWord>> rows = page.found().rows();
    assertThat(rows).hasSize(9).allMatch(row -> row.size() == 1);
    assertThat(rows).allMatch(row -> row.getFirst().y1() - row.getFirst().y0() < 38);
  }

  @Test
  void aLevelPageIsLeftAsItIs() {
    Picture page = new PictureReader().copy(receipt(Color.WHITE, Color.BLACK).image);
    assertThat(LineFinder.find(page, Interruption.NEVER).page().picture()).isSameAs(page);
  }

  private static void receiptOn(Page page) {
    page.text("A first line with some words in it", 100, 200);
    page.text("A second line", 100, 260).text("12.75", 625, 260);
    page.text("A third line", 100, 320).text("0.99", 640, 320);
  }

  @Test
  void emptyAndBlackAndTinyPagesHoldNothing() {
    assertThat(rows(800, 600, 255)).isEmpty();
    assertThat(rows(800, 600, 0)).isEmpty();
    assertThat(rows(1, 1, 0)).isEmpty();
    assertThat(rows(1, 4000, 255)).isEmpty();
    assertThat(rows(4000, 1, 128)).isEmpty();
  }

  private static List<List<OcrWord>> rows(int width, int height, int level) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) level);
    return LineFinder.find(new Picture(width, height, rgb), Interruption.NEVER).rows();
  }

  @Test
  void noiseEndsSoon() {
    byte[] rgb = new byte[3 * 2000 * 2000];
    new Random(1).nextBytes(rgb);
    assertThat(LineFinder.find(new Picture(2000, 2000, rgb), Interruption.NEVER).rows())
        .hasSizeLessThan(5000);
  }

  @Test
  void moreLinesOrMarksThanAPageHasAreRefused() {
    int side = 3600;
    refused(new Picture(side, side, grid(side, 40, 10)), "lines of text");
    refused(new Picture(side, side, grid(side, 3, 2)), "marks");
  }

  /** Black angles in a grid. */
  private static byte[] grid(int side, int step, int size) {
    byte[] rgb = new byte[3 * side * side];
    for (int i = 0; i < side * side; i++) {
      int x = i % side % step;
      int y = i / side % step;
      boolean isBlack = x < size && y < size && (x < 2 || y > size - 3);
      Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) (isBlack ? 0 : 255));
    }
    return rgb;
  }

  private static void refused(Picture page, String why) {
    assertThatThrownBy(() -> LineFinder.find(page, Interruption.NEVER))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("page: ")
        .hasMessageContaining(why)
        .hasMessageContaining("give a sharp picture");
  }

  @Test
  void aChequeredPageEndsSoon() {
    int side = 3000;
    byte[] rgb = new byte[3 * side * side];
    for (int i = 0; i < side * side; i++) {
      if ((i % side / 9 + i / side / 9) % 2 == 0) {
        Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) 255);
      }
    }
    assertThat(LineFinder.find(new Picture(side, side, rgb), Interruption.NEVER).rows())
        .hasSizeLessThan(5000);
  }

  @Test
  void nobodyWaits() {
    Picture page = new PictureReader().copy(receipt(Color.WHITE, Color.BLACK).image);
    assertThatThrownBy(() -> LineFinder.find(page, () -> true))
        .isInstanceOf(CancellationException.class);
  }
}
