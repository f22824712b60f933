package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
  void aPieceOf257Characters() throws IOException {
    modelFilesMadeByHand("0a86020a8102" + "61".repeat(257) + "1801");
  }

  /** The native library reads beyond its buffer for the 65th. */
  @Test
  void piecesThatBeginOneAnotherTooOften() throws IOException {
    for (int count : new int[] {64, 65}) {
      ByteArrayOutputStream model = new ByteArrayOutputStream();
      model.writeBytes(piece("<unk>", 2));
      for (int i = 1; i <= count; i++) {
        model.writeBytes(piece("a".repeat(i), 4));
      }
      copyOnce("marian");
      for (String name : List.of("source.spm", "target.spm")) {
        Files.write(folder.resolve(name), model.toByteArray());
      }
      if (count == 64) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
          assertThat(tokenizer.encode("a".repeat(300))).hasSize(7);
        }
      } else {
        assertThatThrownBy(() -> Tokenizer.open(folder))
            .isInstanceOf(InputException.class)
            .hasMessageContaining("64 user-defined pieces in one another");
      }
    }
  }

  private static byte[] piece(String text, int kind) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0x0a, (byte) (bytes.length + 4), 0x0a, (byte) bytes.length});
    out.writeBytes(bytes);
    out.writeBytes(new byte[] {0x18, (byte) kind});
    return out.toByteArray();
  }

  @Test
  void longTextsForPieces() throws IOException {
    copyOnce("marian");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.encode("The cat. ".repeat(20_000))).hasSizeGreaterThan(50_000);
      assertThatThrownBy(() -> tokenizer.encode("The cat. ".repeat(500_000)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("too long");
    }
  }

  private void copyOnce(String name) throws IOException {
    if (!Tokenizer.existsIn(folder)) {
      copy(name, "config.json");
    }
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
}
