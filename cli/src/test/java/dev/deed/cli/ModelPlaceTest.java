package dev.deed.cli;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that name no folder but look like a path: they are not sent to the Hub. */
final class ModelPlaceTest {
  @ParameterizedTest
  @CsvSource({
    "model.gguf, ends like a file, model.gguf@main",
    "models/lora.zip, ends like a file, models/lora.zip@main",
    "models/nothere, is no folder in, models/nothere@main",
    "text-linez, did you mean \"text-lines\"?, text-linez@main",
    "org//bad, ./org/bad, is not a folder",
    "org/bad/, ./org/bad, is not a folder",
    "bad//, ./bad, is not a folder"
  })
  void isRefusedInOneLine(String place, String why, String what) {
    DeedRun.of("info", place).assertOneLine(2, why, what);
    DeedRun.of("generate", place, "--prompt", "x").assertOneLine(2, why, what);
    DeedRun.of("serve", "a=" + place, "--port", "0").assertOneLine(2, why, what);
  }
}
