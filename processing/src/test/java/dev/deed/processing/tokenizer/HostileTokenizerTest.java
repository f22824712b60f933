package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.InputException;
import dev.deed.processing.tokenizer.file.TokenizerSpec;
import dev.deed.processing.tokenizer.training.ByteLevelBpeTrainer;
import dev.deed.processing.tokenizer.training.VocabularyTrainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that someone made to do harm: each opens or is refused in one line, and none reaches native
 * code that would end this process over it.
 */
class HostileTokenizerTest {
  private static final Path FOLDERS = Path.of("src/test/resources/folders");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder = Path.of("");

  @Test
  void modelFilesCutOffAnywhere() throws IOException {
    byte[] whole = copy("t5", "spiece.model");
    for (int length = 0; length < whole.length; length += 31) {
      opensOrIsRefused("spiece.model", Arrays.copyOf(whole, length));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "t5, spiece.model",
    "nllb, sentencepiece.bpe.model",
    "marian, source.spm",
    "m2m100, sentencepiece.bpe.model"
  })
  void modelFilesWithChangedBytes(String name, String file) throws IOException {
    byte[] whole = copy(name, file);
    Random random = new Random(4);
    for (int round = 0; round < 40; round++) {
      byte[] changed = whole.clone();
      for (int i = random.nextInt(6); i >= 0; i--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      opensOrIsRefused(file, changed);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0affffffff0f", // a piece of four gigabytes
        "0affffffffffffffffff01", // of a negative length
        "0a", // a tag without anything
        "0b", // a group, which nobody writes
        "00", // field 0
        "0a0a0a0568656c6c6f180963", // a piece of kind 9
        "0a060a02fffe1802", // a piece that is not UTF-8
        "0a040a001802", // a piece without text
        "0a050a01001802", // a piece that is a zero character
        "0a050a01611802" + "0a050a01611801", // two pieces alike
        "0a080a0161150000c07f", // a score that is no number
        "0a0a0a016115000000001802" + "0a0a0a016215000000001802", // two unknown pieces
        "0a050a01611801", // no unknown piece
        "0a050a01611802" + "12021803", // of whole words
        "0a050a01611802" + "1203c00101", // the space behind words
        "0a050a01611802" + "1a021800" + "1a021801", // a part twice
        "0a050a01611802" + "1a05120341424d", // rules for characters that are too short
        "0a050a01611802" + "2a0312014d" // rules for decoded text
      })
  void modelFilesMadeByHand(String hex) throws IOException {
    copy("mt5", "spiece.model");
    Files.write(folder.resolve("spiece.model"), HexFormat.of().parseHex(hex));
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("spiece.model")
        .hasMessageNotContaining("\n");
  }

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type': 'BPE', 'vocab': {'a': 0, 'b': 0}, 'merges': []}|twice",
        "{'type': 'BPE', 'vocab': {'a': 0}, 'vocab': {'a': 1}, 'merges': []}|\"vocab\" twice",
        "{'type': 'BPE', 'vocab': {'a': 0}, 'merges': [], 'dropout': 0.5}|at random",
        "{'vocab': {'a': 0}, 'merges': [], 'continuing_subword_prefix': '##'}|beside merges"
      })
  void modelsThatCannotBeMeant(String model, String message) throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"), ("{'model': " + model + "}").replace('\'', '"'));
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bart|vocab.json|[]|not a JSON object",
        "bart|vocab.json|{'a': 0|is not JSON",
        "bart|vocab.json|\0\0\0{\177\177\177\177|is not JSON",
        "bart|vocab.json|{'a': 0, 'b': 0}|twice",
        "bart|vocab.json|{'a': 0, 'a': 1}|twice",
        "bart|vocab.json|{'a': 4000000}|not within",
        "bart|vocab.json|{'a': -1}|not within",
        "bart|vocab.json|{'a': 1.5}|whole number",
        "bart|vocab.json|{'a': 99999999999999999999}|is not JSON",
        "bart|merges.txt|a|line 1 has 1 parts",
        "bart|merges.txt|a b c|line 1 has 3 parts",
        "bart|merges.txt|a zzz|line 1 makes or needs",
        "marian|vocab.json|{'a': 0}|lacks the token <unk>",
        "marian|tokenizer_config.json|{'separate_vocabs': true}|target_vocab.json",
        "marian|tokenizer_config.json|{'sp_model_kwargs': {'enable_sampling': true}}|at random",
        "m2m100|tokenizer_config.json|{'src_lang': 'xx', 'tokenizer_class':"
            + " 'M2M100Tokenizer'}|no language",
        "t5|tokenizer_config.json|{'added_tokens_decoder': {'x': {'content': 'a'}}}|an id within",
        "t5|tokenizer_config.json|{'added_tokens_decoder': {'1': 'a'}}|content",
        "t5|tokenizer_config.json|{'extra_ids': 1000000000}|extra_ids",
        "t5|tokenizer_config.json|{'tokenizer_class': 'MarianTokenizer'}|numbered",
        "nllb|tokenizer_config.json|{'tokenizer_class': 'T5Tokenizer'}|is a BPE model",
        "pegasus|tokenizer_config.json|{'offset': -3}|offset",
        "bart|tokenizer_config.json|{'tokenizer_class': 'StrangeTokenizer'}|special tokens",
        "bart|tokenizer_config.json|{'tokenizer_class': 'BartTokenizer', 'sep_token':"
            + " null}|sep_token"
      })
  void filesThatDoNotFit(String name, String file, String content, String message)
      throws IOException {
    copy(name, file);
    Files.writeString(folder.resolve(file), content.replace('\'', '"'));
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
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
        "{'type': 'Prepend', 'prepend': 'xxxxxxxxxx'}|{'content': 'LONG'}|too long"
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
      assertThatThrownBy(tokenizer::preload)
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
    String list = "[" + tokens.replace('\'', '"').replace("LONG", "x".repeat(2_000_000)) + "]";
    for (JsonNode token : MAPPER.readTree(list)) {
      ObjectNode whole = added.addObject().put("id", 0).put("single_word", false);
      whole.put("lstrip", false).put("rstrip", false).put("normalized", false).put("special", true);
      whole.setAll((ObjectNode) token);
    }
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
    return Tokenizer.open(folder);
  }

  private byte[] copy(String name, String file) throws IOException {
    try (Stream<Path> files = Files.list(FOLDERS.resolve(name))) {
      for (Path path : files.toList()) {
        Files.copy(path, folder.resolve(path.getFileName().toString()));
      }
    }
    return Files.exists(folder.resolve(file))
        ? Files.readAllBytes(folder.resolve(file))
        : new byte[0];
  }

  private void opensOrIsRefused(String file, byte[] content) throws IOException {
    Files.write(folder.resolve(file), content);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      int[] ids = tokenizer.encode("The cat ﬁ 😀 </s>");
      assertThat(tokenizer.decode(ids, true)).isNotNull();
    } catch (InputException e) {
      assertThat(e).hasMessageNotContaining("\n");
    }
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
            new ByteLevelBpeTrainer(VocabularyTrainer.Options.ofSize(260))
                .finish()
                .tokenizer()
                .toString());
  }
}
