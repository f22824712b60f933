package dev.deed.evaluation;

import dev.deed.Generation;
import dev.deed.value.Finish;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows at which layer each token left the decoder: by colour from green (shallow) over yellow,
 * orange and red to violet (deep), or by the layer's number behind the token. Immutable.
 *
 * @param layers of the decoder
 * @param colour whether the reader is a terminal with 256 colours
 * @param charset of the output; one without superscripts gets {@code _3} in place of ³
 * @param columns of a line
 */
public record ExitMarks(int layers, boolean colour, Charset charset, int columns) {
  /** Of the 256 colours, some that can be read on black and on white. */
  private static final int[] COLOURS = {34, 142, 208, 160, 164, 63};

  /** Grey: no layer ran for it. */
  private static final int FORCED = 245;

  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  /**
   * An answer, wrapped between words, longer words between tokens; ends with a line break.
   *
   * @param parts the text that each token adds
   */
  public String show(Generation answer, List<String> parts) {
    List<String> pieces = new ArrayList<>(parts);
    if (answer.finish() == Finish.EOS && pieces.getLast().isEmpty()) {
      pieces.set(pieces.size() - 1, end());
    }
    List<Integer> exits = answer.exitLayers();
    StringBuilder text = new StringBuilder();
    int column = 0;
    for (int i = 0; i < pieces.size(); i++) {
      String piece = pieces.get(i);
      int needed = piece.startsWith(" ") ? wordWidth(pieces, exits, i) : width(piece, exits.get(i));
      if (column > 0 && column + needed > columns) {
        text.append('\n');
        column = 0;
      }
      if (column == 0) {
        piece = piece.stripLeading();
      }
      text.append(marked(piece, exits.get(i)));
      column += width(piece, exits.get(i));
    }
    return text.append('\n').toString();
  }

  /** Columns of the word that begins with this token. */
  private int wordWidth(List<String> pieces, List<Integer> exits, int first) {
    int width = width(pieces.get(first), exits.get(first));
    for (int i = first + 1; i < pieces.size() && !pieces.get(i).startsWith(" "); i++) {
      width += width(pieces.get(i), exits.get(i));
    }
    return width;
  }

  private int width(String piece, int layer) {
    return piece.isEmpty() || colour ? piece.length() : piece.length() + number(layer).length();
  }

  /** What the marks mean, for a model of that name; ends with a line break. */
  public String legend(String name) {
    StringBuilder text = new StringBuilder(name);
    text.append(colour ? ": colours are exit layers:" : ": numbers are exit layers:");
    for (int layer = 1; layer <= layers; layer++) {
      text.append(' ').append(mark(layer));
    }
    text.append("; ").append(mark(0)).append(" was the only one allowed");
    text.append("; ").append(end().strip()).append(" is the end.");
    return new Paragraph(columns).of(text.toString());
  }

  private String mark(int layer) {
    return colour ? marked(Integer.toString(layer), layer) : number(layer);
  }

  private String marked(String piece, int layer) {
    if (piece.isEmpty()) {
      return "";
    }
    return colour
        ? "\u001b[38;5;" + code(layer) + "m" + piece + "\u001b[0m"
        : piece + number(layer);
  }

  private int code(int layer) {
    return layer == 0
        ? FORCED
        : layers == 1 ? COLOURS[0] : COLOURS[(layer - 1) * (COLOURS.length - 1) / (layers - 1)];
  }

  private String end() {
    return writable("■") ? " ■" : " [end]";
  }

  private String number(int layer) {
    if (!writable(SUPERSCRIPTS)) {
      return "_" + layer;
    }
    StringBuilder text = new StringBuilder();
    Integer.toString(layer).chars().forEach(digit -> text.append(SUPERSCRIPTS.charAt(digit - '0')));
    return text.toString();
  }

  private boolean writable(String text) {
    return charset.newEncoder().canEncode(text);
  }
}
