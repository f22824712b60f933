package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.InflaterInputStream;

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
        HeaderGlyphs.Glyph glyph = glyphs.of(code);
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
        HeaderGlyphs.Glyph glyph = glyphs.of(code);
        draw(header, glyph, pen, MARGIN + line * glyphs.lineHeight() + glyphs.ascent());
        pen += glyph.advance();
      }
    }
    return header;
  }

  private static void draw(Picture header, HeaderGlyphs.Glyph glyph, int pen, int base) {
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

  /**
   * Glyphs drawn beforehand, 36 pixels high, so that a header is the same pixels everywhere and
   * needs neither fonts nor font code of the platform. Made by {@code tools/make_header_glyphs.py}
   * from a font as wide as Arial. Immutable.
   *
   * @param ascent pixels from the top of a line to its base line
   * @param lineHeight pixels from one base line to the next
   * @param glyphs by code point
   */
  private record HeaderGlyphs(int ascent, int lineHeight, Map<Integer, Glyph> glyphs) {
    /** Code of the glyph that stands for missing ones. */
    private static final int MISSING = 0;

    /**
     * @param advance pixels from this pen to the next
     * @param left from the pen to the left edge
     * @param top from the base line up to the top edge
     * @param width pixels in a row
     * @param height rows
     * @param coverage 0…255 as unsigned bytes, {@code [height, width]}
     */
    record Glyph(int advance, int left, int top, int width, int height, byte[] coverage) {}

    static HeaderGlyphs load() {
      try (InputStream resource = HeaderGlyphs.class.getResourceAsStream("header-glyphs.bin");
          InputStream inflated =
              new InflaterInputStream(Objects.requireNonNull(resource, "header-glyphs.bin"))) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(inflated.readAllBytes()));
        int ascent = in.readUnsignedShort();
        int lineHeight = in.readUnsignedShort();
        Map<Integer, Glyph> glyphs = new HashMap<>();
        while (in.available() > 0) {
          int code = in.readUnsignedShort();
          int advance = in.readUnsignedByte();
          int left = in.readByte();
          int top = in.readByte();
          int width = in.readUnsignedByte();
          int height = in.readUnsignedByte();
          byte[] coverage = in.readNBytes(width * height);
          glyphs.put(code, new Glyph(advance, left, top, width, height, coverage));
        }
        return new HeaderGlyphs(ascent, lineHeight, glyphs);
      } catch (IOException e) {
        throw new IllegalStateException("the glyphs in the jar cannot be read", e);
      }
    }

    Glyph of(int codePoint) {
      HeaderGlyphs.Glyph glyph = glyphs.get(codePoint);
      return glyph != null ? glyph : Objects.requireNonNull(glyphs.get(MISSING));
    }
  }

  /**
   * Breaks a text into lines as Python's {@code textwrap.wrap} does: at white space, after hyphens
   * within words, around dashes, and within words that are longer than a line.
   */
  static final class LineBreaks {
    private static final int TAB = 8;

    /**
     * Letters as Python's {@code re} counts them: also numerals that are no digits, and '_'. Where
     * a pattern has a character beyond the basic plane, Java looks behind by code points.
     */
    private static final String LETTER = "[\\p{L}\\p{Nl}\\p{No}_𝒜]";

    private static final String WORD = "[\\p{L}\\p{N}_𝒜]";

    /** Two or more hyphens between words. */
    private static final String DASH = "(?<=" + WORD + "|[!\"'&.,?])-{2,}(?=" + WORD + ")";

    /** A hyphen that joins parts of a word. */
    private static final String HYPHEN =
        "-(?<=%1$s{2}-|%1$s-%1$s-)(?=%1$s-?%1$s)".formatted(LETTER);

    /** White space, dashes and words or their hyphenated parts: a line may end after each. */
    private static final Pattern PIECE =
        Pattern.compile(" +|" + DASH + "|[^ ]+?(?:" + HYPHEN + "|(?= |\\z|" + DASH + "))");

    private LineBreaks() {}

    /** Lines of at most {@code width} characters, which is at least 1. */
    static List<String> wrap(String text, int width) {
      List<String> pieces = new ArrayList<>();
      PIECE.matcher(flatten(text)).results().forEach(piece -> pieces.add(piece.group()));
      List<String> lines = new ArrayList<>();
      int next = 0;
      while (next < pieces.size()) {
        if (isBlank(pieces.get(next)) && !lines.isEmpty()) {
          next++;
        }
        List<String> line = new ArrayList<>();
        int room = width;
        while (next < pieces.size() && length(pieces.get(next)) <= room) {
          room -= length(pieces.get(next));
          line.add(pieces.get(next++));
        }
        if (next < pieces.size() && length(pieces.get(next)) > width) {
          String word = pieces.get(next);
          int end = cut(word, word.offsetByCodePoints(0, room));
          line.add(word.substring(0, end));
          pieces.set(next, word.substring(end));
        }
        if (!line.isEmpty() && isBlank(line.getLast())) {
          line.removeLast();
        }
        if (!line.isEmpty()) {
          lines.add(String.join("", line));
        }
      }
      return lines;
    }

    /** Where a word that is longer than a line is cut: after a hyphen if one is in reach. */
    private static int cut(String word, int room) {
      int hyphen = word.lastIndexOf('-', room - 1);
      boolean isInside = hyphen > 0 && word.substring(0, hyphen).chars().anyMatch(c -> c != '-');
      return isInside ? hyphen + 1 : room;
    }

    /** Tabs become spaces up to the next stop, other white space of ASCII becomes a space. */
    private static String flatten(String text) {
      StringBuilder flat = new StringBuilder();
      int column = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '\t') {
          int spaces = TAB - column % TAB;
          flat.repeat(' ', spaces);
          column += spaces;
        } else {
          flat.append(c == '\n' || c == '\u000b' || c == '\f' || c == '\r' ? ' ' : c);
          column = c == '\n' || c == '\r' ? 0 : column + (Character.isLowSurrogate(c) ? 0 : 1);
        }
      }
      return flat.toString();
    }

    private static boolean isBlank(String piece) {
      return piece
          .codePoints()
          .allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
    }

    private static int length(String piece) {
      return piece.codePointCount(0, piece.length());
    }
  }
}
