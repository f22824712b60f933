package dev.deed.tensor.kernel;

import java.util.ArrayList;
import java.util.List;

/** Writes the tiles of products of one row of whole numbers, for {@link TileGenerator}. */
final class QuadTiles {

  private QuadTiles() {}

  /** The members of the class. */
  static List<String> members() {
    return List.of(
        tile("eight", 8, "8"), tile("eightByVector", 8, "eights"), tile("four", 4, "eights"));
  }

  private static String tile(String name, int vectors, String shift) {
    List<String> lines = new ArrayList<>();
    boolean byVector = shift.equals("eights");
    boolean spread = byVector && vectors > 4;
    String places =
        spread ? "long at0, int apart" : vectors > 4 ? "long at0, long at1" : "long at0";
    String parameters =
        "MemorySegment w, %s, int quads, int[] pairs, int odd, int[] sums, int to) {"
            .formatted(places);
    String head = "  static void " + name + "(";
    boolean fits = head.length() + parameters.length() <= TileGenerator.MOST_COLUMNS;
    lines.add(head + (fits ? "" : "\n      ") + parameters);
    if (spread) {
      lines.add("    long at1 = at0 + (long) apart * odd * QuadPanels.STEP_BYTES;");
    }
    if (byVector) {
      lines.add(
          "    ShortVector eights = IntVector.broadcast(INTS, 0x80008).reinterpretAsShorts();");
    }
    for (int v = 0; v < vectors; v++) {
      lines.add("    IntVector s%c = IntVector.zero(INTS);".formatted(letter(v)));
    }
    lines.add("    for (int k = 0; k < quads; k++) {");
    lines.add("      long step = (long) k * QuadPanels.STEP_BYTES;");
    String broadcast =
        "      ShortVector %s = IntVector.broadcast(INTS, pairs[%s]).reinterpretAsShorts();";
    lines.add(broadcast.formatted("x02", "k"));
    lines.add(broadcast.formatted("x13", "odd + k"));
    for (int v = 0; v < vectors; v++) {
      lines.add(product(v, shift));
    }
    lines.add("    }");
    for (int v = 0; v < vectors; v++) {
      if (spread && v == 4) {
        lines.add("    int to1 = to + apart * QuadPanels.WIDTH;");
      }
      String to = spread && v >= 4 ? "to1" + times(v - 4, "COUNT") : "to" + times(v, "COUNT");
      lines.add("    s%c.intoArray(sums, %s);".formatted(letter(v), to));
    }
    return String.join("\n", lines) + "\n  }\n";
  }

  private static String product(int vector, String shift) {
    String load =
        "          IntVector.fromMemorySegment(INTS, w, at%d + step%s, ORDER)"
            .formatted(vector / 4, times(vector % 4, "BYTES"));
    String asShorts = ".reinterpretAsShorts();";
    boolean fits = load.length() + asShorts.length() <= TileGenerator.MOST_COLUMNS;
    return """
          ShortVector w%1$c =
    %2$s
          ShortVector e%1$c = w%1$c.lanewise(LSHL, %3$s).lanewise(ASHR, %3$s).mul(x02);
          IntVector p%1$c = e%1$c.add(w%1$c.lanewise(ASHR, %3$s).mul(x13)).reinterpretAsInts();
          s%1$c = s%1$c.add(p%1$c.lanewise(LSHL, 16).lanewise(ASHR, 16)).add(p%1$c.lanewise(ASHR, 16));\
    """
        .formatted(letter(vector), load + (fits ? "" : "\n              ") + asShorts, shift);
  }

  private static String times(int factor, String constant) {
    return factor == 0 ? "" : factor == 1 ? " + " + constant : " + " + factor + " * " + constant;
  }

  private static char letter(int vector) {
    return (char) ('a' + vector);
  }
}
