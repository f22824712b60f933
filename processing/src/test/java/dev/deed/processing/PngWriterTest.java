package dev.deed.processing;

import org.junit.jupiter.api.Test;

class PngWriterTest {
  @Test
  void whatIsWrittenReadsBackTheSame() {
    Picture picture = Fixtures.answer("resize.png");
    Picture read = new PictureReader().decode("x", PngWriter.encode(picture));
    PictureReaderTest.assertSame(read, picture, 0);
  }
}
