package dev.deed.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.deed.tensor.Int8Product;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A matrix in the layout that oneDNN prefers for blocks of rows, and a primitive for each number of
 * rows that it was multiplied with. Native memory is freed when this is garbage collected.
 */
final class OneDnnProduct implements Int8Product {
  private static final int INT32 = 4;
  private static final int INT8 = 5;
  private static final int ANY_LAYOUT = 1;
  private static final int ROW_MAJOR = 3;
  private static final int COLUMN_MAJOR = 14;
  private static final int USER_SCRATCHPAD = 1;
  private static final int IN_ORDER = 1;

  private static final int SOURCE = 1;
  private static final int DESTINATION = 17;
  private static final int WEIGHTS = 33;
  private static final int SCRATCHPAD = 80;

  private static final int QUERY_WEIGHTS = 131;
  private static final int QUERY_SCRATCHPAD = 136;

  /** The layout is the one preferred for so many rows. */
  private static final int TYPICAL_ROWS = 64;

  private static final long ALIGNMENT = 64;

  /** {@code dnnl_exec_arg_t}: which argument, and its memory. */
  private static final MemoryLayout ARGUMENT =
      MemoryLayout.structLayout(JAVA_INT, MemoryLayout.paddingLayout(4), ADDRESS);

  private final OneDnn library;
  private final MemorySegment engine;
  private final int outputs;
  private final int inputs;

  /** Holds the weights and whatever oneDNN made for them. */
  private final Arena arena = Arena.ofAuto();

  private final MemorySegment layout;
  private final MemorySegment weights;
  private final Map<Integer, Primitive> primitives = new ConcurrentHashMap<>();

  /** A compiled product with its descriptions of memory. */
  private record Primitive(
      MemorySegment primitive,
      MemorySegment source,
      MemorySegment destination,
      MemorySegment scratchpad,
      long scratchpadBytes) {}

  OneDnnProduct(
      OneDnn library, MemorySegment engine, MemorySegment rowMajor, int outputs, int inputs) {
    this.library = library;
    this.engine = engine;
    this.outputs = outputs;
    this.inputs = inputs;
    library.workAlone();
    MemorySegment any = matrix(inputs, outputs, INT8, ANY_LAYOUT);
    MemorySegment description = description(TYPICAL_ROWS, any);
    this.layout = library.description(description, QUERY_WEIGHTS);
    MemorySegment packed = arena.allocate(library.size(layout), ALIGNMENT);
    this.weights = own(library.create("dnnl_memory_create", layout, engine, packed), "memory");
    // W [outputs, inputs] row by row is [inputs, outputs] column by column.
    MemorySegment given = matrix(inputs, outputs, INT8, COLUMN_MAJOR);
    reorder(given, rowMajor);
  }

  private void reorder(MemorySegment given, MemorySegment rowMajor) {
    MemorySegment description =
        library.create(
            "dnnl_reorder_primitive_desc_create",
            given,
            engine,
            layout,
            engine,
            MemorySegment.NULL);
    MemorySegment primitive = library.create("dnnl_primitive_create", description);
    MemorySegment source = library.create("dnnl_memory_create", given, engine, rowMajor);
    try {
      execute(primitive, Map.of(SOURCE, source, DESTINATION, weights));
    } finally {
      library.call("dnnl_memory_destroy", source);
      library.call("dnnl_primitive_destroy", primitive);
      library.call("dnnl_primitive_desc_destroy", description);
    }
  }

  @Override
  public void multiply(MemorySegment x, int rows, MemorySegment sums) {
    library.workAlone();
    Primitive product = primitives.computeIfAbsent(rows, this::primitive);
    try (Arena call = Arena.ofConfined()) {
      MemorySegment scratchpad = call.allocate(product.scratchpadBytes, ALIGNMENT);
      MemorySegment source = memory(product.source, x);
      MemorySegment destination = memory(product.destination, sums);
      MemorySegment scratch = memory(product.scratchpad, scratchpad);
      try {
        execute(
            product.primitive,
            Map.of(
                SOURCE, source, WEIGHTS, weights, DESTINATION, destination, SCRATCHPAD, scratch));
      } finally {
        library.call("dnnl_memory_destroy", source);
        library.call("dnnl_memory_destroy", destination);
        library.call("dnnl_memory_destroy", scratch);
      }
    }
  }

  private Primitive primitive(int rows) {
    MemorySegment description = description(rows, layout);
    MemorySegment scratchpad = library.description(description, QUERY_SCRATCHPAD);
    return new Primitive(
        own(library.create("dnnl_primitive_create", description), "primitive"),
        matrix(rows, inputs, INT8, ROW_MAJOR),
        matrix(rows, outputs, INT32, ROW_MAJOR),
        scratchpad,
        library.size(scratchpad));
  }

  /** Of the product of so many rows with weights in a layout. */
  private MemorySegment description(int rows, MemorySegment weightLayout) {
    MemorySegment attributes = library.create("dnnl_primitive_attr_create");
    try {
      library.call("dnnl_primitive_attr_set_scratchpad_mode", attributes, USER_SCRATCHPAD);
      return own(
          library.create(
              "dnnl_matmul_primitive_desc_create",
              engine,
              matrix(rows, inputs, INT8, ROW_MAJOR),
              weightLayout,
              MemorySegment.NULL,
              matrix(rows, outputs, INT32, ROW_MAJOR),
              attributes),
          "primitive_desc");
    } finally {
      library.call("dnnl_primitive_attr_destroy", attributes);
    }
  }

  /** A description of a matrix. */
  private MemorySegment matrix(long rows, long columns, int type, int matrixLayout) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment sizes = call.allocateFrom(JAVA_LONG, rows, columns);
      return own(
          library.create("dnnl_memory_desc_create_with_tag", 2, sizes, type, matrixLayout),
          "memory_desc");
    }
  }

  private MemorySegment memory(MemorySegment description, MemorySegment bytes) {
    return library.create("dnnl_memory_create", description, engine, bytes);
  }

  /** Destroys an object together with the arena. */
  private MemorySegment own(MemorySegment object, String kind) {
    OneDnn functions = library;
    return object.reinterpret(arena, unused -> functions.call("dnnl_" + kind + "_destroy", object));
  }

  private void execute(MemorySegment primitive, Map<Integer, MemorySegment> arguments) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment list = call.allocate(ARGUMENT, arguments.size());
      long at = 0;
      for (Map.Entry<Integer, MemorySegment> argument : arguments.entrySet()) {
        list.set(JAVA_INT, at, argument.getKey());
        list.set(ADDRESS, at + ADDRESS.byteSize(), argument.getValue());
        at += ARGUMENT.byteSize();
      }
      MemorySegment stream = library.create("dnnl_stream_create", engine, IN_ORDER);
      try {
        library.call("dnnl_primitive_execute", primitive, stream, arguments.size(), list);
        library.call("dnnl_stream_wait", stream);
      } finally {
        library.call("dnnl_stream_destroy", stream);
      }
    }
  }
}
