package dev.deed.tensor.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A tile of some rows times some vectors.
 *
 * @param turn inputs in a turn of its loop
 * @param onward whether sums go on from what y holds, not from zero; not for rows that repeat
 */
record Tile(String name, int rows, int vectors, int turn, Weights weights, boolean onward) {
  /** Sums that begin with zero. */
  Tile(String name, int rows, int vectors, int turn, Weights weights) {
    this(name, rows, vectors, turn, weights, false);
  }

  String text() {
    // Fewer rows than a tile of one strip of narrow weights has are repeated.
    boolean repeats = weights.narrow() && rows > 1 && vectors == 2;
    List<String> lines = new ArrayList<>();
    weights.beginning(vectors).forEach(line -> lines.add("    " + line));
    lines.add("    float[] x = p.x().values();");
    if (weights.packed()) {
      lines.add("    int x0 = p.x().at(row);");
    }
    if (rows > 1) {
      lines.add(
          repeats ? "    int last = p.x().count() - 1;" : "    int xStride = p.x().stride();");
    }
    for (int row = 1; row < rows; row++) {
      String at = repeats ? "p.x().at(Math.min(row + %d, last))" : "x%2$d + xStride";
      lines.add("    int x%d = %s;".formatted(row, at.formatted(row, row - 1)));
    }
    if (onward) {
      addTargets(lines, false);
    }
    for (Cell cell : cells()) {
      String begin = onward ? "fromArray(FLOATS, y, " + target(cell, false) + ")" : "zero(FLOATS)";
      lines.add("    FloatVector %s = FloatVector.%s;".formatted(cell, begin));
    }
    lines.add(
        "    for (int k = 0; k < inputs; %s) {".formatted(turn == 1 ? "k++" : "k += " + turn));
    lines.add("      " + weights.turn());
    for (int input = 0; input < turn; input++) {
      addTurn(lines, input);
    }
    lines.add("    }");
    if (!onward) {
      addTargets(lines, repeats);
    }
    for (Cell cell : cells()) {
      lines.add("    %s.intoArray(y, %s);".formatted(cell, target(cell, repeats)));
    }
    return head() + String.join("\n", lines) + "\n  }\n";
  }

  /**
   * Where sums go, by accessors alone: a call of a method that the compiler does not take in, as it
   * does of none behind a loop that is large enough, would have all sums wait in memory.
   */
  private void addTargets(List<String> lines, boolean repeats) {
    lines.add("    float[] y = p.y().values();");
    if (rows > 1 || weights.packed()) {
      lines.add("    int yStride = p.y().stride();");
    }
    if (weights.packed()) {
      lines.add("    int y0 = p.y().offset() + row * yStride + output;");
    }
    for (int row = 1; repeats && row < rows; row++) {
      String at = "    int y%d = p.y().offset() + Math.min(row + %1$d, last) * yStride + output;";
      lines.add(at.formatted(row));
    }
  }

  private String target(Cell cell, boolean repeats) {
    String row = repeats ? "y" + cell.row : sum("y0", times(cell.row, "yStride"));
    return sum(row, weights.distance(cell.vector));
  }

  private void addTurn(List<String> lines, int input) {
    for (int vector = 0; vector < vectors; vector++) {
      String target = (input == 0 ? "FloatVector w" : "w") + letter(vector);
      lines.add("      " + target + weights.load(vector, input));
    }
    for (int row = 0; row < rows; row++) {
      String target = row + input == 0 ? "FloatVector value" : "value";
      String index = sum("x" + row, "k", input == 0 ? "" : "1");
      lines.add("      %s = FloatVector.broadcast(FLOATS, x[%s]);".formatted(target, index));
      for (int vector = 0; vector < vectors; vector++) {
        Cell cell = new Cell(row, vector);
        lines.add("      %s = value.fma(w%c, %1$s);".formatted(cell, letter(vector)));
      }
    }
  }

  private String head() {
    // Two inputs at a time is what one kernel of narrow weights has for itself.
    boolean common = weights.narrow() && turn == 1;
    String start = common ? "  @Override\n  void " : "  static void ";
    boolean fits =
        start.lines().toList().getLast().length() + name.length() + weights.parameters().length()
            <= TileGenerator.MOST_COLUMNS - "() {".length();
    return start + name + (fits ? "(" : "(\n      ") + weights.parameters() + ") {\n";
  }

  private List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int vector = 0; vector < vectors; vector++) {
        cells.add(new Cell(row, vector));
      }
    }
    return cells;
  }

  /** Where weights come from. A vector is loaded for the first input of a turn, or the second. */
  enum Weights {
    FP32,
    BF16,
    INT8,
    STEPS,
    PAIR;

    boolean packed() {
      return this == FP32 || narrow();
    }

    boolean narrow() {
      return this == BF16 || this == INT8;
    }

    String parameters() {
      return switch (this) {
        case FP32, BF16, INT8 -> "VectorProduct p, int row, int output";
        case STEPS -> "VectorArrayProduct p, int inputs, int at0, int x0, int y0";
        case PAIR -> "VectorArrayProduct p, int inputs, int x0, int y0";
      };
    }

    /** What comes before the loop. */
    List<String> beginning(int vectors) {
      List<String> lines = new ArrayList<>();
      lines.add(packed() ? "MemorySegment w = p.memory();" : "float[] w = p.weights();");
      if (packed() && vectors > 2) {
        lines.add("int apart = p.apart();");
      }
      for (int strip = 0; packed() && 2 * strip < vectors; strip++) {
        lines.add("long at%d = p.at(%s);".formatted(strip, sum("output", times(strip, "apart"))));
      }
      lines.addAll(
          switch (this) {
            case FP32, BF16, INT8 -> List.of("int inputs = p.inputs();");
            case STEPS -> List.of("int step = p.step();");
            case PAIR -> List.of();
          });
      return lines;
    }

    /** The first statement of a turn. */
    String turn() {
      return switch (this) {
        case FP32, BF16, INT8 -> "long step = k * STEP_BYTES;";
        case STEPS -> "int at = at0 + k * step;";
        case PAIR -> "int at = k * PAIR;";
      };
    }

    /** What follows the name of a vector in the statement that loads it. */
    String load(int vector, int input) {
      String strip = "at" + vector / 2 + " + step";
      return switch (this) {
        case FP32 ->
            " = FloatVector.fromMemorySegment(FLOATS, w, %s, ORDER);"
                .formatted(sum(strip, times(input, "STEP_BYTES"), times(vector % 2, "BYTES")));
        case BF16 ->
            """
             =
                      ShortVector.fromMemorySegment(SHORTS, w, %s, ORDER)
                          .convertShape(ZERO_EXTEND_S2I, INTS, 0)
                          .lanewise(LSHL, Short.SIZE)
                          .reinterpretAsFloats();\
            """
                .formatted(sum(strip, times(input, "STEP_BYTES"), times(vector % 2, "HALF")));
        case INT8 -> {
          String at = sum(strip, times(input, "STEP_BYTES"), times(vector % 2, "HALF"));
          String bytes = "fromMemorySegment(BYTES, w, %s, ORDER)".formatted(at);
          String convert =
              ".convertShape(B2F, FLOATS, %s);".formatted(vector % 2 == 0 ? "0" : "PART");
          String cast = "(FloatVector)";
          int length = bytes.length() + convert.length();
          yield 11 + cast.length() + length <= TileGenerator.MOST_COLUMNS
              ? " =\n          " + cast + " " + bytes + convert
              : " =\n          "
                  + cast
                  + "\n              "
                  + bytes
                  + (14 + length <= TileGenerator.MOST_COLUMNS ? "" : "\n                  ")
                  + convert;
        }
        case STEPS -> array(sum("at", times(input, "step"), times(vector, "COUNT")));
        case PAIR -> array(sum("at", times(input, "PAIR"), times(vector, "COUNT")));
      };
    }

    private static String array(String index) {
      return " = FloatVector.fromArray(FLOATS, w, " + index + ");";
    }

    /** How far the outputs of a vector lie behind those of vector 0. */
    String distance(int vector) {
      return packed()
          ? sum(times(vector / 2, "apart"), times(vector % 2, "COUNT"))
          : times(vector, "COUNT");
    }
  }

  /** A sum. */
  private record Cell(int row, int vector) {
    @Override
    public String toString() {
      return "s" + row + letter(vector);
    }
  }

  private static char letter(int vector) {
    return (char) ('a' + vector);
  }

  /** A multiple of a constant; nothing for 0. */
  private static String times(int factor, String constant) {
    return factor == 0 ? "" : factor == 1 ? constant : factor + " * " + constant;
  }

  /** The terms that are there. */
  private static String sum(String... terms) {
    return String.join(" + ", Stream.of(terms).filter(term -> !term.isEmpty()).toList());
  }
}
