package dev.deed.processing.tokenizer;

import dev.deed.files.Lifetime;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Text to token ids and back, as the files of a model folder say: {@code tokenizer.json}, or
 * without it {@code spiece.model} (T5, Pegasus), {@code sentencepiece.bpe.model} (mBART, NLLB, with
 * {@code vocab.json} M2M100), {@code source.spm} with {@code target.spm} and {@code vocab.json}
 * (Marian), or {@code vocab.json} with {@code merges.txt} (BART, Whisper); ByT5 needs none. The
 * work is done by Hugging Face's tokenizers library, for Marian and M2M100 by sentencepiece.
 * Vocabulary and special tokens are read at opening; the native library, which takes about a tenth
 * of a second, is loaded by {@link #load}, else by the first call that needs it.
 *
 * <p>Safe for use from many threads. After {@link #close} calls that need the library fail with an
 * {@link IllegalStateException}; those that are running then go on to their end.
 */
public final class Tokenizer implements AutoCloseable {
  private final TokenizerFolder.Parts parts;
  private final TextCodec codec;
  private final Vocabulary vocabulary;
  private final @Nullable LanguageTokens languages;
  private final Map<String, Integer> named = new HashMap<>();
  private final Lifetime lifetime;
  private final @Nullable String onlySource;
  private final @Nullable String onlyTarget;

  private Tokenizer(TokenizerFolder.Parts parts) {
    this.parts = parts;
    this.codec = parts.codec();
    this.vocabulary = parts.vocabulary();
    this.languages = parts.languages();
    this.lifetime =
        new Lifetime(
            "tokenizer " + parts.source(),
            () -> {
              codec.close();
              parts.targets().close();
            });
    for (Map.Entry<String, AddedToken> token : parts.settings().named().entrySet()) {
      Integer id = vocabulary.id(token.getValue().content());
      if (id != null) {
        named.put(token.getKey(), id);
      }
    }
    this.onlySource = parts.settings().config().json().path("source_lang").textValue();
    this.onlyTarget = parts.settings().config().json().path("target_lang").textValue();
  }

  /** Whether a folder holds files of a tokenizer; opening them can still fail. */
  public static boolean existsIn(Path modelFolder) {
    return TokenizerFolder.hasTokenizer(modelFolder);
  }

  /**
   * @throws InputException when there are none, or one is malformed or of no supported kind
   */
  public static Tokenizer open(Path modelFolder) {
    return new Tokenizer(TokenizerFolder.open(modelFolder));
  }

  /**
   * Loads the native library, in place of the first call that needs it.
   *
   * @throws InputException when it does not load on this machine, or refuses the files
   */
  public void load() {
    try (Lifetime.Use _ = lifetime.use()) {
      codec.load();
    }
  }

  /** The names of the files that say how texts are cut, such as {@code tokenizer.json}. */
  public String source() {
    return parts.source();
  }

  /**
   * Token ids of a text for the encoder, with the special tokens around it; a translation model's
   * text is in the language that the folder names ({@code src_lang}).
   *
   * @throws InputException when the model needs a source language and the folder names none
   */
  public int[] encode(String text) {
    return encode(text, null, null);
  }

  /**
   * @param addSpecialTokens whether it is put between special tokens, as for the encoder; without,
   *     ids of a decoder prompt come out
   */
  public int[] encode(String text, boolean addSpecialTokens) {
    try (Lifetime.Use _ = lifetime.use()) {
      return addSpecialTokens ? framed(text, null, null) : codec.encode(text, false);
    }
  }

  /** As {@link #encode(String, String, String, TokenLimit)}, without a limit. */
  int[] encode(String text, @Nullable String sourceLanguage, @Nullable String targetLanguage) {
    try (Lifetime.Use _ = lifetime.use()) {
      return framed(text, sourceLanguage, targetLanguage);
    }
  }

  /**
   * Token ids of a text as {@link #encode(String, boolean)} gives them, of which there may be only
   * so many.
   *
   * @throws InputException when there are more; told of a very long text before it is tokenized
   */
  public int[] encode(String text, boolean addSpecialTokens, TokenLimit limit) {
    limit.requireFewCharacters(text.length());
    int[] ids = encode(text, addSpecialTokens);
    limit.require(ids.length);
    return ids;
  }

  /**
   * Token ids of a text for the encoder of a translation model.
   *
   * @param sourceLanguage code of the language of the text as the model spells it ({@code de_DE},
   *     {@code deu_Latn}, {@code de}); null for the folder's own
   * @param targetLanguage code of the language of the answer, which Marian's multilingual models
   *     read in front of the text; null for none. {@link #target} has what it means for the decoder
   * @throws InputException when there are more tokens than allowed, told of a very long text before
   *     it is tokenized; or when the model does not know the language, or no languages at all
   */
  public int[] encode(
      String text,
      @Nullable String sourceLanguage,
      @Nullable String targetLanguage,
      TokenLimit limit) {
    limit.requireFewCharacters(text.length());
    int[] ids = encode(text, sourceLanguage, targetLanguage);
    limit.require(ids.length);
    return ids;
  }

  private int[] framed(
      String text, @Nullable String sourceLanguage, @Nullable String targetLanguage) {
    if (languages == null) {
      refuse("source_language", sourceLanguage);
      refuse("target_language", targetLanguage);
      return codec.encode(text, true);
    }
    if (languages.place() != LanguageTokens.Place.TARGET_IN_TEXT) {
      if (targetLanguage != null) {
        languages.id("target_language", targetLanguage);
      }
      return languages.frameSource(codec.encode(text, false), sourceLanguage);
    }
    requireOnly("source_language", sourceLanguage, onlySource);
    if (targetLanguage == null || languages.ids().isEmpty()) {
      requireOnly("target_language", targetLanguage, onlyTarget);
      return codec.encode(text, true);
    }
    languages.id("target_language", targetLanguage);
    String token = ">>" + targetLanguage + "<<";
    return codec.encode(text.startsWith(token) ? text : token + " " + text, true);
  }

  /**
   * Token ids of a text that the decoder is to learn, with the special tokens around it.
   *
   * @param language code of its language; null for the folder's own, and for models without
   * @throws InputException when the model does not know the language, or needs one and is given
   *     none
   */
  public int[] encodeTarget(String text, @Nullable String language) {
    if (languages == null) {
      refuse("target_language", language);
    }
    try (Lifetime.Use _ = lifetime.use()) {
      return languages == null || languages.place() == LanguageTokens.Place.TARGET_IN_TEXT
          ? parts.targets().encode(text, true)
          : languages.frameTarget(parts.targets().encode(text, false), language);
    }
  }

  /** The codes of the languages that the model has tokens for, in alphabetical order. */
  public List<String> languages() {
    return languages == null ? List.of() : languages.codes();
  }

  /**
   * What a target language means for the decoder. Models that were trained to start with the
   * language (mBART) have a language as their start token, which is replaced; for the others
   * (mBART-50, NLLB, M2M100) it is the first token of the answer. For Marian, whose text says it,
   * nothing changes.
   *
   * @param language code as the model spells it
   * @param decoderStart the model's own {@code decoder_start_token_id}
   * @throws InputException when the model does not know the language
   */
  public TargetLanguage target(String language, int decoderStart) {
    if (languages == null) {
      refuse("target_language", language);
      return new TargetLanguage(decoderStart, OptionalInt.empty());
    }
    if (languages.place() == LanguageTokens.Place.TARGET_IN_TEXT) {
      return new TargetLanguage(decoderStart, OptionalInt.empty());
    }
    int id = languages.id("target_language", language);
    return languages.ids().containsValue(decoderStart)
        ? new TargetLanguage(id, OptionalInt.empty())
        : new TargetLanguage(decoderStart, OptionalInt.of(id));
  }

  /**
   * The text of token ids. Ids beyond the vocabulary, which models with padded vocabularies can
   * emit, give no text (with M2M100 the unknown token's).
   *
   * @param skipSpecialTokens whether special tokens are left out
   * @throws IllegalArgumentException when an id is negative
   */
  public String decode(int[] ids, boolean skipSpecialTokens) {
    for (int id : ids) {
      if (id < 0) {
        throw new IllegalArgumentException("token id " + id + " is negative");
      }
    }
    try (Lifetime.Use _ = lifetime.use()) {
      return codec.decode(ids, skipSpecialTokens);
    }
  }

  /**
   * The text of an answer: without special tokens, but for those that are what the model says, such
   * as Florence-2's places in a picture.
   *
   * @throws IllegalArgumentException when an id is negative
   */
  public String answer(int[] ids) {
    if (!parts.settings().answersInTokens()) {
      return decode(ids, true);
    }
    return decode(
        Arrays.stream(ids)
            .filter(id -> !vocabulary.isSpecial(id) || !named.containsValue(id))
            .toArray(),
        false);
  }

  /** A decoder that gives {@link #answer} piece by piece. */
  public TextStream answerStream() {
    return new TextStream(this::answer, codec::unchangingLength, vocabulary::isByte);
  }

  /**
   * What a token adds to a text, with a space in front where it begins a word; empty for a special
   * token. It is what the token adds behind itself, since a first token may lose its space.
   *
   * @throws IllegalArgumentException when the id is negative
   */
  public String added(int id) {
    String once = decode(new int[] {id}, true);
    String twice = decode(new int[] {id, id}, true);
    return twice.startsWith(once) ? twice.substring(once.length()) : once;
  }

  /**
   * What tokens add to the text of an {@link #answer}.
   *
   * @param size of the vocabulary; ids from there on are left out
   * @throws InputException when decoding does more than put tokens together
   */
  public TokenBytes answerBytes(int size) {
    TokenSpelling spelling = codec.spelling();
    byte[][] first = new byte[size][];
    byte[][] later = new byte[size][];
    boolean isUniform = spelling.isUniform();
    for (int id = 0; id < Math.min(size, vocabulary.size()); id++) {
      String token = vocabulary.token(id);
      boolean isSaid =
          !named.containsValue(id)
              && (!vocabulary.isSpecial(id) || parts.settings().answersInTokens());
      if (token != null && isSaid && !codec.leavesOut(token)) {
        later[id] = spelling.later(token);
        first[id] = isUniform ? later[id] : spelling.first(token);
      }
    }
    return new TokenBytes(first, later, isUniform);
  }

  /** A decoder that gives the text of one generation piece by piece. */
  public TextStream stream(boolean skipSpecialTokens) {
    return new TextStream(
        ids -> decode(ids, skipSpecialTokens), codec::unchangingLength, vocabulary::isByte);
  }

  /**
   * A token as the vocabulary spells it ({@code Ġthe}, {@code ▁the}); {@code [id 7]} for an id
   * beyond it. Where encoder and decoder have vocabularies of their own (Marian), the decoder's.
   */
  public String token(int id) {
    String token = vocabulary.token(id);
    return token == null ? "[id " + id + "]" : token;
  }

  /** The id of a token as the vocabulary spells it. */
  public OptionalInt id(String token) {
    return optional(vocabulary.id(token));
  }

  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(id);
  }

  /** Whether another one spells all tokens as this one does. */
  public boolean hasTokensOf(Tokenizer other) {
    return vocabulary.ids().equals(other.vocabulary.ids());
  }

  /** One more than the largest id, added tokens included. */
  public int vocabularySize() {
    return vocabulary.size();
  }

  public OptionalInt bosId() {
    return optional(named.get("bos_token"));
  }

  public OptionalInt eosId() {
    return optional(named.get("eos_token"));
  }

  /** The token between two texts. */
  public OptionalInt sepId() {
    return optional(named.get("sep_token"));
  }

  public OptionalInt padId() {
    return optional(named.get("pad_token"));
  }

  /** Gives the native memory back, after the calls that are running; a second time does nothing. */
  @Override
  public void close() {
    lifetime.close();
  }

  public TokenizerSettings settings() {
    return parts.settings();
  }

  static void refuse(String field, @Nullable String language) {
    InputException.requireField(
        language == null,
        field,
        "this model has no tokens of languages",
        "leave it out, or write it into the prompt as the model expects");
  }

  /** For models of one language: naming it is no mistake. */
  private static void requireOnly(String field, @Nullable String language, @Nullable String only) {
    InputException.requireField(
        language == null || language.equals(only),
        field,
        "\"" + language + "\" is no language of this model",
        only == null ? "leave it out" : "leave it out, or give " + only);
  }

  private static OptionalInt optional(@Nullable Integer id) {
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
