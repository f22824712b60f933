package dev.deed.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A {@code tokenizer.json} in which the format is kept and all else is chance. */
final class TokenizerMaker {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String[] TEXTS = {
    "a", "b", "ab", " ", "▁", "é", "\u0301", "<s>", "日", "🎉", "İ", "ﷺ", "\u00ad", "Ġ", "##a",
    "<0x61>", "<0xC3>", "</w>", "\n", "''", ""
  };

  private final Choices choices;
  private final PatternMaker patterns;

  TokenizerMaker(byte[] bytes) {
    this.choices = new Choices(bytes);
    this.patterns = new PatternMaker(choices);
  }

  byte[] make() {
    ObjectNode json = JSON.objectNode().put("version", "1.0");
    Map<String, Integer> vocabulary = vocabulary();
    json.set("model", model(vocabulary));
    json.set("added_tokens", addedTokens());
    json.set("normalizer", steps("normalizers", this::normalizer));
    json.set("pre_tokenizer", steps("pretokenizers", this::preTokenizer));
    json.set(
        "post_processor",
        choices.below(4) == 1 ? steps("processors", this::postProcessor) : postProcessor());
    json.set("decoder", steps("decoders", this::decoder));
    if (choices.below(8) == 1) {
      json.set("truncation", truncation());
      json.set("padding", padding());
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, Integer> vocabulary() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    int id = 0;
    for (int i = choices.below(24); i >= 0; i--) {
      vocabulary.putIfAbsent(text(), id);
      id += choices.below(40) == 1 ? 3 : 1;
    }
    return vocabulary;
  }

  private ObjectNode model(Map<String, Integer> vocabulary) {
    List<String> tokens = new ArrayList<>(vocabulary.keySet());
    String type = choices.of("BPE", "Unigram", "WordPiece", "WordLevel");
    ObjectNode model = JSON.objectNode().put("type", type);
    if (type.equals("Unigram")) {
      ArrayNode pieces = model.put("unk_id", choices.below(4)).putArray("vocab");
      tokens.forEach(piece -> pieces.addArray().add(piece).add(-choices.below(9)));
      return model.put("byte_fallback", choices.yes());
    }
    ObjectNode ids = model.putObject("vocab");
    vocabulary.forEach(ids::put);
    model.put(
        "unk_token", choices.below(3) == 1 ? text() : tokens.get(choices.below(tokens.size())));
    if (type.equals("WordPiece")) {
      return model
          .put("continuing_subword_prefix", choices.of("##", "", "a"))
          .put("max_input_chars_per_word", choices.of(100, 1, 0));
    }
    if (type.equals("BPE")) {
      ArrayNode merges = model.putArray("merges");
      for (String left : tokens) {
        String right = tokens.get(choices.below(tokens.size()));
        if (vocabulary.containsKey(left + right) && !left.contains(" ") && !right.contains(" ")) {
          merges.addArray().add(left).add(right);
        }
      }
      if (choices.yes()) {
        model.put("end_of_word_suffix", choices.of("</w>", "", "é"));
      }
      model.put("fuse_unk", choices.yes()).put("byte_fallback", choices.yes());
      model.put("ignore_merges", choices.yes());
    }
    return model;
  }

  private ArrayNode addedTokens() {
    ArrayNode tokens = JSON.arrayNode();
    for (int i = choices.below(5); i > 0; i--) {
      tokens
          .addObject()
          .put("id", choices.below(30))
          .put("content", text())
          .put("single_word", choices.yes())
          .put("lstrip", choices.yes())
          .put("rstrip", choices.below(6) == 1)
          .put("normalized", choices.yes())
          .put("special", choices.yes());
    }
    return tokens;
  }

  private JsonNode steps(String name, Supplier<ObjectNode> step) {
    int count = choices.below(5);
    if (count == 0) {
      return JSON.nullNode();
    }
    if (count == 1) {
      return step.get();
    }
    ObjectNode sequence = JSON.objectNode().put("type", "Sequence");
    ArrayNode list = sequence.putArray(name);
    for (int i = 0; i < count; i++) {
      list.add(step.get());
    }
    return sequence;
  }

  private ObjectNode normalizer() {
    ObjectNode step = JSON.objectNode();
    return switch (choices.below(14)) {
      case 0 -> replace();
      case 1 -> step.put("type", "Prepend").put("prepend", text());
      case 2 -> step.put("type", "NFC");
      case 3 -> step.put("type", "NFD");
      case 4 -> step.put("type", "NFKC");
      case 5 -> step.put("type", "NFKD");
      case 6 -> step.put("type", "Nmt");
      case 7 -> step.put("type", "Lowercase");
      case 8 -> step.put("type", "StripAccents");
      case 9 -> step.put("type", "ByteLevel");
      case 10 ->
          step.put("type", "Strip")
              .put("strip_left", choices.yes())
              .put("strip_right", choices.yes());
      case 11 -> {
        step.put("type", "BertNormalizer").put("clean_text", choices.yes());
        step.put("handle_chinese_chars", choices.yes()).put("lowercase", choices.yes());
        yield choices.yes()
            ? step.put("strip_accents", choices.yes())
            : step.putNull("strip_accents");
      }
      default ->
          step.put("type", "Precompiled")
              .put("precompiled_charsmap", Base64.getEncoder().encodeToString(characterMap()));
    };
  }

  /** Rules for the letters a, b, c and the space, in the double array that sentencepiece has. */
  private byte[] characterMap() {
    byte[] first = (text() + "\0").getBytes(StandardCharsets.UTF_8);
    byte[] second = (text() + "\0").getBytes(StandardCharsets.UTF_8);
    int[] units = new int[512];
    units[0] = 1 << 10;
    for (char letter : new char[] {'a', 'b', 'c', ' '}) {
      int place = 1 ^ letter;
      int leaf = 256 + letter;
      if (choices.yes()) {
        units[place] = letter | 1 << 8 | (place ^ leaf) << 10;
        units[leaf] = Integer.MIN_VALUE | (choices.yes() ? first.length : 0);
      }
    }
    ByteBuffer map =
        ByteBuffer.allocate(4 + 4 * units.length + first.length + second.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    map.putInt(4 * units.length);
    for (int unit : units) {
      map.putInt(unit);
    }
    return map.put(first).put(second).array();
  }

  private ObjectNode replace() {
    ObjectNode step = JSON.objectNode().put("type", "Replace").put("content", text());
    step.set("pattern", pattern());
    return step;
  }

  private ObjectNode pattern() {
    return choices.yes()
        ? JSON.objectNode().put("Regex", patterns.make())
        : JSON.objectNode().put("String", text());
  }

  private ObjectNode preTokenizer() {
    ObjectNode step = JSON.objectNode();
    return switch (choices.below(12)) {
      case 0 -> step.put("type", "BertPreTokenizer");
      case 1 -> byteLevel();
      case 2 -> step.put("type", "CharDelimiterSplit").put("delimiter", character());
      case 3 -> step.put("type", "Digits").put("individual_digits", choices.yes());
      case 4 -> metaspace();
      case 5 -> step.put("type", "Punctuation").put("behavior", behavior());
      case 6 -> step.put("type", "UnicodeScripts");
      case 7 -> step.put("type", "Whitespace");
      case 8 -> step.put("type", "WhitespaceSplit");
      default -> {
        step.put("type", "Split").put("behavior", behavior()).put("invert", choices.yes());
        step.set("pattern", pattern());
        yield step;
      }
    };
  }

  private ObjectNode postProcessor() {
    ObjectNode step = JSON.objectNode();
    return switch (choices.below(5)) {
      case 0 -> byteLevel();
      case 1 -> framing("BertProcessing");
      case 2 ->
          framing("RobertaProcessing")
              .put("trim_offsets", choices.yes())
              .put("add_prefix_space", choices.yes());
      default -> {
        step.put("type", "TemplateProcessing");
        String token = text();
        pieces(step.putArray("single"), token);
        pieces(step.putArray("pair"), token);
        ObjectNode special = step.putObject("special_tokens").putObject(token).put("id", token);
        special.putArray("ids").add(choices.below(9));
        special.putArray("tokens").add(text());
        yield step;
      }
    };
  }

  private void pieces(ArrayNode template, String token) {
    for (int i = choices.below(5); i > 0; i--) {
      ObjectNode piece = template.addObject();
      if (choices.below(3) > 0) {
        piece.putObject("SpecialToken").put("id", token).put("type_id", choices.below(3));
      } else {
        piece.putObject("Sequence").put("id", choices.below(9) == 1 ? "B" : "A").put("type_id", 0);
      }
    }
  }

  private ObjectNode framing(String type) {
    ObjectNode step = JSON.objectNode().put("type", type);
    step.putArray("sep").add(text()).add(choices.below(9));
    step.putArray("cls").add(text()).add(choices.below(9));
    return step;
  }

  private ObjectNode decoder() {
    ObjectNode step = JSON.objectNode();
    return switch (choices.below(10)) {
      case 0 -> replace();
      case 1 -> step.put("type", "BPEDecoder").put("suffix", text());
      case 2 -> step.put("type", "ByteFallback");
      case 3 -> byteLevel();
      case 4 ->
          step.put("type", "CTC")
              .put("pad_token", text())
              .put("word_delimiter_token", text())
              .put("cleanup", choices.yes());
      case 5 -> step.put("type", "Fuse");
      case 6 -> metaspace();
      case 7 ->
          step.put("type", "Strip")
              .put("content", character())
              .put("start", choices.below(5))
              .put("stop", choices.below(20) == 1 ? 1 : 0);
      default -> step.put("type", "WordPiece").put("prefix", text()).put("cleanup", choices.yes());
    };
  }

  private ObjectNode byteLevel() {
    return JSON.objectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", choices.yes())
        .put("trim_offsets", choices.yes())
        .put("use_regex", choices.yes());
  }

  private ObjectNode metaspace() {
    return JSON.objectNode()
        .put("type", "Metaspace")
        .put("replacement", character())
        .put("prepend_scheme", choices.of("always", "first", "never"))
        .put("split", choices.yes());
  }

  private ObjectNode truncation() {
    return JSON.objectNode()
        .put("direction", choices.of("Right", "Left"))
        .put("max_length", choices.below(4))
        .put("strategy", "LongestFirst")
        .put("stride", choices.below(5));
  }

  private ObjectNode padding() {
    ObjectNode padding = JSON.objectNode().put("direction", "Right").put("pad_id", 0);
    padding.putObject("strategy").put("Fixed", Integer.MAX_VALUE);
    padding.put("pad_to_multiple_of", choices.below(3)).put("pad_type_id", 0);
    return padding.put("pad_token", text());
  }

  private String behavior() {
    return choices.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");
  }

  private String character() {
    return choices.of("▁", " ", "a", "é", "🎉");
  }

  private String text() {
    String text = choices.of(TEXTS);
    return choices.below(5) == 1 ? text + choices.of(TEXTS) : text;
  }
}
