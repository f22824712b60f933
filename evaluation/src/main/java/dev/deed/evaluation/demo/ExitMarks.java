package dev.deed.evaluation.demo;

import dev.deed.Finish;
import dev.deed.Generation;
import java.nio.charset.Charset;

/**
 * Shows at which layer each token left the decoder: by colour from green (shallow) over yellow,
 * orange and red to violet (deep), or by the layer's number behind the token. Immutable.
 *
 * @param layers of the decoder
 * @param colour whether the reader is a terminal with 256 colours
 * @param verified whether tokens that left early are drafts, which full depth verified
 * @param charset of the output; one without superscripts gets {@code _3} in place of ³
 */
public record ExitMarks(int layers, boolean colour, boolean verified, Charset charset) {
  /** Of the 256 colours, some that can be read on black and on white. */
  private static final int[] COLOURS = {34, 142, 208, 160, 164, 63};

  /** Grey: no layer ran for it. */
  private static final int COPIED = 245;

  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  private static final int LINE = 96;

  /** An answer, wrapped between tokens; ends with a line break. */
  public String show(Answer answer) {
    Generation generation = answer.generation();
    StringBuilder text = new StringBuilder();
    int column = 0;
    for (int i = 0; i < answer.pieces().size(); i++) {
      boolean last = i == answer.pieces().size() - 1;
      String piece = answer.pieces().get(i);
      if (last && piece.isEmpty() && generation.finish() == Finish.EOS) {
        piece = end();
      }
      String mark = colour ? "" : number(generation.exitLayers().get(i));
      int width = piece.length() + mark.length();
      if (column > 0 && column + width > LINE && piece.startsWith(" ")) {
        text.append('\n');
        column = 0;
      }
      if (column == 0) {
        piece = piece.stripLeading();
      }
      text.append(marked(piece, generation.exitLayers().get(i)));
      column += width;
    }
    return text.append('\n').toString();
  }

  /** What the marks mean; ends with a line break. */
  public String legend() {
    StringBuilder text = new StringBuilder("Each token ");
    text.append(colour ? "in the colour of the layer" : "with the number of the layer");
    text.append(verified ? " that drafted it:" : " that emitted it:");
    for (int layer = 1; layer <= layers; layer++) {
      text.append(' ').append(colour ? marked(Integer.toString(layer), layer) : number(layer));
    }
    if (verified) {
      text.append("; ").append(colour ? marked(Integer.toString(layers), layers) : number(layers));
      text.append(" was written by full depth, which verified and kept all others; ");
      text.append(colour ? marked("0", 0) : number(0)).append(" was copied from the input");
    }
    return text.append("; ").append(end().strip()).append(" is the end token.\n").toString();
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
        ? COPIED
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
