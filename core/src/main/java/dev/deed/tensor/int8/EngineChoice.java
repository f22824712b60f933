package dev.deed.tensor.int8;

import dev.deed.tensor.packed.Panels;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine for products of int8 that this JVM found, and memory to talk to it. Safe for use from
 * many threads.
 */
public final class EngineChoice {
  private static final Logger LOG = System.getLogger("dev.deed.tensor");

  private final Int8Engine engine;

  /** As many as were ever in use at once, each as large as was ever asked. */
  private final ConcurrentLinkedDeque<MemorySegment> pieces = new ConcurrentLinkedDeque<>();

  /** An engine that failed once is not asked again, by any matrix. */
  private volatile boolean failed;

  EngineChoice(Int8Engine engine) {
    this.engine = engine;
  }

  /** Looks for an engine, which may load native code; null for none. */
  public static @Nullable EngineChoice find() {
    for (Int8Engine engine :
        ServiceLoader.load(Int8Engine.class, Int8Engine.class.getClassLoader())) {
      String obstacle = engine.obstacle();
      if (obstacle == null) {
        LOG.log(Level.DEBUG, "products of int8 by {0}", engine.name());
        return new EngineChoice(engine);
      }
      LOG.log(Level.WARNING, "w8a8 without {0}: {1}", engine.name(), obstacle);
    }
    return null;
  }

  Int8Engine engine() {
    return engine;
  }

  /**
   * Lends at least this many bytes off the heap, with anything in them, for the time of a call:
   * fresh memory would be filled with zeros each time.
   */
  void withScratch(long bytes, Consumer<MemorySegment> use) {
    MemorySegment piece = pieces.pollFirst();
    if (piece == null || piece.byteSize() < bytes) {
      piece = Arena.ofAuto().allocate(bytes, Panels.ALIGNMENT);
    }
    try {
      use.accept(piece);
    } finally {
      pieces.addFirst(piece);
    }
  }

  /** Whether the engine computes products of this many rows. */
  boolean takes(int rows) {
    return rows >= engine.leastRows() && !failed;
  }

  /** From now on everything is computed without it. */
  void leaveOut(Int8EngineException reason) {
    failed = true;
    LOG.log(Level.WARNING, "w8a8 without {0}: {1}", engine.name(), reason.getMessage());
  }
}
