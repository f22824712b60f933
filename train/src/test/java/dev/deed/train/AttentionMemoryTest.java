package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AttentionMemoryTest {
  private static final long GIGABYTE = 1_000_000_000;

  @TempDir Path work;

  private static TransformerSpec spec(String family) {
    Path config = Golden.path("core", "exits/%s/model/config.json".formatted(family));
    return ModelFamily.describe(Config.read(config)).spec();
  }

  /** T5 with 4 heads, 3 encoder and 6 decoder layers. */
  @Test
  void softmaxesOfLearntBiasesCount() {
    TransformerSpec t5 = spec("t5-v1_1");
    double source = 4.0 * 8 * 4 * 100 * 100;
    double target = 4.0 * 8 * 4 * 1000 * 1000;
    AttentionMemory memory = new AttentionMemory(t5, 8, 100, 1000);
    assertThat(memory.bytes()).isEqualTo(6 * source + 9 * target);
    assertThat(new AttentionMemory(spec("bart"), 8, 100, 1000).bytes()).isZero();
    assertThatCode(() -> memory.requireRoom(2 * GIGABYTE)).doesNotThrowAnyException();
    assertThatThrownBy(() -> memory.requireRoom(GIGABYTE))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--batch 8: the attentions take 1,160 MB (8 rows, the longest line")
        .hasMessageContaining("100 tokens and a target of 1,000), of 750 that may be used");
  }

  /** Not one that the system ends without a word, nor an array that no machine has. */
  @ParameterizedTest
  @CsvSource({"prompt, train", "target, train", "target, val"})
  void aLineThatNoMemoryHoldsIsRefusedBeforeTheFirstStep(String field, String file)
      throws IOException {
    Path data = TinyTask.text(Files.createDirectories(work.resolve("data")), 8);
    String other = field.equals("prompt") ? "target" : "prompt";
    Files.writeString(
        data.resolve(file + ".jsonl"),
        "{\"%s\": \"%s\", \"%s\": \"red\"}\n".formatted(field, "red ".repeat(60_000), other),
        StandardOpenOption.APPEND);
    Path out = work.resolve("out");
    Training training =
        TinyTask.training(
            data, out, TinyTask.start("t5"), TinyTask.recipe(DeepSupervisionLoss.Kind.DEED, 2));
    TorchRuntime.start(1);
    assertThatThrownBy(() -> training.run(new Recorder()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--batch 8: the attentions take ");
    assertThat(out).doesNotExist();
  }

  @Test
  void whereLibTorchFindsNoMemoryALineSaysSo() {
    TorchRuntime.start(1);
    assertThatThrownBy(
            () -> {
              try {
                torch.empty(1L << 55).close();
              } catch (RuntimeException e) {
                throw TorchRuntime.named(e);
              }
            })
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("memory: is used up by the training");
    IllegalStateException other = new IllegalStateException("out of order");
    assertThat(TorchRuntime.named(other)).isSameAs(other);
  }
}
