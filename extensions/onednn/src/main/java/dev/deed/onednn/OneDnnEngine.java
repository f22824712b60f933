package dev.deed.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.deed.tensor.matrix.EngineException;
import dev.deed.tensor.matrix.Int8Engine;
import dev.deed.tensor.matrix.Int8Product;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** oneDNN's matrix products of int8, which use the processor's byte products. */
public final class OneDnnEngine implements Int8Engine {
  private static final int CPU = 1;
  private static final int LEAST_ROWS = 2;

  /** Numbers of rows, and inputs, of the trial products. */
  private static final int[] TRIAL_ROWS = {LEAST_ROWS, 16, 64};

  private static final int TRIAL_INPUTS = 256;
  private static final int TRIAL_OUTPUTS = 64;

  private static final String NO_BYTE_PRODUCTS = "this processor has no exact byte products (VNNI)";

  /** What Linux calls them among the processor's flags. */
  private static final Pattern FLAGS = Pattern.compile("\\bavx(512)?_vnni\\b");

  private @Nullable OneDnn library;
  private MemorySegment engine = MemorySegment.NULL;

  /** For {@link java.util.ServiceLoader}. */
  public OneDnnEngine() {}

  @Override
  public String name() {
    return "oneDNN";
  }

  @Override
  public synchronized @Nullable String obstacle() {
    if (library != null) {
      return null;
    }
    if (!mayHaveByteProducts()) {
      // The library would take 45 MB of memory to say so.
      return NO_BYTE_PRODUCTS;
    }
    try {
      OneDnn loaded = OneDnn.load();
      engine = create(loaded);
      if (!addsExactly(loaded, engine)) {
        return NO_BYTE_PRODUCTS;
      }
      library = loaded;
      return null;
    } catch (EngineException e) {
      return e.getMessage();
    }
  }

  /** Whether Linux names them; true where it does not say. */
  private static boolean mayHaveByteProducts() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(flags -> FLAGS.matcher(flags).find())
          .orElse(true);
    } catch (IOException | UncheckedIOException e) {
      return true;
    }
  }

  static MemorySegment create(OneDnn library) {
    return library.create("dnnl_engine_create", CPU, 0L);
  }

  /**
   * Whether it has fast code for our layout, and that adds exactly: without VNNI, oneDNN adds pairs
   * of products in 16 bits, where large ones are cut off.
   */
  private static boolean addsExactly(OneDnn library, MemorySegment engine) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weights = arena.allocate((long) TRIAL_OUTPUTS * TRIAL_INPUTS, 64);
      for (long at = 0; at < weights.byteSize(); at++) {
        weights.set(ValueLayout.JAVA_BYTE, at, (byte) (at / 4 % 2 == 0 ? 127 : -127));
      }
      OneDnnProduct product =
          new OneDnnProduct(library, engine, weights, TRIAL_OUTPUTS, TRIAL_INPUTS, arena);
      for (int rows : TRIAL_ROWS) {
        if (!product.code(rows).startsWith(OneDnnProduct.FAST)) {
          return false;
        }
        MemorySegment x = arena.allocate((long) rows * TRIAL_INPUTS, 64);
        MemorySegment sums = arena.allocate((long) rows * TRIAL_OUTPUTS * Integer.BYTES, 64);
        for (int r = 0; r < rows; r++) {
          x.asSlice((long) r * TRIAL_INPUTS, TRIAL_INPUTS).fill((byte) (r % 2 == 0 ? 255 : 1));
        }
        product.multiply(x, rows, sums);
        for (int i = 0; i < rows * TRIAL_OUTPUTS; i++) {
          int input = i / TRIAL_OUTPUTS % 2 == 0 ? 255 : 1;
          int weight = i % 2 == 0 ? 127 : -127;
          if (sums.getAtIndex(ValueLayout.JAVA_INT, i) != TRIAL_INPUTS * input * weight) {
            return false;
          }
        }
      }
      return true;
    }
  }

  @Override
  public int leastRows() {
    return LEAST_ROWS;
  }

  @Override
  public Int8Product product(MemorySegment panels, int outputs, int inputs, Arena memory) {
    String obstacle = obstacle();
    if (obstacle != null) {
      throw new EngineException(obstacle);
    }
    return new OneDnnProduct(
        Objects.requireNonNull(library), engine, panels, outputs, inputs, memory);
  }

  /**
   * A matrix whose weights oneDNN reads where they lie, and a primitive for each number of rows
   * that it was multiplied with. Native memory is freed when this is garbage collected.
   */
  static final class OneDnnProduct implements Int8Product {
    /** How the names begin of oneDNN's code that is worth calling. */
    static final String FAST = "brg";

    /** oneDNN's numbers for types: bytes without a sign and with one, 32-bit sums. */
    private static final int UNSIGNED_BYTES = 6;

    private static final int SIGNED_BYTES = 5;
    private static final int SUMS = 4;

    /** And for layouts; that of weights is {@code BA16a64b4a}. */
    private static final int ROW_MAJOR = 3;

    private static final int PANELS = 388;

    private static final int USER_SCRATCHPAD = 1;
    private static final int IN_ORDER = 1;

    private static final int SOURCE = 1;
    private static final int DESTINATION = 17;
    private static final int WEIGHTS = 33;
    private static final int SCRATCHPAD = 80;

    /** Of a product: the four above. */
    private static final int ARGUMENTS = 4;

    private static final int QUERY_SCRATCHPAD = 136;

    private static final long ALIGNMENT = 64;

    /** {@code dnnl_exec_arg_t}: which argument, and its memory. */
    private static final MemoryLayout ARGUMENT =
        MemoryLayout.structLayout(JAVA_INT, MemoryLayout.paddingLayout(4), ADDRESS);

    private final OneDnn library;
    private final MemorySegment engine;
    private final int outputs;
    private final int inputs;

    /**
     * The memory of the weights, with whatever oneDNN made for them. A call that is handed
     * something of it keeps it from being closed.
     */
    private final Arena arena;

    private final MemorySegment layout;

    /** The weights, and oneDNN's handle of them, which does not keep them reachable. */
    private final MemorySegment panels;

    private final MemorySegment weights;
    private final Map<Integer, Primitive> primitives = new ConcurrentHashMap<>();

    /**
     * A compiled product, what describes its memory, and what it takes to execute it: as many as
     * were ever executed at once, since making one takes longer than a small product.
     */
    private record Primitive(
        MemorySegment primitive,
        MemorySegment source,
        MemorySegment destination,
        MemorySegment scratchpad,
        ConcurrentLinkedDeque<Execution> idle) {}

    /** What one thread at a time executes a product with. */
    private record Execution(
        MemorySegment source,
        MemorySegment destination,
        MemorySegment stream,
        MemorySegment arguments) {}

    /**
     * @param panels weights, not copied
     */
    OneDnnProduct(
        OneDnn library,
        MemorySegment engine,
        MemorySegment panels,
        int outputs,
        int inputs,
        Arena memory) {
      this.library = library;
      this.arena = memory;
      this.engine = engine;
      this.outputs = outputs;
      this.inputs = inputs;
      this.panels = panels;
      library.workAlone();
      this.layout = matrix(arena, inputs, outputs, SIGNED_BYTES, PANELS);
      if (library.size(layout) != panels.byteSize()) {
        throw new EngineException(
            "oneDNN wants %d bytes of weights where there are %d"
                .formatted(library.size(layout), panels.byteSize()));
      }
      this.weights = memory(layout, panels);
    }

    /** oneDNN's name for the code that multiplies this many rows. */
    String code(int rows) {
      return library.code(description(rows));
    }

    @Override
    public void multiply(MemorySegment x, int rows, MemorySegment sums) {
      library.workAlone();
      Primitive product = primitives.computeIfAbsent(rows, this::primitive);
      Execution execution = product.idle.pollFirst();
      if (execution == null) {
        execution = execution(product);
      }
      library.setData(execution.source, x);
      library.setData(execution.destination, sums);
      library.execute(product.primitive, execution.stream, ARGUMENTS, execution.arguments);
      product.idle.addFirst(execution);
      // What is executed knows addresses alone.
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(sums);
      Reference.reachabilityFence(panels);
      Reference.reachabilityFence(this);
    }

    private Execution execution(Primitive product) {
      MemorySegment source = memory(product.source, MemorySegment.NULL);
      MemorySegment destination = memory(product.destination, MemorySegment.NULL);
      MemorySegment scratchpad =
          arena.allocate(Math.max(1, library.size(product.scratchpad)), ALIGNMENT);
      return new Execution(
          source,
          destination,
          library.create(arena, "stream", "dnnl_stream_create", engine, IN_ORDER),
          arguments(
              Map.of(
                  SOURCE,
                  source,
                  WEIGHTS,
                  weights,
                  DESTINATION,
                  destination,
                  SCRATCHPAD,
                  memory(product.scratchpad, scratchpad))));
    }

    private Primitive primitive(int rows) {
      MemorySegment description = description(rows);
      return new Primitive(
          library.create(arena, "primitive", "dnnl_primitive_create", description),
          matrix(arena, rows, inputs, UNSIGNED_BYTES, ROW_MAJOR),
          matrix(arena, rows, outputs, SUMS, ROW_MAJOR),
          library.description(description, QUERY_SCRATCHPAD),
          new ConcurrentLinkedDeque<>());
    }

    private MemorySegment description(int rows) {
      try (Arena call = Arena.ofConfined()) {
        MemorySegment attributes =
            library.create(call, "primitive_attr", "dnnl_primitive_attr_create");
        library.call("dnnl_primitive_attr_set_scratchpad_mode", attributes, USER_SCRATCHPAD);
        return library.create(
            arena,
            "primitive_desc",
            "dnnl_matmul_primitive_desc_create",
            engine,
            matrix(call, rows, inputs, UNSIGNED_BYTES, ROW_MAJOR),
            layout,
            MemorySegment.NULL,
            matrix(call, rows, outputs, SUMS, ROW_MAJOR),
            attributes);
      }
    }

    private MemorySegment matrix(Arena owner, long rows, long columns, int type, int matrixLayout) {
      try (Arena call = Arena.ofConfined()) {
        MemorySegment sizes = call.allocateFrom(JAVA_LONG, rows, columns);
        return library.create(
            owner, "memory_desc", "dnnl_memory_desc_create_with_tag", 2, sizes, type, matrixLayout);
      }
    }

    private MemorySegment memory(MemorySegment description, MemorySegment bytes) {
      return library.create(arena, "memory", "dnnl_memory_create", description, engine, bytes);
    }

    private MemorySegment arguments(Map<Integer, MemorySegment> arguments) {
      MemorySegment list = arena.allocate(ARGUMENT, arguments.size());
      long at = 0;
      for (Map.Entry<Integer, MemorySegment> argument : arguments.entrySet()) {
        list.set(JAVA_INT, at, argument.getKey());
        list.set(ADDRESS, at + ADDRESS.byteSize(), argument.getValue());
        at += ARGUMENT.byteSize();
      }
      return list;
    }
  }
}
