package dev.deed.tensor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The engine for products of int8 that this JVM found, and memory to talk to it. */
record EngineChoice(Int8Engine engine, ScratchMemory scratch) {
  /** Looked for when it is first needed: native code takes a while to load. */
  private static final class Active {
    static final @Nullable EngineChoice FOUND = find(System.getLogger("dev.deed.tensor"));
  }

  /** What this JVM uses; null for none. */
  static @Nullable EngineChoice active() {
    return Active.FOUND;
  }

  private static @Nullable EngineChoice find(Logger log) {
    for (Int8Engine engine :
        ServiceLoader.load(Int8Engine.class, Int8Engine.class.getClassLoader())) {
      if (engine.usable()) {
        log.log(Level.DEBUG, "products of int8 by {0}", engine.name());
        return new EngineChoice(engine, new ScratchMemory());
      }
      log.log(Level.WARNING, "w8a8 without {0}, which cannot run here", engine.name());
    }
    return null;
  }
}
