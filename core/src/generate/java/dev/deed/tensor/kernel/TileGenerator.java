package dev.deed.tensor.kernel;

import dev.deed.tensor.kernel.Tile.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes the register tiles of products: loops in which some rows of x meet some vectors of
 * weights, with a statement for each sum. An array of vectors would not stay in registers, and a
 * vector that one method hands to another may be boxed, so each tile is written out in full, for
 * each place that weights come from.
 *
 * <p>The build runs it before it compiles, on a JDK alone: {@code java TileGenerator.java FOLDER}
 */
final class TileGenerator {
  static final int MOST_COLUMNS = 100;
  private static final String[] BY_ROWS = {
    "", "oneRow", "twoRows", "threeRows", "fourRows", "fiveRows", "sixRows"
  };

  private TileGenerator() {}

  /** Writes all files into a folder. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    for (Map.Entry<String, String> file : files().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /** The text of each file, by its name. */
  private static Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    files.put("VectorTiles.java", oneStrip());
    files.put("VectorStripTiles.java", strips());
    files.put("VectorArrayTiles.java", arrays());
    files.put("VectorWideTiles.java", wide());
    files.put("VectorBf16Kernel.java", bf16());
    files.put("VectorInt8Kernel.java", int8());
    files.put("VectorQuadTiles.java", quads());
    return files;
  }

  private static String oneStrip() {
    List<String> members = new ArrayList<>();
    for (int rows = 6; rows >= 1; rows--) {
      members.add(new Tile(BY_ROWS[rows], rows, 2, 1, Weights.FP32).text());
    }
    return tiles(
        "VectorTiles",
        """
        Register tiles of the product with weights in fp32: one to six rows times one strip, a strip
        being two vectors of neighbouring outputs. All sums of a tile stay in registers while the inputs
        go by, so a weight is read once for all rows. Six rows have 12 sums, which with two weights and
        one input fit the 16 registers of AVX2; fewer than 6 sums do not hide the latency of a fused
        multiply-add, so one and two rows rather take {@link VectorStripTiles}.
        """,
        "BYTES COUNT FLOATS ORDER STEP_BYTES",
        "java.lang.foreign.MemorySegment jdk.incubator.vector.FloatVector",
        members);
  }

  private static String strips() {
    return tiles(
        "VectorStripTiles",
        """
        Register tiles like {@link VectorTiles} of several strips at a time: for one and two rows, so
        that there are sums enough to hide the latency of a fused multiply-add, and for three to five.
        Those of 12 sums and more need the 32 registers of 512 bits. Four rows take two inputs at a time,
        an even number in all, so that computing where rows lie costs half; {@code
        fourRowsTwoStripsOnward} adds to what y holds.
        """,
        "BYTES COUNT FLOATS ORDER STEP_BYTES",
        "java.lang.foreign.MemorySegment jdk.incubator.vector.FloatVector",
        List.of(
            new Tile("twoRowsFourStrips", 2, 8, 1, Weights.FP32).text(),
            new Tile("fiveRowsTwoStrips", 5, 4, 1, Weights.FP32).text(),
            new Tile("fourRowsTwoStrips", 4, 4, 2, Weights.FP32).text(),
            new Tile("fourRowsTwoStripsOnward", 4, 4, 2, Weights.FP32, true).text(),
            new Tile("threeRowsTwoStrips", 3, 4, 1, Weights.FP32).text(),
            new Tile("twoRowsTwoStrips", 2, 4, 1, Weights.FP32).text(),
            new Tile("oneRowFourStrips", 1, 8, 1, Weights.FP32).text(),
            new Tile("oneRowTwoStrips", 1, 4, 1, Weights.FP32).text()));
  }

  private static String arrays() {
    List<String> members = new ArrayList<>();
    members.add(
        """
          /** The tile for 1…6 rows. */
          static void tile(int rows, VectorArrayProduct p, int inputs, int at0, int x0, int y0) {
            switch (rows) {
              case 6 -> sixRows(p, inputs, at0, x0, y0);
              case 5 -> fiveRows(p, inputs, at0, x0, y0);
              case 4 -> fourRows(p, inputs, at0, x0, y0);
              case 3 -> threeRows(p, inputs, at0, x0, y0);
              case 2 -> twoRows(p, inputs, at0, x0, y0);
              default -> oneRow(p, inputs, at0, x0, y0);
            }
          }
        """);
    for (int rows = 6; rows >= 1; rows--) {
      members.add(new Tile(BY_ROWS[rows], rows, 2, 1, Weights.STEPS).text());
    }
    members.add(new Tile("oneRowFourVectors", 1, 4, 1, Weights.STEPS).text());
    return tiles(
        "VectorArrayTiles",
        """
        Register tiles like {@link VectorTiles}, of weights in a heap array: vectors at input k are read
        at {@code at0 + k · step}, one behind the other. They are methods of their own because one that
        has seen native and heap memory takes 1.4 to 2.4 times as long as one of a single kind.
        """,
        "COUNT FLOATS",
        "jdk.incubator.vector.FloatVector",
        members);
  }

  private static String wide() {
    return tiles(
        "VectorWideTiles",
        """
        Register tiles of four vectors from a heap array, for the 32 registers of 512 bits: a weight is
        read half as often as by {@link VectorArrayTiles}. {@code sixRows} multiplies queries with keys,
        and weights with values; {@code fourRows} takes two strips that were widened side by side. Both
        need an even number of inputs.
        """,
        "COUNT FLOATS PAIR",
        "jdk.incubator.vector.FloatVector",
        List.of(
            new Tile("sixRows", 6, 4, 2, Weights.STEPS).text(),
            new Tile("fourRows", 4, 4, 2, Weights.PAIR).text()));
  }

  private static String bf16() {
    return narrow(
        "VectorBf16Kernel",
        "Weights of bf16: the upper halves of fp32 numbers, so that widening is a shift.\n",
        "COUNT FLOATS INTS ORDER LSHL ZERO_EXTEND_S2I",
        " jdk.incubator.vector.ShortVector",
        """
          private static final VectorSpecies<Short> SHORTS =
              VectorSpecies.of(short.class, VectorShape.forBitSize(COUNT * Short.SIZE));

        """
            + distances("Short", "COUNT"),
        Weights.BF16);
  }

  private static String int8() {
    return narrow(
        "VectorInt8Kernel",
        "Weights of int8: converted, exactly, and multiplied by their scale at the end.\n",
        "COUNT FLOATS ORDER PAIR B2F fromMemorySegment",
        "",
        """
          /** No vector has fewer bytes than eight: with four lanes, one holds both vectors of a strip. */
          private static final VectorSpecies<Byte> BYTES =
              VectorSpecies.of(byte.class, VectorShape.forBitSize(Byte.SIZE * Math.max(COUNT, 8)));

          /** Which of its bytes the second vector of a strip is made of. */
          private static final int PART = BYTES.length() / COUNT - 1;

        """
            + distances("Byte", "(PART == 0 ? COUNT : 0)")
            + """

              /** Inputs from which on weights mostly come from memory: fewer streams are faster there. */
              private static final int LONG = 512;

              @Override
              void oneRowOfStrips(VectorProduct product, int first, int end) {
                boolean two = VectorLanes.WIDE && product.inputs() >= LONG && product.inputs() % 2 == 0;
                int tiles = two ? (end - first) / PAIR : 0;
                VectorProduct p = product.spread(tiles);
                for (int tile = 0; tile < tiles; tile++) {
                  oneRowTwoStrips(p, 0, p.output(first, tile, 2));
                }
                super.oneRowOfStrips(product, first + tiles * PAIR, end);
              }

            """
            + new Tile("oneRowTwoStrips", 1, 4, 2, Weights.INT8).text(),
        Weights.INT8);
  }

  private static String quads() {
    return tiles(
        "VectorQuadTiles",
        """
        Products of one row of whole numbers with weights in quads, exact: eight vectors of outputs at a
        time, four that begin at {@code at0} and four at {@code at1} or {@code apart} panels on, or four.
        Two products fit 16 bits, and so does their sum: a vector of shorts has those of inputs 0 and 1,
        and of 2 and 3.

        <p>For shifts by a constant the compiler takes a register a shift, and sums no longer fit the
        others. So {@code eightByVector} and {@code four} shift by a vector, for processors that can; it
        is four times as slow where the compiler has to make do without.
        """,
        "BYTES COUNT INTS ORDER LSHL ASHR",
        "dev.deed.tensor.matrix.QuadPanels java.lang.foreign.MemorySegment"
            + " jdk.incubator.vector.IntVector jdk.incubator.vector.ShortVector",
        QuadTiles.members());
  }

  private static String distances(String type, String half) {
    return """
      /** From the weights of an output for one input to those for the next. */
      private static final long STEP_BYTES = (long) Panels.WIDTH * %1$s.BYTES;

      /** From the first vector of a strip to the second. */
      private static final long HALF = (long) %2$s * %1$s.BYTES;
    """
        .formatted(type, half);
  }

  private static String narrow(
      String name, String doc, String constants, String vector, String fields, Weights weights) {
    String widen =
        """
          @Override
          void widen(VectorProduct p, int output, float[] target, int offset, int stride) {
            MemorySegment w = p.memory();
            long at0 = p.at(output);
            int inputs = p.inputs();
            for (int k = 0; k < inputs; k++) {
              long step = k * STEP_BYTES;
              FloatVector wa%s
              FloatVector wb%s
              wa.intoArray(target, offset + k * stride);
              wb.intoArray(target, offset + k * stride + COUNT);
            }
          }
        """
            .formatted(weights.load(0, 0), weights.load(1, 0));
    return type(
        "public final class " + name + " extends VectorNarrowKernel",
        doc,
        constants,
        "dev.deed.tensor.matrix.Panels java.lang.foreign.MemorySegment"
            + " jdk.incubator.vector.FloatVector jdk.incubator.vector.VectorShape"
            + " jdk.incubator.vector.VectorSpecies"
            + vector,
        List.of(
            fields,
            new Tile("oneRow", 1, 2, 1, weights).text(),
            new Tile("oneRowFourStrips", 1, 8, 1, weights).text(),
            new Tile("twoRowsTwoStrips", 2, 4, 1, weights).text(),
            new Tile("threeRowsTwoStrips", 3, 4, 1, weights).text(),
            new Tile("fourRowsTwoStrips", 4, 4, 1, weights).text(),
            new Tile("fourRows", 4, 2, 1, weights).text(),
            widen));
  }

  private static String tiles(
      String name, String doc, String constants, String types, List<String> members) {
    List<String> all = new ArrayList<>(List.of("  private " + name + "() {}\n"));
    all.addAll(members);
    return type("final class " + name, doc, constants, types, all);
  }

  private static String type(
      String declaration, String doc, String constants, String types, List<String> members) {
    List<String> lines = new ArrayList<>(List.of("package dev.deed.tensor.kernel;", ""));
    Stream.of(constants.split(" "))
        .map(
            constant ->
                constant.matches("LSHL|ASHR|.*2.*")
                    ? "jdk.incubator.vector.VectorOperators." + constant
                    : constant.startsWith("from")
                        ? "jdk.incubator.vector.ByteVector." + constant
                        : "dev.deed.tensor.kernel.VectorLanes." + constant)
        .sorted()
        .forEach(constant -> lines.add("import static " + constant + ";"));
    lines.add("");
    Stream.of(types.split(" ")).sorted().forEach(type -> lines.add("import " + type + ";"));
    lines.addAll(List.of("", "/**"));
    doc.lines().forEach(line -> lines.add((" * " + line).stripTrailing()));
    lines.add(" *");
    lines.add(" * <p>Generated by {@code TileGenerator} in {@code core/src/generate}.");
    lines.addAll(List.of(" */", declaration + " {"));
    return String.join("\n", lines) + "\n" + String.join("\n", members) + "}\n";
  }
}
