package dev.deed.processing.image;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.InflaterInputStream;

/**
 * Glyphs drawn beforehand, 36 pixels high, so that a header is the same pixels everywhere and needs
 * neither fonts nor font code of the platform. Made by {@code tools/make_header_glyphs.py} from a
 * font as wide as Arial. Immutable.
 *
 * @param ascent pixels from the top of a line to its base line
 * @param lineHeight pixels from one base line to the next
 * @param glyphs by code point
 */
record HeaderGlyphs(int ascent, int lineHeight, Map<Integer, Glyph> glyphs) {
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
    Glyph glyph = glyphs.get(codePoint);
    return glyph != null ? glyph : Objects.requireNonNull(glyphs.get(MISSING));
  }
}
