package dev.deed.processing;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids and back, as the {@code tokenizer.json} of a model folder says; the work is
 * done by Hugging Face's tokenizers library. Vocabulary and special tokens are read at opening; the
 * native library, which takes about a tenth of a second, is loaded by the first call of {@link
 * #encode}, {@link #decode} or {@link #preload}.
 *
 * <p>Safe for use from many threads, except that {@link #close} must not run beside other calls.
 */
public final class Tokenizer implements AutoCloseable {
  private final Path file;
  private final TokenizerFile vocabulary;
  private final @Nullable Config config;
  private @Nullable HuggingFaceTokenizer library;
  private boolean closed;

  private Tokenizer(Path file, TokenizerFile vocabulary, @Nullable Config config) {
    this.file = file;
    this.vocabulary = vocabulary;
    this.config = config;
  }

  /**
   * Reads {@code tokenizer.json} and, if there is one, {@code tokenizer_config.json}.
   *
   * @throws InputException when a file is missing or malformed
   */
  public static Tokenizer open(Path modelFolder) {
    Path file = modelFolder.resolve("tokenizer.json");
    Path config = modelFolder.resolve("tokenizer_config.json");
    return new Tokenizer(
        file, TokenizerFile.read(file), Files.exists(config) ? Config.read(config) : null);
  }

  /**
   * Loads the native library now, for instance on a thread beside the one that opens the weights.
   */
  public void preload() {
    library();
  }

  /** Token ids of a text, with the special tokens that the tokenizer's post-processor adds. */
  public int[] encode(String text) {
    return encode(text, true);
  }

  /**
   * Token ids of a text.
   *
   * @param addSpecialTokens whether the post-processor adds its start and end tokens
   */
  public int[] encode(String text, boolean addSpecialTokens) {
    return toInts(library().encode(text, addSpecialTokens, false).getIds());
  }

  /**
   * The text of token ids. Ids beyond the vocabulary, which models with padded vocabularies can
   * emit, give no text.
   *
   * @param skipSpecialTokens whether special tokens are left out
   * @throws IllegalArgumentException when an id is negative
   */
  public String decode(int[] ids, boolean skipSpecialTokens) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0) {
        throw new IllegalArgumentException("token id " + ids[i] + " is negative");
      }
      wide[i] = ids[i];
    }
    return library().decode(wide, skipSpecialTokens);
  }

  /** A decoder that gives the text of one generation piece by piece. */
  public TextStream stream(boolean skipSpecialTokens) {
    return new TextStream(ids -> decode(ids, skipSpecialTokens));
  }

  /**
   * A token as the vocabulary spells it ({@code Ġthe}, {@code ▁the}); {@code [id 7]} for an id
   * beyond it.
   */
  public String token(int id) {
    String token = vocabulary.token(id);
    return token == null ? "[id " + id + "]" : token;
  }

  /** The id of a token as the vocabulary spells it. */
  public OptionalInt id(String token) {
    Integer id = vocabulary.id(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Whether an id is a special token. */
  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(id);
  }

  /** One more than the largest id, added tokens included. */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /** The start token of {@code tokenizer_config.json}. */
  public OptionalInt bosId() {
    return configured("bos_token");
  }

  /** The end token of {@code tokenizer_config.json}. */
  public OptionalInt eosId() {
    return configured("eos_token");
  }

  /** The padding token of {@code tokenizer_config.json}. */
  public OptionalInt padId() {
    return configured("pad_token");
  }

  /** The token for what the vocabulary lacks, of {@code tokenizer_config.json}. */
  public OptionalInt unknownId() {
    return configured("unk_token");
  }

  /** Gives the native memory back; later calls that need it fail. */
  @Override
  public synchronized void close() {
    closed = true;
    if (library != null) {
      library.close();
    }
  }

  private synchronized HuggingFaceTokenizer library() {
    if (closed) {
      throw new IllegalStateException("the tokenizer is closed");
    }
    HuggingFaceTokenizer opened = library;
    if (opened == null) {
      opened = NativeTokenizer.open(file.toString(), vocabulary.json());
      library = opened;
    }
    return opened;
  }

  /**
   * The id of a token named by the configuration, as text or, in older folders, as an object with
   * the text inside.
   */
  private OptionalInt configured(String key) {
    if (config == null || !config.has(key)) {
      return OptionalInt.empty();
    }
    JsonNode value = config.json().get(key);
    JsonNode text = value.isObject() ? value.path("content") : value;
    return text.isTextual() ? id(text.asText()) : OptionalInt.empty();
  }

  private static int[] toInts(long[] ids) {
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }
}
