package dev.deed.processing.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/** Languages in the order in which published models number them. */
final class LanguageCodes {
  private LanguageCodes() {}

  /**
   * @param model {@code mbart}, {@code mbart50}, {@code nllb}, {@code m2m100} or {@code wmt21}
   * @throws IllegalArgumentException for another name
   */
  public static List<String> of(String model) {
    Properties lists = new Properties();
    try (InputStream in =
        Objects.requireNonNull(
            LanguageCodes.class.getResourceAsStream("language-codes.properties"))) {
      lists.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("a resource of this module cannot be read", e);
    }
    String codes = lists.getProperty(model);
    if (codes == null) {
      throw new IllegalArgumentException(model);
    }
    return List.of(codes.split("\\s+"));
  }
}
