package dev.deed.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.deed.files.NativeFolder;
import dev.deed.tensor.matrix.EngineException;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * The functions of oneDNN's C interface that a product takes, by their own names. The library comes
 * from the jar {@code org.bytedeco:dnnl}; it is called through {@link java.lang.foreign}, since
 * that jar's own bindings count all memory of the process against the Java heap's limit.
 */
final class OneDnn {
  private static final String FOLDER = "/org/bytedeco/dnnl/linux-x86_64/";

  private static final int SUCCESS = 0;
  private static final int QUERY_CODE = 8;

  private static final String SET_DATA = "dnnl_memory_set_data_handle";
  private static final String EXECUTE = "dnnl_primitive_execute";
  private static final String AWAIT = "dnnl_stream_wait";

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup library;
  private final Map<String, MethodHandle> handles = new ConcurrentHashMap<>();
  private final MethodHandle setThreads;

  // What every product calls is called exactly: what other calls take in Java shows there.
  private final MethodHandle setData;
  private final MethodHandle execute;
  private final MethodHandle await;

  private OneDnn(SymbolLookup library) {
    this.library = library;
    // Found among what the library depends on: the thread library that it really uses.
    this.setThreads = handle("omp_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT));
    this.setData = handle(SET_DATA, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    this.execute =
        handle(EXECUTE, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS));
    this.await = handle(AWAIT, FunctionDescriptor.of(JAVA_INT, ADDRESS));
  }

  /**
   * Loads it, unpacked where no installation has it, for as long as the process lives.
   *
   * @throws EngineException when this is no Linux on x86-64, or its cache folder cannot be written
   */
  static OneDnn load() {
    String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    if (!system.equals("Linux on amd64")) {
      throw new EngineException("oneDNN is packed for Linux on amd64, this is " + system);
    }
    try {
      // It looks for the thread library beside itself.
      file("libgomp.so.1");
      return new OneDnn(SymbolLookup.libraryLookup(file("libdnnl.so.3"), Arena.global()));
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new EngineException("oneDNN cannot be loaded: " + e.getMessage(), e);
    }
  }

  static Path file(String name) throws IOException {
    String installed = System.getProperty(NativeFolder.INSTALLED);
    if (installed != null && Files.exists(Path.of(installed, name))) {
      return Path.of(installed, name);
    }
    Path cache = Loader.getCacheDir().toPath();
    NativeFolder.requireOwn(cache, cache, NativeFolder.MOVE_JAVACPP);
    File unpacked = Loader.cacheResource(OneDnn.class, FOLDER + name);
    if (unpacked == null) {
      throw new IOException(name + " is not on the class path");
    }
    return unpacked.toPath();
  }

  /** From now on the calling thread works alone in whatever uses OpenMP: pools are ours. */
  void workAlone() {
    try {
      setThreads.invokeExact(1);
    } catch (Throwable e) {
      throw failure("omp_set_num_threads", e);
    }
  }

  /** {@code dnnl_memory_set_data_handle}: where a memory object's values lie. */
  void setData(MemorySegment memory, MemorySegment data) {
    try {
      requireSuccess(SET_DATA, (int) setData.invokeExact(memory, data));
    } catch (Throwable e) {
      throw failure(SET_DATA, e);
    }
  }

  /**
   * {@code dnnl_primitive_execute}, and waits for its end.
   *
   * @param arguments so many structures {@code dnnl_exec_arg_t}
   */
  void execute(MemorySegment primitive, MemorySegment stream, int count, MemorySegment arguments) {
    try {
      requireSuccess(EXECUTE, (int) execute.invokeExact(primitive, stream, count, arguments));
      requireSuccess(AWAIT, (int) await.invokeExact(stream));
    } catch (Throwable e) {
      throw failure(EXECUTE, e);
    }
  }

  /**
   * Calls a function that returns a status.
   *
   * @param arguments memory (pointers), {@code Integer} or {@code Long}, as the function wants them
   * @throws EngineException when the status is not success
   */
  void call(String name, Object... arguments) {
    requireSuccess(name, (int) invoke(name, JAVA_INT, arguments));
  }

  private static void requireSuccess(String name, int status) {
    if (status != SUCCESS) {
      throw new EngineException(name + " returned status " + status);
    }
  }

  private static EngineException failure(String name, Throwable cause) {
    return cause instanceof EngineException own
        ? own
        : new EngineException(name + " failed", cause);
  }

  /** Calls a function that writes a pointer to its first argument, and returns the pointer. */
  MemorySegment create(String name, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(ADDRESS);
      call(name, Stream.concat(Stream.of(target), Arrays.stream(arguments)).toArray());
      return target.get(ADDRESS, 0);
    }
  }

  /**
   * The same, of an object that is destroyed together with an arena, in any order: oneDNN's objects
   * share what they have in common, and memory that was handed in stays the caller's.
   *
   * @param kind its name between {@code dnnl_} and {@code _destroy}
   */
  MemorySegment create(Arena owner, String kind, String name, Object... arguments) {
    MemorySegment object = create(name, arguments);
    return object.reinterpret(owner, unused -> call("dnnl_" + kind + "_destroy", object));
  }

  /** {@code dnnl_primitive_desc_query_md}: a description that belongs to the primitive's. */
  MemorySegment description(MemorySegment primitiveDescription, int what) {
    return (MemorySegment)
        invoke("dnnl_primitive_desc_query_md", ADDRESS, primitiveDescription, what, 0);
  }

  /** {@code dnnl_query_impl_info_str}: the name of the code that a description means. */
  String code(MemorySegment primitiveDescription) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ADDRESS);
      call("dnnl_primitive_desc_query", primitiveDescription, QUERY_CODE, 0, text);
      return text.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0);
    }
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
              return handle(absent, FunctionDescriptor.of(result, layouts));
            });
    try {
      return function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw failure(name, e);
    }
  }

  private MethodHandle handle(String name, FunctionDescriptor types) {
    MemorySegment address =
        library.find(name).orElseThrow(() -> new EngineException("oneDNN has no function " + name));
    return linker.downcallHandle(address, types);
  }
}
