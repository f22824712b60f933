package dev.deed.tensor.matrix;

import dev.deed.tensor.ScratchMemory;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The engine for int8 products that this JVM found, and memory to talk to it. Thread-safe. */
public final class EngineChoice {
  private static final Logger LOG = System.getLogger("dev.deed.tensor");

  private final Int8Engine engine;

  private final ScratchMemory scratch = new ScratchMemory();

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

  /** To talk to the engine. */
  ScratchMemory scratch() {
    return scratch;
  }

  /** Whether the engine computes products of this many rows. */
  boolean takes(int rows) {
    return rows >= engine.leastRows() && !failed;
  }

  /** From now on everything is computed without it. */
  void leaveOut(EngineException reason) {
    failed = true;
    LOG.log(Level.WARNING, "w8a8 without {0}: {1}", engine.name(), reason.getMessage());
  }
}
