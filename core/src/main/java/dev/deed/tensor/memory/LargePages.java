package dev.deed.tensor.memory;

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
 * Memory from the system for which it was asked to use large pages: the C library's {@code mmap}
 * and {@code madvise}, as Linux has them. Java itself gives large pages to the heap alone. Safe for
 * use from many threads.
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
              map.invokeExact(MemorySegment.NULL, room, READ_WRITE, PRIVATE_ANONYMOUS, NO_FILE, 0L);
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
