package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Scanner;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of tokenizer that Transformers has a class for and that change what the same files
 * mean: which special tokens there are unless a folder says otherwise, where they are numbered, and
 * what is put around a text.
 */
enum TokenizerFamily {
  T5("eos </s> unk <unk> pad <pad>"),
  BYT5("eos </s> unk <unk> pad <pad>"),
  UDOP("eos </s> unk <unk> sep </s> pad <pad>"),
  PEGASUS("eos </s> unk <unk> pad <pad> mask <mask_2>"),
  MBART("bos <s> " + Fairseq.TOKENS),
  MBART50(Fairseq.TOKENS),
  NLLB("bos <s> " + Fairseq.TOKENS),
  M2M100("bos <s> eos </s> unk <unk> sep </s> pad <pad>"),
  XLM_ROBERTA("bos <s> " + Fairseq.TOKENS),
  ROBERTA("bos <s> " + Fairseq.TOKENS),
  MARIAN("eos </s> unk <unk> pad <pad>"),
  WHISPER("bos <|endoftext|> eos <|endoftext|> unk <|endoftext|>"),
  /** A tokenizer.json that is all there is to know, or a class that means nothing here. */
  OTHER("");

  private final Map<String, String> defaults = new HashMap<>();

  /**
   * @param tokens keys without {@code _token}, each with its token
   */
  TokenizerFamily(String tokens) {
    Scanner words = new Scanner(tokens);
    while (words.hasNext()) {
      defaults.put(words.next() + "_token", words.next());
    }
  }

  /** The special token of a key of {@code tokenizer_config.json} that the folder does not name. */
  @Nullable String defaultToken(String key) {
    return defaults.get(key);
  }

  /** A special token given by its spelling alone, with the properties that the family gives it. */
  AddedToken refine(String key, AddedToken token) {
    if (this == BYT5) {
      return new AddedToken(token.content(), true, true, true, true, false);
    }
    if (!key.equals("mask_token")) {
      return token;
    }
    return switch (this) {
      case MBART, MBART50 -> new AddedToken(token.content(), true, false, true, false, false);
      case NLLB -> new AddedToken(token.content(), true, true, true, false, false);
      default -> token;
    };
  }

  /**
   * The family that a folder names, or else that of its model.
   *
   * @param tokenizerClass {@code tokenizer_class} of the tokenizer's or the model's configuration
   * @param model the model's configuration
   */
  static TokenizerFamily of(@Nullable String tokenizerClass, JsonNode model) {
    if (tokenizerClass == null) {
      return ofModel(model);
    }
    return switch (tokenizerClass.replaceFirst("Fast$", "")) {
      case "T5Tokenizer", "MT5Tokenizer" -> T5;
      case "ByT5Tokenizer" -> BYT5;
      case "UdopTokenizer" -> UDOP;
      case "PegasusTokenizer" -> PEGASUS;
      case "MBartTokenizer" -> MBART;
      case "MBart50Tokenizer" -> MBART50;
      case "NllbTokenizer" -> NLLB;
      case "M2M100Tokenizer" -> M2M100;
      case "XLMRobertaTokenizer" -> XLM_ROBERTA;
      case "BartTokenizer", "RobertaTokenizer", "OFATokenizer" -> ROBERTA;
      case "MarianTokenizer" -> MARIAN;
      case "WhisperTokenizer" -> WHISPER;
      default -> OTHER;
    };
  }

  private static TokenizerFamily ofModel(JsonNode model) {
    return switch (model.path("model_type").asText()) {
      case "t5", "mt5", "pix2struct" -> T5;
      case "udop" -> UDOP;
      case "pegasus" -> PEGASUS;
      case "mbart" -> MBART;
      case "m2m_100" -> M2M100;
      case "bart", "ofa" -> ROBERTA;
      case "marian" -> MARIAN;
      case "whisper" -> WHISPER;
      default -> OTHER;
    };
  }

  /** Models that came from the fairseq library. */
  private static final class Fairseq {
    static final String TOKENS = "eos </s> unk <unk> sep </s> pad <pad> cls <s> mask <mask>";
  }
}
