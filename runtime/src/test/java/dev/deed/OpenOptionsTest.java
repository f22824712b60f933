package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenOptionsTest {
  private static final Path MODEL =
      Path.of(System.getProperty("deed.root", ".."), "models/ofa-tasks");

  /** Of the header of its file. */
  private static final long PARAMETERS = 2_211_089;

  @Test
  void tellsTheMemoryOfWeightsBeforeTheyAreRead() {
    OpenOptions options = OpenOptions.defaults();

    assertThat(options.weightBytes(MODEL)).isEqualTo(4 * PARAMETERS);
    assertThat(options.withPrecision(WeightPrecision.BF16).weightBytes(MODEL))
        .isEqualTo(2 * PARAMETERS);
    assertThat(options.withPrecision(WeightPrecision.INT8).weightBytes(MODEL))
        .isEqualTo(PARAMETERS);
  }

  /** There is no engine for byte products among the modules of this test. */
  @Test
  void aSmallModelIsFastestInFp32() {
    assertThat(OpenOptions.defaults().withFastestPrecision(MODEL).precision())
        .isEqualTo(WeightPrecision.FP32);
  }

  @Test
  void refusesWhatIsNoModel(@TempDir Path empty) {
    assertThatThrownBy(() -> OpenOptions.defaults().weightBytes(empty))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("config.json");
  }
}
