package dev.deed.processing;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.deed.checkpoint.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/** Opens Hugging Face's tokenizers library, which is native code brought along by DJL. */
final class NativeTokenizer {
  /**
   * DJL cuts at 512 tokens unless told not to; what is too long for a model is the model's to say.
   */
  private static final Map<String, String> AS_IT_IS =
      Map.of("truncation", "DO_NOT_TRUNCATE", "padding", "DO_NOT_PAD");

  private NativeTokenizer() {}

  /**
   * @param origin what an error message calls the tokenizer
   * @throws InputException when the library refuses the file or cannot be loaded on this platform
   */
  static HuggingFaceTokenizer open(String origin, byte[] json) {
    stayOnThisMachine();
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_IT_IS);
    } catch (IOException | RuntimeException e) {
      throw new InputException(
          origin,
          "the tokenizers library refuses it: " + firstLine(e),
          "give a tokenizer.json that the library opens");
    } catch (LinkageError e) {
      throw new InputException(
          origin,
          "the native tokenizers library does not load: " + firstLine(e),
          "use Linux x86-64 or ARM64, macOS ARM64 or Windows x86-64, with a writable home folder or"
              + " ENGINE_CACHE_DIR set to a writable one");
    }
  }

  /**
   * Left alone, DJL asks an address of the Amazon cloud where it runs, reports its use there, and
   * where it finds a GPU downloads another build of the library. The build in the jar is all that
   * is needed. Settings of the user, as properties or environment variables, stay in force.
   */
  private static void stayOnThisMachine() {
    setUnlessSet("OPT_OUT_TRACKING", "true");
    setUnlessSet("RUST_FLAVOR", "cpu");
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getenv(property) == null && System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
