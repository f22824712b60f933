package dev.deed.onednn;

import dev.deed.tensor.Int8Engine;
import dev.deed.tensor.Int8Product;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** oneDNN's matrix products of int8, which use the processor's byte products where it has them. */
public final class OneDnnEngine implements Int8Engine {
  private static final Logger LOG = System.getLogger("dev.deed.onednn");
  private static final int CPU = 1;
  private static final int LEAST_ROWS = 4;

  private @Nullable OneDnn library;
  private MemorySegment engine = MemorySegment.NULL;

  /** For {@link java.util.ServiceLoader}. */
  public OneDnnEngine() {}

  @Override
  public String name() {
    return "oneDNN";
  }

  @Override
  public synchronized boolean usable() {
    if (library == null) {
      try {
        OneDnn loaded = OneDnn.load();
        engine = loaded.create("dnnl_engine_create", CPU, 0L);
        library = loaded;
      } catch (OneDnnException e) {
        LOG.log(Level.DEBUG, e.getMessage());
        return false;
      }
    }
    return true;
  }

  @Override
  public int leastRows() {
    return LEAST_ROWS;
  }

  @Override
  public Int8Product pack(MemorySegment weights, int outputs, int inputs) {
    if (!usable() || library == null) {
      throw new IllegalStateException("oneDNN cannot be loaded");
    }
    return new OneDnnProduct(library, engine, weights, outputs, inputs);
  }
}
