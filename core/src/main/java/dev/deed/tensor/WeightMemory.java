package dev.deed.tensor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the matrices of a model, one behind the other in large pages (2 MB) where the system
 * gives them: of pages of 4 kB a processor remembers too few, so that each one of a model takes it
 * a walk through tables in memory besides. A token of T5-base in fp32 took 1.3 times as long in
 * small pages while other guests kept the host busy, 1.01 times on a quiet one
 * (lab/results/speed.md, "Memory and garbage").
 *
 * <p>Needs Linux and {@code --enable-native-access}; without, memory is that of {@link
 * Arena#ofAuto}. Safe for use from many threads.
 */
public final class WeightMemory implements Arena {
  /** Bytes that are asked for at a time; what is not used of them takes no memory. */
  private static final long CHUNK = 32 * LargePages.SIZE;

  private static final @Nullable LargePages SYSTEM = LargePages.ofSystem();

  private final Arena arena;
  private final @Nullable LargePages pages;
  private MemorySegment free = MemorySegment.NULL;

  /** Given back by the garbage collector, some time after no matrix in it is reachable. */
  public WeightMemory() {
    this(SYSTEM);
  }

  WeightMemory(@Nullable LargePages pages) {
    this(Arena.ofAuto(), pages);
  }

  private WeightMemory(Arena arena, @Nullable LargePages pages) {
    this.arena = arena;
    this.pages = pages;
  }

  /**
   * Given back at once when it is closed. Whoever closes it sees to it that nobody works with a
   * matrix in it: a product fails then.
   */
  public static WeightMemory closeable() {
    return closeable(SYSTEM);
  }

  @SuppressWarnings("MustBeClosedChecker") // closed with what is returned
  static WeightMemory closeable(@Nullable LargePages pages) {
    return new WeightMemory(Arena.ofShared(), pages);
  }

  /**
   * Zeros.
   *
   * @throws OutOfMemoryError when there is no room
   * @throws IllegalStateException when it is closed
   */
  @Override
  public MemorySegment allocate(long bytes, long alignment) {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("the model is closed");
    }
    MemorySegment memory = pages == null ? null : slice(pages, bytes, alignment);
    return memory == null ? arena.allocate(bytes, alignment) : memory;
  }

  private synchronized @Nullable MemorySegment slice(
      LargePages system, long bytes, long alignment) {
    long start = -free.address() & alignment - 1;
    if (free.byteSize() - start < bytes) {
      long whole = Math.addExact(bytes, LargePages.SIZE - 1) & -LargePages.SIZE;
      MemorySegment mapped = system.map(Math.max(whole, CHUNK), arena);
      if (mapped == null) {
        return null;
      }
      if (mapped.byteSize() - bytes < free.byteSize()) {
        return mapped.asSlice(0, bytes);
      }
      free = mapped;
      start = 0;
    }
    MemorySegment memory = free.asSlice(start, bytes);
    free = free.asSlice(start + bytes);
    return memory;
  }

  @Override
  public MemorySegment.Scope scope() {
    return arena.scope();
  }

  /**
   * @throws UnsupportedOperationException when the garbage collector gives it back
   * @throws IllegalStateException when it is closed already, or native code works with it
   */
  @Override
  public void close() {
    arena.close();
  }

  /**
   * Memory from the system for which it was asked to use large pages: the C library's {@code mmap}
   * and {@code madvise}, as Linux has them. Java itself gives large pages to the heap alone. Safe
   * for use from many threads.
   */
  record LargePages(MethodHandle map, MethodHandle advise, MethodHandle unmap) {
    /** Bytes of a large page, and what memory from here is aligned to. */
    static final long SIZE = 2L << 20;

    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int USE_LARGE_PAGES = 14;
    private static final long FAILED = -1;
    private static final int NO_FILE = -1;

    /**
     * Null where this is no Linux, or native access is not enabled for this module: asking all the
     * same would make the JVM warn on stderr.
     */
    static @Nullable LargePages ofSystem() {
      if (!"Linux".equals(System.getProperty("os.name"))
          || !LargePages.class.getModule().isNativeAccessEnabled()) {
        return null;
      }
      Optional<MethodHandle> map =
          function(
              "mmap",
              FunctionDescriptor.of(
                  JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
      Optional<MethodHandle> advise =
          function("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
      Optional<MethodHandle> unmap =
          function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
      return map.isPresent() && advise.isPresent() && unmap.isPresent()
          ? new LargePages(map.get(), advise.get(), unmap.get())
          : null;
    }

    private static Optional<MethodHandle> function(String name, FunctionDescriptor descriptor) {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find(name)
          .map(address -> linker.downcallHandle(address, descriptor));
    }

    /**
     * Zeros, of which a page takes memory once it is written to. Given back to the system with the
     * arena.
     *
     * @param bytes a multiple of {@link #SIZE}
     * @param arena for all threads
     * @return null when the system has no room for it
     */
    @Nullable MemorySegment map(long bytes, Arena arena) {
      // One page more, so that whole ones can begin where one may begin.
      long room = Math.addExact(bytes, SIZE);
      try {
        long address =
            (long)
                map.invokeExact(
                    MemorySegment.NULL, room, READ_WRITE, PRIVATE_ANONYMOUS, NO_FILE, 0L);
        if (address == FAILED) {
          return null;
        }
        MemorySegment mapped =
            MemorySegment.ofAddress(address).reinterpret(room, arena, this::release);
        MemorySegment pages = mapped.asSlice(-address & SIZE - 1, bytes);
        // Where the system has no large pages to give it says so, and small ones do.
        int _ = (int) advise.invokeExact(pages, bytes, USE_LARGE_PAGES);
        return pages;
      } catch (Throwable e) {
        throw new IllegalStateException("mmap and madvise are not what Linux has", e);
      }
    }

    private void release(MemorySegment mapped) {
      try {
        int _ = (int) unmap.invokeExact(mapped, mapped.byteSize());
      } catch (Throwable e) {
        throw new IllegalStateException("munmap is not what Linux has", e);
      }
    }
  }
}
