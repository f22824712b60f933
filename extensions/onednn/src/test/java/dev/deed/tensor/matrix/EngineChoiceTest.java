package dev.deed.tensor.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.onednn.OneDnnEngine;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** That the engine is found where it is on the class path. */
class EngineChoiceTest {
  @Test
  void findsOneDnn() {
    assumeTrue(new OneDnnEngine().obstacle() == null, "oneDNN runs on Linux on x86-64 with VNNI");
    EngineChoice choice = Objects.requireNonNull(EngineChoice.find());
    assertThat(choice.engine().name()).isEqualTo("oneDNN");
  }
}
