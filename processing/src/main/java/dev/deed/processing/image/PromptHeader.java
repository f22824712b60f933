package dev.deed.processing.image;

import dev.deed.files.Interruption;
import dev.deed.processing.image.HeaderGlyphs.Glyph;
import dev.deed.processing.picture.ImageBackend;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PixelRule;
import dev.deed.processing.picture.Resampling;
import dev.deed.processing.picture.Resizer;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;

/**
 * Draws a text above a picture, black on white, as Pix2Struct's models for questions were trained
 * with it: lines of at most 80 characters, then the narrower of header and picture enlarged to the
 * width of the other. The reference draws with Arial, which may not be passed on; the font here is
 * as wide, but its pixels differ. Immutable.
 */
final class PromptHeader {
  private static final int LINE = 80;
  private static final int MARGIN = 5;

  /** 16 lines of the longest kind; far above any question, and bounds what is drawn. */
  private static final int MOST_CHARACTERS = 4_096;

  private final HeaderGlyphs glyphs = HeaderGlyphs.load();

  /**
   * The picture below its header.
   *
   * @throws InputException when the text is longer than 4,096 characters or the picture is so
   *     narrow that it would become huge
   */
  Picture above(Picture picture, String text, Interruption interruption) {
    Picture header = draw(text);
    int width = Math.max(header.width(), picture.width());
    double headerHeight = header.height() * ((double) width / header.width());
    double pictureHeight = picture.height() * ((double) width / picture.width());
    InputException.require(
        width * (headerHeight + pictureHeight) <= PictureStep.MOST_PIXELS,
        "picture",
        "its %d×%d pixels are too narrow for a header".formatted(picture.width(), picture.height()),
        "give a wider picture");
    Picture top = widened(header, width, (int) headerHeight, interruption);
    Picture below = widened(picture, width, (int) pictureHeight, interruption);
    byte[] rgb = Arrays.copyOf(top.rgb(), top.rgb().length + below.rgb().length);
    System.arraycopy(below.rgb(), 0, rgb, top.rgb().length, below.rgb().length);
    return new Picture(width, top.height() + below.height(), rgb);
  }

  private static Picture widened(
      Picture picture, int width, int height, Interruption interruption) {
    return Resizer.resize(
        picture, width, height, Resampling.BICUBIC, ImageBackend.PILLOW, interruption);
  }

  /** The header alone, in its own size. */
  Picture draw(String text) {
    InputException.require(
        text.length() <= MOST_CHARACTERS,
        "prompt",
        "its %d characters are more than the %d of a header"
            .formatted(text.length(), MOST_CHARACTERS),
        "shorten the question");
    List<String> lines = LineBreaks.wrap(text, LINE);
    int width = 0;
    int height = 0;
    for (int line = 0; line < lines.size(); line++) {
      int pen = 0;
      for (int code : lines.get(line).codePoints().toArray()) {
        Glyph glyph = glyphs.of(code);
        int base = line * glyphs.lineHeight() + glyphs.ascent();
        width =
            Math.max(width, Math.max(pen + glyph.advance(), pen + glyph.left() + glyph.width()));
        height = Math.max(height, base - glyph.top() + glyph.height());
        pen += glyph.advance();
      }
    }
    width += 2 * MARGIN;
    height += 2 * MARGIN;
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) 255);
    Picture header = new Picture(width, height, rgb);
    for (int line = 0; line < lines.size(); line++) {
      int pen = MARGIN;
      for (int code : lines.get(line).codePoints().toArray()) {
        Glyph glyph = glyphs.of(code);
        draw(header, glyph, pen, MARGIN + line * glyphs.lineHeight() + glyphs.ascent());
        pen += glyph.advance();
      }
    }
    return header;
  }

  private static void draw(Picture header, Glyph glyph, int pen, int base) {
    byte[] rgb = header.rgb();
    for (int y = 0; y < glyph.height(); y++) {
      for (int x = 0; x < glyph.width(); x++) {
        int column = pen + glyph.left() + x;
        int row = base - glyph.top() + y;
        if (column >= 0 && column < header.width() && row >= 0 && row < header.height()) {
          int at = 3 * (row * header.width() + column);
          int free = 255 - (glyph.coverage()[y * glyph.width() + x] & 0xff);
          // Where glyphs overlap, the later one covers its share of the earlier one.
          int dark = PixelRule.product(255 - (rgb[at] & 0xff), free);
          Arrays.fill(rgb, at, at + 3, (byte) (free - dark));
        }
      }
    }
  }
}
