package dev.deed.golden;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Encoder output, every decoder layer's output and logits of each family against Transformers. */
final class HuggingFaceFeaturesTest {
  @TestFactory
  Stream<DynamicTest> everyFamily() {
    return HuggingFaceGolden.families()
        .map(family -> dynamicTest(family.getFileName().toString(), () -> agree(family)));
  }

  private static void agree(Path family) throws IOException {
    FeatureAgreement.check(
        family, new ObjectMapper().readTree(family.resolve("cases.json").toFile()));
  }
}
