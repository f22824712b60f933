package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.OpenOptions.Screening;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScreeningSettingTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("deed.root", "..")).resolve("models/screenshot-markup");

  /** Its head is small, so nothing is screened that is not asked for. */
  @ParameterizedTest
  @CsvSource({"AUTO, OFF", "ON, ON", "OFF, OFF"})
  void theModelTellsWhatIsScreened(Screening said, Screening done) {
    OpenOptions options = OpenOptions.defaults().withThreads(1).withScreening(said);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, options)) {
      assertThat(model.internals().screening()).isEqualTo(done);
    }
  }
}
