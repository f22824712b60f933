package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.processing.tokenizer.RegexCost.RefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which patterns the library may search for, and how the time grows with the text. */
class RegexCostTest {
  private static final String SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String ENDINGS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String WORDS =
      "[^\\r\\n\\p{L}\\p{N}]?%1$s*%2$s+%3$s|[^\\r\\n\\p{L}\\p{N}]?%1$s+%2$s*%3$s";

  /** Of published tokenizers, in the order of the models' names. */
  static List<String> linear() {
    return List.of(
        // BLOOM
        " ?[^(\\s|[.,!?…。，、।۔،])]+",
        // BailingMoE
        "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*"
            + "|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
        // Chameleon
        "([\\t\\n]|    |  )",
        // CLIP
        "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
        "\\s+",
        // DeepSeek
        "\\p{N}{1,3}",
        "[一-龥\u3040-ゟ゠-ヿ]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
            + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|"
            + SPACES,
        "[\\r\\n]",
        "\\s?\\p{L}+",
        "\\s?\\p{P}+",
        // Falcon
        "[0-9][0-9][0-9]",
        "[\\p{P}\\$\\+<=>\\^~\\|`]+",
        // Galactica, Nougat
        "[\\(\\)\\[\\]\\{\\}]|([!\"\\#\\$%\\&'\\*\\+,\\-\\./:;<=>\\?\\\\\\^_`\\|\\~])\\1*",
        // Gemma 4
        "[^\\n]+|[\\n]+",
        // GPT-2 and all that have its byte-level steps
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        // GPT-4o (o200k), Mistral's Tekken
        WORDS.formatted(UPPER, LOWER, ENDINGS + "?")
            + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|"
            + SPACES,
        WORDS.formatted(UPPER, LOWER, "") + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + SPACES,
        // Kimi
        "[\\p{Han}]+|"
            + WORDS.formatted("[\\p{Lu}\\p{Lo}&&[^\\p{Han}]]", "[\\p{Ll}\\p{Lo}&&[^\\p{Han}]]", "")
            + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
            + SPACES,
        // Llama 3 (cl100k), Qwen 2, Qwen 3.5, Seed
        ENDINGS
            + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
            + SPACES,
        ENDINGS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + SPACES,
        ENDINGS
            + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|"
            + SPACES,
        ENDINGS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|" + SPACES,
        // Pegasus, T5
        "\\n",
        " {2,}",
        "(\\n)+");
  }

  /** Of published tokenizers too: these go through the rest of a text from each place. */
  static List<String> square() {
    return List.of(
        // Chameleon, DeepSeek LLM
        "<sentinel:[0-9]+>",
        "\\s+$",
        // MolBART, MolFormer and others of chemistry
        "(\\[[^\\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\\(|\\)|\\.|=|#|-|\\+|\\\\|\\/|:|~|@|\\?|>|\\*|\\$"
            + "|\\%[0-9]{2}|[0-9])",
        // Jais 2
        "\\s*[\\r\\n]+|\\s{512}(?!\\S)|\\s{256}(?!\\S)|\\s{4}(?!\\S)|\\s{1,2}(?!\\S)|\\s{1}",
        // SuperBPE
        "(?=(\\d{3})+(?!\\d))",
        // Tiny Aya
        "\\d{1,3}(?=(?:\\d{3})*\\b)",
        "a+b",
        "\\s*[\\r\\n]+|\\s|\\s+",
        "\\s*[\\r\\n]+|\\s+?",
        "\\s*[\\r\\n]+|\\s+x",
        "\\s++(?!\\S)",
        "(\\s+(?!\\S))?x");
  }

  @ParameterizedTest
  @MethodSource
  void linear(String pattern) throws RefusedException {
    assertThat(RegexCost.of(pattern).isSquare()).isFalse();
    assertThat(RegexCost.of(pattern).steps()).isLessThan(2000);
  }

  @ParameterizedTest
  @MethodSource
  void square(String pattern) throws RefusedException {
    assertThat(RegexCost.of(pattern).isSquare()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a+))+c",
        "(a|a)+c",
        "(a|aa)+c",
        "([ab]|a)+c",
        "(a+){60}c",
        "(a?){60}c",
        "(?:a|b){1,100000}c",
        "(?:a|a){1,30}c",
        "(a*)*",
        "(a{1,9})+c",
        "a*a*c",
        "a*b*a*c",
        "\\s+(?=\\d+x)",
        "(?=a+b)*c",
        "(?:a?)+c",
        "(?:)*a",
        "(?i:ß|s)+c",
        "(?i)s+c",
        "(\\w+\\s?)+$",
        "(.*)\\1",
        "(a|b)+|[\\(\\)]|(x)\\1*",
        "(?=a){2}",
        "a{}",
        "(?<=a+)b",
        "a{0,1000}b{0,1000}",
        "a{100001}",
        "a{3,2}",
        "a**",
        "a{2}{3}",
        "a{1,3}+",
        "\\R+",
        "\\X",
        "(?<x>a)\\k<x>",
        "(?>a|b)+",
        "(?~a)",
        "(?x)a b",
        "(*FAIL)",
        "\\g<1>(a)",
        "a\\Kb",
        "(a",
        "a)",
        "[a",
        "[]a]",
        "[[:alpha:]",
        "*a",
        "{2}",
        "a|*",
        "\\1a",
        "\\p{L",
        "\\x{fffffffff}",
        "\\"
      })
  void refused(String pattern) {
    assertThatThrownBy(() -> RegexCost.of(pattern)).isInstanceOf(RefusedException.class);
  }

  @Test
  void theShortestMatch() throws RefusedException {
    assertThat(RegexCost.of("a|bc").shortest()).isEqualTo(1);
    assertThat(RegexCost.of("(ab){2,}c?").shortest()).isEqualTo(4);
    assertThat(RegexCost.of("a*|b").shortest()).isZero();
    assertThat(RegexCost.of("^|(?=a)").shortest()).isZero();
    assertThat(RegexCost.of("a|").shortest()).isZero();
    assertThat(RegexCost.ofText("a🎉").shortest()).isEqualTo(2);
  }

  @Test
  void groupsWithinGroups() {
    assertThatThrownBy(() -> RegexCost.of("(".repeat(5000) + "a" + ")".repeat(5000)))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> RegexCost.of("[".repeat(5000) + "a" + "]".repeat(5000)))
        .isInstanceOf(RefusedException.class);
  }
}
