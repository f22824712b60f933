package dev.deed.processing.tokenizer;

import dev.deed.processing.tokenizer.SentencePieceModel.Algorithm;
import dev.deed.processing.tokenizer.SentencePieceModel.Kind;
import dev.deed.processing.tokenizer.SentencePieceModel.Piece;
import dev.deed.processing.tokenizer.TokenizerSpec.Merge;
import dev.deed.processing.tokenizer.TokenizerSpec.Model;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a tokenizer of a sentencepiece model alone, as the tokenizer classes of Transformers 5 do:
 * which ids the pieces get, which tokens are added, and what is done to a text before. A class
 * settles the last of these; what the model file says of spaces is not asked.
 */
final class PieceSpecs {
  private static final String ONE_SPACE =
      """
      {"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}""";

  private static final String NO_LINES =
      """
      {"type":"Replace","pattern":{"Regex":"\\\\n"},"content":" "}""";

  private final String origin;
  private final SentencePieceModel model;
  private final TokenizerSettings settings;

  private PieceSpecs(String origin, SentencePieceModel model, TokenizerSettings settings) {
    this.origin = origin;
    this.model = model;
    this.settings = settings;
  }

  /**
   * @throws InputException when the family is none of sentencepiece's, or the model is not of the
   *     kind that the family has
   */
  public static TokenizerSpec of(
      String origin, SentencePieceModel model, TokenizerSettings settings) {
    PieceSpecs specs = new PieceSpecs(origin, model, settings);
    return switch (settings.family()) {
      case T5 -> specs.t5();
      case UDOP -> specs.udop();
      case PEGASUS -> specs.pegasus();
      case MBART -> specs.mbart();
      case MBART50 -> specs.mbart50();
      case XLM_ROBERTA -> specs.xlmRoberta();
      case NLLB -> specs.nllb();
      case BYT5, M2M100, MARIAN, ROBERTA, WHISPER, OTHER ->
          throw new InputException(
              origin,
              "the folder does not say how its pieces are numbered",
              "give a tokenizer.json, or a tokenizer_config.json with the tokenizer_class of"
                  + " Transformers (and the vocab.json that M2M100 and Marian need)");
    };
  }

  private TokenizerSpec t5() {
    List<Piece> pieces = new ArrayList<>(model.pieces());
    List<AddedToken> extra = new ArrayList<>();
    for (int i = settings.config().integer("extra_ids", 100, 0, 10_000) - 1; i >= 0; i--) {
      pieces.add(special("<extra_id_" + i + ">"));
      extra.add(AddedToken.special("<extra_id_" + i + ">"));
    }
    return unigram(
        pieces,
        model.unknownId(),
        TokenizerSpec.normalizers(characterRules()),
        TokenizerSpec.WORDS,
        extra);
  }

  private TokenizerSpec udop() {
    return unigram(
        model.pieces(), model.unknownId(), TokenizerSpec.NOTHING, TokenizerSpec.WORDS, List.of());
  }

  private TokenizerSpec pegasus() {
    requireUnknownWithin(2, model.pieces().size());
    List<Piece> pieces = new ArrayList<>();
    List<AddedToken> extra = new ArrayList<>();
    pieces.add(special(settings.spelling("pad_token")));
    pieces.add(special(settings.spelling("eos_token")));
    addMask(pieces, extra, "mask_token", "<mask_1>");
    addMask(pieces, extra, "mask_token_sent", "<mask_2>");
    int offset = settings.config().integer("offset", 103, 2, 10_000);
    for (int i = 2; i < offset; i++) {
      pieces.add(new Piece("<unk_" + i + ">", -100, Kind.CONTROL));
      extra.add(AddedToken.special("<unk_" + i + ">"));
    }
    int unknown = pieces.size() + model.unknownId() - 2;
    pieces.addAll(from(2));
    List<String> rules = new ArrayList<>(characterRules());
    if (rules.isEmpty()) {
      rules.add(NO_LINES);
    }
    rules.add(ONE_SPACE);
    return unigram(
        pieces, unknown, TokenizerSpec.normalizers(rules), TokenizerSpec.METASPACE, extra);
  }

  /**
   * Transformers numbers the two masks in this order, which is that of the published models only
   * where the folder does not name them.
   */
  private void addMask(
      List<Piece> pieces, List<AddedToken> extra, String key, String whereNotNamed) {
    String token = settings.config().has(key) ? settings.spelling(key) : whereNotNamed;
    if (pieces.stream().noneMatch(piece -> piece.text().equals(token))) {
      pieces.add(special(token));
      extra.add(AddedToken.special(token));
    }
  }

  private TokenizerSpec mbart() {
    List<AddedToken> codes = codes("mbart");
    return unigram(
        fairseqPieces("bos_token", codes), 3, TokenizerSpec.NOTHING, TokenizerSpec.WORDS, codes);
  }

  private TokenizerSpec mbart50() {
    List<AddedToken> codes = codes("mbart50");
    List<String> rules = new ArrayList<>(characterRules());
    rules.add(ONE_SPACE);
    return unigram(
        fairseqPieces("cls_token", codes),
        3,
        TokenizerSpec.normalizers(rules),
        TokenizerSpec.METASPACE,
        codes);
  }

  private TokenizerSpec xlmRoberta() {
    String metaspace =
        settings.config().flag("add_prefix_space", true)
            ? TokenizerSpec.METASPACE
            : TokenizerSpec.METASPACE.replace("always", "never");
    TokenizerSpec spec =
        unigram(
            fairseqPieces("bos_token", List.of()),
            3,
            TokenizerSpec.normalizers(characterRules()),
            TokenizerSpec.words(metaspace),
            List.of());
    return new TokenizerSpec(
        spec.model(),
        spec.normalizer(),
        spec.preTokenizer(),
        metaspace,
        List.of(settings.spelling("bos_token")),
        spec.after(),
        spec.added());
  }

  private TokenizerSpec nllb() {
    Set<String> pieces = new LinkedHashSet<>();
    model.pieces().forEach(piece -> pieces.add(piece.text()));
    Set<String> tokens = new LinkedHashSet<>();
    List.of("bos_token", "pad_token", "eos_token", "unk_token")
        .forEach(key -> tokens.add(settings.spelling(key)));
    tokens.addAll(pieces);
    Vocabulary vocabulary = new Vocabulary();
    tokens.forEach(token -> vocabulary.add(vocabulary.size(), token));
    List<String> rules = new ArrayList<>(characterRules());
    if (!rules.isEmpty()) {
      rules.add(ONE_SPACE);
    }
    // The published order, with the mask last. A folder that lists its languages is numbered as
    // Transformers 5 does, which puts the mask first.
    List<AddedToken> codes =
        settings.listsExtra() || !settings.numbered().isEmpty() ? List.of() : codes("nllb");
    return new TokenizerSpec(
        new Model.Bpe(vocabulary, merges(pieces), settings.spelling("unk_token")),
        TokenizerSpec.normalizers(rules),
        TokenizerSpec.METASPACE,
        TokenizerSpec.METASPACE,
        List.of(),
        end(),
        settings.added(codes));
  }

  /** Every way in which a piece can be put together from two others, in the order of the ids. */
  private static List<Merge> merges(Set<String> pieces) {
    List<Merge> merges = new ArrayList<>();
    for (String piece : pieces) {
      for (int cut = 1; cut < piece.length(); cut++) {
        if (Character.isLowSurrogate(piece.charAt(cut))) {
          continue;
        }
        String first = piece.substring(0, cut);
        String second = piece.substring(cut);
        if (pieces.contains(first) && pieces.contains(second)) {
          merges.add(new Merge(first, second));
        }
      }
    }
    return merges;
  }

  /** Pieces as fairseq numbers them: four special ones, the model's but its three, codes, mask. */
  private List<Piece> fairseqPieces(String startKey, List<AddedToken> codes) {
    requireUnknownWithin(0, 2);
    List<Piece> pieces = new ArrayList<>();
    List.of(startKey, "pad_token", "eos_token", "unk_token")
        .forEach(key -> pieces.add(special(settings.spelling(key))));
    pieces.addAll(from(3));
    codes.forEach(code -> pieces.add(special(code.content())));
    pieces.add(special(settings.spelling("mask_token")));
    return pieces;
  }

  private TokenizerSpec unigram(
      List<Piece> pieces,
      int unknown,
      String normalizer,
      String preTokenizer,
      List<AddedToken> own) {
    InputException.require(
        model.algorithm() == Algorithm.UNIGRAM,
        origin,
        "is a BPE model, " + settings.family() + " has unigram ones",
        "give a tokenizer.json, or a tokenizer_config.json with the right tokenizer_class");
    return new TokenizerSpec(
        new Model.Unigram(pieces, unknown),
        normalizer,
        preTokenizer,
        TokenizerSpec.METASPACE,
        List.of(),
        end(),
        settings.added(own));
  }

  private void requireUnknownWithin(int first, int last) {
    InputException.require(
        model.unknownId() >= first && model.unknownId() <= last,
        origin,
        "has its unknown piece at "
            + model.unknownId()
            + ", where "
            + settings.family()
            + " cannot number it",
        "give a tokenizer.json, or a tokenizer_config.json with the right tokenizer_class");
  }

  private List<String> characterRules() {
    return model.characterMap().length == 0
        ? List.of()
        : List.of(TokenizerSpec.precompiled(model.characterMap()));
  }

  private List<String> end() {
    return List.of(settings.spelling("eos_token"));
  }

  private List<Piece> from(int first) {
    return model.pieces().subList(Math.min(first, model.pieces().size()), model.pieces().size());
  }

  private static List<AddedToken> codes(String list) {
    return LanguageCodes.of(list).stream().map(AddedToken::special).toList();
  }

  private static Piece special(String text) {
    return new Piece(text, 0, Kind.CONTROL);
  }
}
