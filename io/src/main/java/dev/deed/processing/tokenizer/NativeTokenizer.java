package dev.deed.processing.tokenizer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.sentencepiece.SpTokenizer;
import ai.djl.util.Utils;
import dev.deed.files.NativeFolder;
import dev.deed.value.InputException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;

/** Opens the native libraries for text that DJL brings along. */
final class NativeTokenizer {
  /** An optional dependency; docs/embedding.md names it too. */
  static final String SENTENCEPIECE = "ai.djl.sentencepiece:sentencepiece:0.34.0";

  /** DJL cuts at 512 tokens unless told not to; what is too long is the model's to say. */
  private static final Map<String, String> AS_IT_IS =
      Map.of("truncation", "DO_NOT_TRUNCATE", "padding", "DO_NOT_PAD");

  private NativeTokenizer() {}

  /**
   * @throws InputException when the library refuses the file, cannot be loaded on this platform or
   *     lies where others can exchange it
   */
  static HuggingFaceTokenizer open(String origin, byte[] json) {
    prepare("tokenizers");
    try {
      return withLoaderOf(
          HuggingFaceTokenizer.class,
          () -> HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), AS_IT_IS));
    } catch (LinkageError | EngineException | AssertionError e) {
      // DJL asserts that it knows the system, and throws its own exception where it has no build.
      throw doesNotLoad(origin, "tokenizers", e);
    } catch (Exception e) {
      throw refused(origin, "tokenizers", e);
    }
  }

  /**
   * Ids of a text. Those alone are asked for: what else DJL makes of an encoding takes many times
   * the memory, and where Java has none left, native code ends the process.
   *
   * @param framed whether special tokens are put around it
   */
  static int[] encode(HuggingFaceTokenizer library, String origin, String text, boolean framed) {
    TokenizersLibrary functions = TokenizersLibrary.LIB;
    try {
      long encoding = functions.encode(library.getHandle(), text, framed);
      try {
        return Arrays.stream(functions.getTokenIds(encoding)).mapToInt(Math::toIntExact).toArray();
      } finally {
        functions.deleteEncoding(encoding);
      }
    } catch (RuntimeException e) {
      throw refused(origin, "tokenizers", e);
    }
  }

  /**
   * @param model bytes of a model file that was checked
   * @throws InputException when the library refuses the model, is not on the class path or cannot
   *     be loaded on this platform
   */
  static SpTokenizer openPieces(String origin, byte[] model) {
    prepare("sentencepiece");
    try {
      return withLoaderOf(SpTokenizer.class, () -> new SpTokenizer(model));
    } catch (LinkageError e) {
      throw isAbsent(e)
          ? new InputException(
              origin,
              "Marian and M2M100 need the sentencepiece library, which is not on the class path",
              "add " + SENTENCEPIECE)
          : doesNotLoad(origin, "sentencepiece", e);
    } catch (IllegalStateException | AssertionError e) {
      // So DJL says that it could not unpack its library, or does not know the system.
      throw doesNotLoad(origin, "sentencepiece", e);
    } catch (Exception e) {
      throw refused(origin, "sentencepiece", e);
    }
  }

  /**
   * DJL looks for its native code with the thread's context class loader, once for all. That of a
   * pool's thread may know nothing of the jars in a fat jar.
   */
  private static <T> T withLoaderOf(Class<?> library, Callable<T> opening) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(library.getClassLoader());
    try {
      return opening.call();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Whether there are no classes of sentencepiece; native code that does not load differs. */
  private static boolean isAbsent(LinkageError e) {
    return e.getCause() instanceof ClassNotFoundException missing
        && "ai.djl.sentencepiece.SpTokenizer".equals(missing.getMessage());
  }

  /** The error of a library that a file drove into a corner. */
  static InputException refused(String origin, String library, Exception e) {
    return new InputException(
        origin,
        "the " + library + " library refuses it: " + firstLine(e),
        "give a file that the library opens");
  }

  private static InputException doesNotLoad(String origin, String library, Throwable e) {
    return new InputException(
        origin,
        "the native " + library + " library does not load: " + firstLine(e),
        "use Linux x86-64 or ARM64, macOS ARM64 or Windows x86-64, with a writable home folder or"
            + " ENGINE_CACHE_DIR set to a writable one");
  }

  /**
   * Looks at the place that a library is unpacked to and loaded from, before DJL does.
   *
   * @param library its folder there
   */
  private static void prepare(String library) {
    // Left alone, DJL asks an address of the Amazon cloud where it runs, reports its use there, and
    // where it finds a GPU downloads another build; that in the jar is all that is needed.
    setUnlessSet("OPT_OUT_TRACKING", "true");
    setUnlessSet("RUST_FLAVOR", "cpu");
    Path cache = Utils.getEngineCacheDir();
    NativeFolder.requireOwn(
        cache,
        cache.resolve(library),
        "set ENGINE_CACHE_DIR to a folder that is yours alone, such as $HOME/.cache/deed");
  }

  /** Settings of the user, as properties or environment variables, stay in force. */
  private static void setUnlessSet(String property, String value) {
    if (System.getenv(property) == null && System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
