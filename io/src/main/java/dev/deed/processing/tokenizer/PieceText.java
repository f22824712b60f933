package dev.deed.processing.tokenizer;

import dev.deed.processing.tokenizer.SentencePieceModel.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts pieces together to a text, as sentencepiece 0.2 does. (The library's own function, as DJL
 * binds it, loses characters beyond the basic plane.) Immutable.
 */
final class PieceText {
  private static final String UNKNOWN = " \u2047 ";

  private final Map<String, Kind> kinds = new HashMap<>();
  private final boolean startsWithoutSpace;

  PieceText(SentencePieceModel model) {
    model.pieces().forEach(piece -> kinds.put(piece.text(), piece.kind()));
    startsWithoutSpace = model.spaceInFront() || model.collapsesSpaces();
  }

  /** The text of pieces; one that the model lacks stands for itself. */
  String join(List<String> pieces) {
    StringBuilder text = new StringBuilder();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String piece : pieces) {
      Kind kind = kinds.get(piece);
      if (kind == Kind.BYTE) {
        bytes.write(Integer.parseInt(piece.substring(3, 5), 16));
        continue;
      }
      text.append(bytes.toString(StandardCharsets.UTF_8));
      bytes.reset();
      if (kind == null) {
        text.append(piece);
      } else if (kind == Kind.UNKNOWN) {
        text.append(UNKNOWN);
      } else if (kind != Kind.CONTROL) {
        boolean first = text.isEmpty() && startsWithoutSpace;
        text.append(
            (first && piece.startsWith(SentencePieceModel.SPACE) ? piece.substring(1) : piece)
                .replace(SentencePieceModel.SPACE, " "));
      }
    }
    return text.append(bytes.toString(StandardCharsets.UTF_8)).toString();
  }
}
