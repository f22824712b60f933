package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --precision} takes. */
class PrecisionTest {
  @ParameterizedTest
  @ValueSource(strings = {"bf16", "int8"})
  void narrowWeightsReadTheSampleAlike(String precision) {
    Path model = DeedRun.ROOT.resolve("models/screenshot-markup");
    Path sample = model.resolve("samples/one-row.png");
    DeedRun whole = DeedRun.of("generate", model, "--image", sample);
    DeedRun narrow = DeedRun.of("generate", model, "--image", sample, "--precision", precision);
    assertThat(narrow.code()).as(narrow.err()).isZero();
    assertThat(narrow.out()).isEqualTo(whole.out());
    DeedRun.of("generate", model, "--image", sample, "--precision", "int3")
        .assertOneLine(2, "--precision");
  }

  @Test
  void theFastestPrecisionIsSaid() {
    Path model = DeedRun.ROOT.resolve("models/screenshot-markup");
    Path sample = model.resolve("samples/one-row.png");
    DeedRun whole = DeedRun.of("generate", model, "--image", sample);
    DeedRun fastest = DeedRun.of("generate", model, "--image", sample, "--precision", "auto");
    assertThat(fastest.code()).as(fastest.err()).isZero();
    assertThat(fastest.out()).isEqualTo(whole.out());
    assertThat(fastest.err()).containsPattern("screenshot-markup is held in (w8a8|int8|fp32)");
  }
}
