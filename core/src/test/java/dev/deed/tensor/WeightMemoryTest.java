package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightMemoryTest {
  private static final long PIECE = 50_000_000;

  private static WeightMemory.@Nullable LargePages system;

  @BeforeAll
  static void ask() {
    system = WeightMemory.LargePages.ofSystem();
  }

  /** With what the system gives, and without. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void piecesAreZerosThatDoNotOverlap(boolean large) {
    WeightMemory memory = new WeightMemory(large ? system : null);
    List<MemorySegment> pieces = new ArrayList<>();
    for (long bytes : new long[] {1, 64, 100, 5_000_000, 3, 90_000_000, 0, 70_000_000, 4096}) {
      MemorySegment piece = memory.allocate(bytes, 64);
      assertThat(piece.byteSize()).isEqualTo(bytes);
      assertThat(piece.address() % 64).isZero();
      assertThat(piece.isNative() && !piece.isReadOnly()).isTrue();
      for (long at = 0; at < bytes; at += 4097) {
        assertThat(piece.get(ValueLayout.JAVA_BYTE, at)).isZero();
      }
      piece.fill((byte) (pieces.size() + 1));
      pieces.add(piece);
    }
    for (int i = 0; i < pieces.size(); i++) {
      MemorySegment piece = pieces.get(i);
      for (long at = 0; at < piece.byteSize(); at += 4097) {
        assertThat(piece.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) (i + 1));
      }
    }
  }

  @Test
  void smallPiecesLieOneBehindTheOther() {
    assumeThat(system).as("large pages on this system").isNotNull();
    WeightMemory memory = new WeightMemory(system);
    long first = memory.allocate(100, 64).address();
    assertThat(first % WeightMemory.LargePages.SIZE).isZero();
    assertThat(memory.allocate(8, 64).address()).isEqualTo(first + 128);
    // What is larger than the rest of a chunk gets one of its own, and the rest is used on.
    long large = memory.allocate(100_000_000, 64).address();
    assertThat(large % WeightMemory.LargePages.SIZE).isZero();
    assertThat(memory.allocate(8, 64).address()).isEqualTo(first + 192);
  }

  /** Resident memory stays far below what was used in all, and nobody asks for a collection. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsClosedIsGivenBackAtOnce(boolean large) throws IOException {
    assumeThat(system).as("large pages on this system").isNotNull();
    long before = residentBytes();
    for (int i = 0; i < 20; i++) {
      try (WeightMemory memory = WeightMemory.closeable(large ? system : null)) {
        memory.allocate(PIECE, 64).fill((byte) 1);
      }
    }
    assertThat(residentBytes() - before).isLessThan(PIECE);
  }

  @Test
  void whatIsClosedIsNoLongerThere() {
    WeightMemory memory = WeightMemory.closeable();
    MemorySegment piece = memory.allocate(64, 64);
    memory.close();
    assertThatThrownBy(() -> piece.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> memory.allocate(64, 64)).isInstanceOf(IllegalStateException.class);
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS in /proc/self/status");
  }
}
