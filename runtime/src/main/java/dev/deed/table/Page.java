package dev.deed.table;

import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.table.TableGrid;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page, where its tables stand, and its words. All boxes are in pixels of the page's picture.
 * Picture files are those that {@link dev.deed.Input} takes; they are read when tables are.
 * Immutable: each {@code with} method returns a new page.
 */
public final class Page {
  /** Most tables of a page: each takes some MB until it is read. */
  public static final int MOST_TABLES = 64;

  private final Function<PictureReader, Picture> picture;
  private final List<PageBox> tables;
  private final @Nullable List<OcrWord> words;

  private Page(
      Function<PictureReader, Picture> picture,
      List<PageBox> tables,
      @Nullable List<OcrWord> words) {
    this.picture = picture;
    this.tables = tables;
    this.words = words;
  }

  /**
   * {@return a page that is one table, whose words nobody knows}
   *
   * @param file a picture file
   */
  public static Page of(Path file) {
    Objects.requireNonNull(file, "file");
    return new Page(reader -> reader.read(file), List.of(), null);
  }

  /**
   * {@return a page that is one table, whose words nobody knows}
   *
   * @param encoded the bytes of a picture file; not copied
   */
  public static Page of(byte[] encoded) {
    Objects.requireNonNull(encoded, "encoded");
    return new Page(reader -> reader.decode("image", encoded), List.of(), null);
  }

  /**
   * {@return a page that is one table, whose words nobody knows}
   *
   * @param picture a decoded picture, whose alpha is dropped; not copied
   */
  public static Page of(BufferedImage picture) {
    Objects.requireNonNull(picture, "picture");
    return new Page(reader -> reader.copy(picture), List.of(), null);
  }

  /**
   * {@return the same page with tables in some places}
   *
   * @param boxes what reaches out of the page is cut off; none: the whole page is one table
   * @throws InputException when there are more than 64, or an edge is no number
   */
  public Page withTables(List<PageBox> boxes) {
    InputException.requireField(
        boxes.size() <= MOST_TABLES,
        "tables",
        "are " + boxes.size() + ", more than " + MOST_TABLES,
        "ask for fewer at once");
    for (PageBox box : boxes) {
      InputException.requireField(
          box.isFinite() && box.x0() < box.x1() && box.y0() < box.y1(),
          "table",
          "is not left, upper, right, lower edge",
          "give [x0, y0, x1, y1] in pixels with x0 < x1 and y0 < y1");
    }
    return new Page(picture, List.copyOf(boxes), words);
  }

  /**
   * {@return the same page with its words} Words outside a table, and blank ones, are passed over.
   * Docling finds no cells where no word lies in the table.
   *
   * @param given in reading order, from the text layer of a PDF or from any OCR; null: nobody knows
   *     them, and cells are those of the structure
   * @throws InputException when there are more than 100,000, or one has no proper box
   */
  public Page withWords(@Nullable List<OcrWord> given) {
    if (given != null) {
      TableGrid.check(given);
    }
    return new Page(picture, tables, given == null ? null : List.copyOf(given));
  }

  Picture picture(PictureReader reader) {
    try {
      return picture.apply(reader);
    } catch (InputException e) {
      throw e.about("image");
    }
  }

  /** {@return where its tables stand; none: the whole page is one} */
  public List<PageBox> tables() {
    return tables;
  }

  @Nullable List<OcrWord> words() {
    return words;
  }
}
