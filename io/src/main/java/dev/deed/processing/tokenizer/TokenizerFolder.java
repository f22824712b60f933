package dev.deed.processing.tokenizer;

import dev.deed.processing.tokenizer.LanguageTokens.Place;
import dev.deed.processing.tokenizer.PieceCodec.Style;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out which tokenizer files a folder holds and makes the parts of a tokenizer of them. */
final class TokenizerFolder {
  /** The sets of files, the preferred ones first. */
  private enum FileSet {
    MARIAN("source.spm", "target.spm", "vocab.json"),
    M2M100("sentencepiece.bpe.model", "vocab.json"),
    JSON("tokenizer.json"),
    PIECES("spiece.model"),
    FAIRSEQ_PIECES("sentencepiece.bpe.model"),
    BYTE_LEVEL("vocab.json", "merges.txt"),
    /** What ByT5 reads: no file at all. */
    BYTES();

    final List<String> files;

    FileSet(String... files) {
      this.files = List.of(files);
    }

    boolean isIn(Path folder) {
      return files.stream().allMatch(name -> Files.exists(folder.resolve(name)));
    }

    /** Transformers has classes that pass over a tokenizer.json beside their own files. */
    boolean isUsedBy(TokenizerFamily family, boolean hasJson) {
      return switch (this) {
        case MARIAN -> family == TokenizerFamily.MARIAN || !hasJson;
        case M2M100 -> family == TokenizerFamily.M2M100;
        case BYTES -> family == TokenizerFamily.BYT5;
        default -> true;
      };
    }
  }

  /**
   * What a tokenizer is made of.
   *
   * @param source the files that were used
   * @param codec for the encoder's texts, and for the decoder's ids
   * @param targets for texts that the decoder is to learn; the same for most models
   * @param vocabulary what the ids of the decoder mean
   * @param languages null for a model without languages
   */
  record Parts(
      String source,
      TextCodec codec,
      TextCodec targets,
      Vocabulary vocabulary,
      TokenizerSettings settings,
      @Nullable LanguageTokens languages) {}

  private final Path folder;
  private final TokenizerSettings settings;

  private TokenizerFolder(Path folder) {
    this.folder = folder;
    this.settings = TokenizerSettings.read(folder);
  }

  static boolean hasTokenizer(Path folder) {
    return Arrays.stream(FileSet.values()).anyMatch(s -> s != FileSet.BYTES && s.isIn(folder))
        || FileSet.BYTES.isUsedBy(TokenizerSettings.read(folder).family(), false);
  }

  /**
   * @throws InputException when the folder holds no tokenizer, or one that cannot be used
   */
  static Parts open(Path path) {
    TokenizerFolder folder = new TokenizerFolder(path);
    boolean hasJson = FileSet.JSON.isIn(path);
    for (FileSet set : FileSet.values()) {
      if (set.isIn(path) && set.isUsedBy(folder.settings.family(), hasJson)) {
        return folder.open(set);
      }
    }
    throw new InputException(
        path.toString(),
        "holds no tokenizer",
        "give a folder with tokenizer.json, spiece.model, sentencepiece.bpe.model, source.spm with"
            + " target.spm and vocab.json, or vocab.json with merges.txt");
  }

  private Parts open(FileSet set) {
    String source = String.join(", ", set.files);
    return switch (set) {
      case MARIAN -> marian(source);
      case M2M100 -> m2m100(source);
      case JSON -> library(source, TokenizerFile.read(folder.resolve("tokenizer.json")));
      case PIECES, FAIRSEQ_PIECES -> {
        Path file = folder.resolve(set.files.getFirst());
        SentencePieceModel model = SentencePieceModel.read(file).model();
        yield library(
            source, PieceSpecs.of(file.toString(), model, settings).toFile(file.toString()));
      }
      case BYTE_LEVEL ->
          library(
              source,
              ByteLevelSpecs.of(folder, settings).toFile(folder.resolve("vocab.json").toString()));
      case BYTES -> {
        ByteCodec codec = new ByteCodec(settings);
        yield new Parts("bytes", codec, codec, codec.vocabulary(), settings, null);
      }
    };
  }

  private Parts library(String source, TokenizerFile file) {
    List<AddedToken> added = settings.added(file.addedTokens());
    TokenizerFile whole = added.equals(file.addedTokens()) ? file : file.withAddedTokens(added);
    TextCodec codec = new LibraryCodec(whole, DecodedText.of(settings, whole));
    return new Parts(
        source, codec, codec, whole.vocabulary(), settings, languages(whole.vocabulary()));
  }

  private Parts marian(String source) {
    boolean separate = settings.config().flag("separate_vocabs", false);
    Path file = folder.resolve("vocab.json");
    Vocabulary sources = VocabularyFile.read(file);
    Vocabulary targets =
        separate ? VocabularyFile.read(folder.resolve("target_vocab.json")) : sources;
    PieceVocabulary vocabulary =
        new PieceVocabulary(file.toString(), sources, targets, Map.of(), settings);
    SentencePieceModel.Source sourcePieces = pieces("source.spm");
    SentencePieceModel.Source targetPieces = pieces("target.spm");
    // Transformers puts a common vocabulary's pieces together with the source's model.
    PieceText text = new PieceText(separate ? targetPieces.model() : sourcePieces.model());
    Map<String, Integer> codes = LanguageTokens.among(sources.ids(), Pattern.compile(">>(.+)<<"));
    return new Parts(
        source,
        new PieceCodec(
            sourcePieces, vocabulary.sources(), vocabulary, text, Style.MARIAN, cleaning()),
        new PieceCodec(
            targetPieces, vocabulary.targets(), vocabulary, text, Style.MARIAN, cleaning()),
        vocabulary.decoder(),
        settings,
        new LanguageTokens(codes, Place.TARGET_IN_TEXT, null, null, vocabulary.end()));
  }

  private Parts m2m100(String source) {
    Path vocabularyFile = folder.resolve("vocab.json");
    Vocabulary tokens = VocabularyFile.read(vocabularyFile);
    String list = settings.config().text("language_codes", "m2m100");
    if (!list.equals("m2m100") && !list.equals("wmt21")) {
      throw settings.config().wrong("language_codes", "must be \"m2m100\" or \"wmt21\"");
    }
    Map<String, Integer> codes = new TreeMap<>();
    Map<String, Integer> spelled = new TreeMap<>();
    for (String code : LanguageCodes.of(list)) {
      int id = tokens.ids().size() + codes.size();
      codes.put(code, id);
      spelled.put("__" + code + "__", id);
    }
    PieceVocabulary vocabulary =
        new PieceVocabulary(vocabularyFile.toString(), tokens, tokens, spelled, settings);
    SentencePieceModel.Source pieces = pieces("sentencepiece.bpe.model");
    TextCodec codec =
        new PieceCodec(
            pieces,
            vocabulary.sources(),
            vocabulary,
            new PieceText(pieces.model()),
            Style.M2M100,
            cleaning());
    return new Parts(
        source,
        codec,
        codec,
        vocabulary.decoder(),
        settings,
        languages(codes, Place.FRONT, "en", vocabulary.end()));
  }

  private SentencePieceModel.Source pieces(String name) {
    if (settings.config().has("sp_model_kwargs")
        && settings.config().object("sp_model_kwargs").flag("enable_sampling", false)) {
      throw settings.config().wrong("sp_model_kwargs", "must not cut texts at random");
    }
    return SentencePieceModel.read(folder.resolve(name));
  }

  private DecodedText cleaning() {
    return new DecodedText(settings.config().flag("clean_up_tokenization_spaces", false), null);
  }

  private @Nullable LanguageTokens languages(Vocabulary vocabulary) {
    return switch (settings.family()) {
      case MBART -> languages(vocabulary, "([a-z]{2,3}_[A-Z]{2})", Place.BACK, "en_XX");
      case MBART50 -> languages(vocabulary, "([a-z]{2,3}_[A-Z]{2})", Place.FRONT, "en_XX");
      case M2M100 -> languages(vocabulary, "__([a-z]{2,3})__", Place.FRONT, "en");
      case NLLB ->
          languages(
              vocabulary,
              "([a-z]{3}_[A-Z][a-z]{3})",
              settings.config().flag("legacy_behaviour", false) ? Place.BACK : Place.FRONT,
              "eng_Latn");
      default -> null;
    };
  }

  private @Nullable LanguageTokens languages(
      Vocabulary vocabulary, String spelling, Place place, String usual) {
    Map<String, Integer> special = new TreeMap<>(vocabulary.ids());
    special.values().removeIf(id -> !vocabulary.isSpecial(id));
    Map<String, Integer> codes = LanguageTokens.among(special, Pattern.compile(spelling));
    Integer end = vocabulary.id(settings.spelling("eos_token"));
    return codes.isEmpty() || end == null ? null : languages(codes, place, usual, end);
  }

  private LanguageTokens languages(Map<String, Integer> codes, Place place, String usual, int end) {
    String source = named(codes, "src_lang");
    String usualSource = source == null && codes.containsKey(usual) ? usual : source;
    String target = named(codes, "tgt_lang");
    return new LanguageTokens(
        codes, place, usualSource, target == null ? usualSource : target, end);
  }

  private @Nullable String named(Map<String, Integer> codes, String key) {
    if (!settings.config().has(key)) {
      return null;
    }
    String code = settings.config().text(key);
    settings.config().require(codes.containsKey(code), key, "is no language of the vocabulary");
    return code;
  }
}
