package dev.deed.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.Loader;

/**
 * The functions of oneDNN's C interface that a product takes, by their own names. The library comes
 * from the jar {@code org.bytedeco:dnnl}; it is called through {@link java.lang.foreign}, since
 * that jar's own bindings count all memory of the process against the Java heap's limit.
 */
final class OneDnn {
  private static final String FOLDER = "/org/bytedeco/dnnl/linux-x86_64/";
  private static final int SUCCESS = 0;

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup library;
  private final SymbolLookup threads;
  private final Map<String, MethodHandle> handles = new ConcurrentHashMap<>();

  private OneDnn(SymbolLookup library, SymbolLookup threads) {
    this.library = library;
    this.threads = threads;
  }

  /**
   * Unpacks and loads it, for as long as the process lives.
   *
   * @throws OneDnnException when this is no Linux on x86-64, or its cache folder cannot be written
   */
  static OneDnn load() {
    try {
      // It looks for the thread library beside itself.
      File threads = unpacked("libgomp.so.1");
      File library = unpacked("libdnnl.so.3");
      return new OneDnn(
          SymbolLookup.libraryLookup(library.toPath(), Arena.global()),
          SymbolLookup.libraryLookup(threads.toPath(), Arena.global()));
    } catch (IOException | IllegalArgumentException | UnsatisfiedLinkError e) {
      throw new OneDnnException("oneDNN cannot be loaded: " + e.getMessage(), e);
    }
  }

  private static File unpacked(String name) throws IOException {
    File file = Loader.cacheResource(OneDnn.class, FOLDER + name);
    if (file == null) {
      throw new IOException(name + " is not on the class path");
    }
    return file;
  }

  /** From now on the calling thread works alone when it calls oneDNN. */
  void workAlone() {
    MethodHandle set =
        handles.computeIfAbsent(
            "omp_set_num_threads",
            name -> handle(threads, name, FunctionDescriptor.ofVoid(JAVA_INT)));
    try {
      set.invokeExact(1);
    } catch (Throwable e) {
      throw new OneDnnException("omp_set_num_threads failed", e);
    }
  }

  /**
   * Calls a function that returns a status.
   *
   * @param arguments memory (pointers), {@code Integer} or {@code Long}, as the function wants them
   * @throws OneDnnException when the status is not success
   */
  void call(String name, Object... arguments) {
    int status = (int) invoke(name, JAVA_INT, arguments);
    if (status != SUCCESS) {
      throw new OneDnnException(name + " returned status " + status);
    }
  }

  /** Calls a function that writes a pointer to its first argument, and returns the pointer. */
  MemorySegment create(String name, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(ADDRESS);
      Object[] all = new Object[arguments.length + 1];
      all[0] = target;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      call(name, all);
      return target.get(ADDRESS, 0);
    }
  }

  /** {@code dnnl_primitive_desc_query_md}: a description that belongs to the primitive's. */
  MemorySegment description(MemorySegment primitiveDescription, int what) {
    return (MemorySegment)
        invoke("dnnl_primitive_desc_query_md", ADDRESS, primitiveDescription, what, 0);
  }

  /** {@code dnnl_memory_desc_get_size}, in bytes. */
  long size(MemorySegment memoryDescription) {
    return (long) invoke("dnnl_memory_desc_get_size", JAVA_LONG, memoryDescription);
  }

  private Object invoke(String name, MemoryLayout result, Object... arguments) {
    MethodHandle function =
        handles.computeIfAbsent(
            name,
            absent -> {
              MemoryLayout[] layouts = new MemoryLayout[arguments.length];
              for (int i = 0; i < arguments.length; i++) {
                layouts[i] =
                    switch (arguments[i]) {
                      case Integer _ -> JAVA_INT;
                      case Long _ -> JAVA_LONG;
                      default -> ADDRESS;
                    };
              }
              return handle(library, absent, FunctionDescriptor.of(result, layouts));
            });
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new OneDnnException(name + " failed", e);
    }
  }

  private MethodHandle handle(SymbolLookup symbols, String name, FunctionDescriptor types) {
    MemorySegment address =
        symbols.find(name).orElseThrow(() -> new OneDnnException("oneDNN has no function " + name));
    return linker.downcallHandle(address, types);
  }
}
