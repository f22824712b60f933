package dev.deed.lab.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.tensor.WeightMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {
  private static final long BYTES = 256L << 20;

  /** A model that was closed does not count for the one that is opened next. */
  @Test
  void weightsThatNobodyHoldsAreForgotten() throws InterruptedException {
    assumeTrue(Files.isWritable(Path.of("/proc/self/clear_refs")), "Linux");
    PeakMemory.reset();
    double before = PeakMemory.mebibytes();
    new WeightMemory().allocate(BYTES, 64).fill((byte) 1);
    assertThat(PeakMemory.mebibytes()).isGreaterThan(before + 200);
    PeakMemory.reset();
    assertThat(PeakMemory.mebibytes()).isLessThan(before + 100);
  }
}
