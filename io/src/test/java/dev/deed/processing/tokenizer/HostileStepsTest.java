package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Steps, added tokens and texts for which the tokenizers library would end this process, or use up
 * its memory: refused in one line.
 */
class HostileStepsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder = Path.of("");

  @Test
  void characterRulesThatLeadOutOfTheirTrie() throws IOException {
    byte[] map = new byte[4 + 1024 + 2];
    map[1] = 4; // 1,024 bytes of trie
    map[4 + 1] = (byte) 0xfc; // the root's children are far away
    map[4 + 2] = (byte) 0xff;
    map[4 + 1024] = 'a';
    for (byte[] rules : List.of(map, new byte[] {-1, -1, -1, -1, 0}, new byte[1030])) {
      assertThatThrownBy(() -> openWith("normalizer", TokenizerSpec.precompiled(rules)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("characters are damaged");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "normalizer|{'type': 'Precompiled', 'precompiled_charsmap': ''}|charsmap",
        "normalizer|{'type': 'Precompiled', 'precompiled_charsmap': 'AAA'}|charsmap",
        "normalizer|{'type': 'Precompiled'}|charsmap",
        "normalizer|{'type': 'Replace', 'pattern': {'String': ''}, 'content': 'x'}|empty",
        "normalizer|{'type': 'Replace', 'pattern': {'Regex': '(a+)+$'}, 'content': ''}|endless",
        "normalizer|{'type': 'Replace', 'pattern': {'Regex': 'x*'}, 'content': 'y'}|nothing",
        "normalizer|{'type': 'Replace', 'pattern': {'Regex': '$'}, 'content': 'y'}|nothing",
        "normalizer|{'type': 'Replace', 'pattern': {'Regex': '(?=x)'}, 'content': ''}|nothing",
        "normalizer|{'type': 'Prepend', 'prepend': ''}|prepends nothing",
        "normalizer|{'type': 'Novelty'}|\"Novelty\"",
        "normalizer|7|not supported",
        "pre_tokenizer|{'type': 'FixedLength', 'length': 0}|\"FixedLength\"",
        "pre_tokenizer|{'type': 'Sequence', 'pretokenizers': [{'type': 'New'}]}|\"New\"",
        "decoder|{'type': 'Strip', 'content': ' ', 'start': 0, 'stop': 9}|strips",
        "normalizer|{'type': 'Replace', 'pattern': {'Regex': '((a+))+c'}, 'content': ''}|endless",
        "pre_tokenizer|{'type': 'Split', 'pattern': {'Regex': '(ab?)+c'}, 'behavior':"
            + " 'Isolated', 'invert': false}|endless",
        "decoder|{'type': 'Replace', 'pattern': {'Regex': '(?~a)'}, 'content': ''}|(?~a)",
        "post_processor|{'type': 'Sequence', 'processors': [{'type': 'TemplateProcessing', 'single':"
            + " [], 'pair': [], 'special_tokens': {}}, {'type': 'BertProcessing'}]}|twice",
        "post_processor|{'type': 'ByteLevel', 'single': [{'SpecialToken': {'id': 'x', 'type_id':"
            + " 0}}], 'pair': [], 'special_tokens': {}}|\"ByteLevel\", which has no",
        "post_processor|{'type': 'Sequence', 'cls': ['a', 1], 'sep': ['b', 2]}|which has no",
        "post_processor|{'type': 'TemplateProcessing', 'single': [{'Sequence': {'id': 'A'}},"
            + " {'Sequence': {'id': 'A'}}], 'pair': [], 'special_tokens': {}}|repeats a text",
        "post_processor|{'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': 'x',"
            + " 'type_id': 0}}], 'pair': [], 'special_tokens': {}}|does not explain",
        "post_processor|{'type': 'TemplateProcessing', 'single': [{'Sequence': {'id': 'B',"
            + " 'type_id': 0}}], 'pair': [], 'special_tokens': {}}|second text",
        "post_processor|{'type': 'TemplateProcessing', 'single': [], 'pair': [], 'special_tokens':"
            + " {'x': {'id': 'x', 'ids': [1, 2], 'tokens': ['x']}}}|unlike numbers"
      })
  void stepsThatWouldEndTheProcess(String part, String json, String message) {
    assertThatThrownBy(() -> openWith(part, json.replace('\'', '"')))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining(message);
  }

  @Test
  void stepsThatMultiplyATextWithoutAnEnd() {
    String thousand =
        "{'type': 'Replace', 'pattern': {'String': 'a'}, 'content': '%s'}"
            .formatted("a".repeat(1000));
    String many = "{'type': 'Lowercase'}" + ",{'type': 'Lowercase'}".repeat(300);
    String prepend = "{'type': 'Prepend', 'prepend': '▁'}";
    for (String steps :
        List.of(
            thousand + "," + thousand,
            prepend + ("," + prepend).repeat(20),
            "{'type': 'Prepend', 'prepend': '" + "x".repeat(100_000) + "'}")) {
      assertRefused(
          "normalizer", "{'type': 'Sequence', 'normalizers': [" + steps + "]}", "gigabytes");
    }
    assertRefused("normalizer", "{'type': 'Sequence', 'normalizers': [" + many + "]}", "256 steps");
    assertRefused(
        "decoder",
        "{'type': 'Sequence', 'decoders': [" + thousand + "," + thousand + "]}",
        "gigabytes");
    String token = "{'SpecialToken': {'id': '</s>', 'type_id': 0}}";
    assertRefused(
        "post_processor",
        "{'type': 'TemplateProcessing', 'single': ["
            + token
            + ("," + token).repeat(1000)
            + "],"
            + " 'pair': [], 'special_tokens': {'</s>': {'id': '</s>', 'ids': [2], 'tokens':"
            + " ['</s>']}}}",
        "1000 tokens");
  }

  /** Reads beyond its buffer too: 33 rules, or rules in a circle. */
  @Test
  void rulesThatBeginOneAnotherTooOften() throws IOException {
    openWith("normalizer", TokenizerSpec.precompiled(nestedRules(32, false)));
    for (byte[] rules : List.of(nestedRules(33, false), nestedRules(1, true))) {
      assertRefused("normalizer", TokenizerSpec.precompiled(rules), "damaged");
    }
  }

  /** Rules for one {@code a}, two, and so on, each with a block of the trie; or a way round. */
  private static byte[] nestedRules(int count, boolean round) {
    byte[] map = new byte[4 + 1024 * (count + 2) + 2];
    ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN).putInt(1024 * (count + 2));
    putUnit(map, 0, 256 << 10);
    for (int i = 1; i <= count; i++) {
      int place = 256 * i ^ 'a';
      int next = round ? 256 * i : 256 * (i + 1);
      putUnit(map, place, 'a' | 1 << 8 | (place ^ next) << 10);
      putUnit(map, next, Integer.MIN_VALUE);
    }
    map[map.length - 2] = 'b';
    return map;
  }

  @Test
  void characterRulesThatMultiplyAText() {
    byte[] map = new byte[4 + 1024 + 100_001];
    map[1] = 4;
    putUnit(map, 0, 1 << 10); // the root's children begin at 1
    putUnit(map, 1 ^ 'a', 'a' | 1 << 8 | 2 << 10); // 'a' has an end
    putUnit(map, 1 ^ 'a' ^ 2, Integer.MIN_VALUE); // the first replacement
    Arrays.fill(map, 4 + 1024, map.length - 1, (byte) 'b');
    assertRefused("normalizer", TokenizerSpec.precompiled(map), "gigabytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null|{'content': ' ', 'rstrip': true}|white space behind",
        "null|{'content': '<a>', 'rstrip': true}, {'content': '\u00a0b'}|white space behind",
        "{'type': 'NFC'}|{'content': '<a>', 'rstrip': true, 'normalized': true}|normalized text",
        "null|{'content': 'LONG'}|one longer than 1000 bytes"
      })
  void addedTokensThatWouldEndTheProcess(String normalizer, String tokens, String message) {
    assertThatThrownBy(() -> openWithTokens(normalizer, tokens))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anAddedTokenOfWhichNothingIsLeft() throws IOException {
    try (Tokenizer tokenizer =
        openWithTokens("{'type': 'StripAccents'}", "{'content': '\u0301', 'normalized': true}")) {
      assertThatThrownBy(() -> tokenizer.encode("a"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("leaves nothing");
    }
  }

  @Test
  void moreAddedTokensThanTheLibraryCanCompare() {
    StringBuilder tokens = new StringBuilder("{'content': 'x'}");
    for (int i = 0; i < 60_000; i++) {
      tokens.append(",{'content': '").append(i).append("'}");
    }
    assertThatThrownBy(() -> openWithTokens("null", tokens.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("more than 50000");
  }

  @Test
  void addedTokensOfMoreBytesThanTheLibraryHasMemoryFor() {
    StringBuilder tokens = new StringBuilder("{'content': 'x'}");
    for (int i = 0; i < 4200; i++) {
      tokens.append(",{'content': '").append("x".repeat(996)).append(i).append("'}");
    }
    assertThatThrownBy(() -> openWithTokens("null", tokens.toString()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("its added tokens have more than 4194304 bytes");
  }

  @Test
  void modelsOfMoreThanTheLibraryHasMemoryFor() {
    StringBuilder pieces = new StringBuilder("['x', 0]");
    for (int i = 0; i < 8500; i++) {
      pieces.append(",['").append("x".repeat(990)).append(i).append("', -1]");
    }
    assertRefused(
        "model",
        "{'type': 'Unigram', 'unk_id': 0, 'vocab': [" + pieces + "]}",
        "the pieces of its vocabulary have more than 8388608 bytes");
    String merges = "'a b'" + ",'a b'".repeat(1_000_000);
    assertRefused(
        "model",
        "{'type': 'BPE', 'vocab': {'a': 0, 'b': 1, 'ab': 2}, 'merges': [" + merges + "]}",
        "has more than 1000000 merges");
  }

  @Test
  void textsBeyondWhatTheLibraryCanTake() throws IOException {
    String hundred =
        "{'type': 'Replace', 'pattern': {'String': 'a'}, 'content': '%s'}"
            .formatted("b".repeat(100));
    try (Tokenizer tokenizer = openWithTokens(hundred, "{'content': '<s>'}")) {
      assertThat(tokenizer.encode("a".repeat(10_000), false)).hasSize(1_000_000);
      assertThatThrownBy(() -> tokenizer.encode("a".repeat(100_000)))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "the text: is too long for this tokenizer, with 100000 characters; cut it into"
                  + " several");
      assertThatThrownBy(() -> tokenizer.decode(new int[10_000_000], true))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("10000000 tokens");
    }
  }

  private static void putUnit(byte[] map, int place, int unit) {
    ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN).putInt(4 + 4 * place, unit);
  }

  private void assertRefused(String part, String json, String message) {
    assertThatThrownBy(() -> openWith(part, json.replace('\'', '"')))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining(message);
  }

  /** Opens a tokenizer with added tokens, given without what they do not have. */
  private Tokenizer openWithTokens(String normalizer, String tokens) throws IOException {
    ObjectNode tokenizer = bytes();
    tokenizer.set("normalizer", MAPPER.readTree(normalizer.replace('\'', '"')));
    ArrayNode added = tokenizer.putArray("added_tokens");
    String list = "[" + tokens.replace('\'', '"').replace("LONG", "x".repeat(1001)) + "]";
    for (JsonNode token : MAPPER.readTree(list)) {
      ObjectNode whole = added.addObject().put("id", 0).put("single_word", false);
      whole.put("lstrip", false).put("rstrip", false).put("normalized", false).put("special", true);
      whole.setAll((ObjectNode) token);
    }
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
    return Tokenizer.open(folder);
  }

  private void openWith(String part, String step) throws IOException {
    ObjectNode tokenizer = bytes();
    tokenizer.set(part, MAPPER.readTree(step));
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
    Tokenizer.open(folder).close();
  }

  /** A vocabulary of all bytes and no merge. */
  private static ObjectNode bytes() throws IOException {
    return (ObjectNode)
        MAPPER.readTree(
            new ByteLevelBpeTrainer(new VocabularyTrainer.Options(260, 1, false, false, false))
                .finish()
                .tokenizer()
                .toString());
  }
}
