package dev.deed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.train.torch.TorchRuntime;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainingMemoryTest {
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
    TrainingMemory memory = new TrainingMemory(t5, false, 8, 100, 1000, 0);
    assertThat(memory.attentions()).isEqualTo(6 * source + 9 * target);
    assertThat(new TrainingMemory(t5, true, 8, 100, 1000, 0).attentions()).isZero();
    assertThat(new TrainingMemory(spec("bart"), false, 8, 100, 1000, 0).attentions()).isZero();
  }

  @Test
  void logitsOfAllExitsCount() {
    TransformerSpec t5 = spec("t5-v1_1");
    int exits = Objects.requireNonNull(t5.exits()).layers().size();
    double logits = 4.0 * 8 * 1000 * t5.decoder().vocabulary();
    TrainingMemory memory = new TrainingMemory(t5, true, 8, 100, 1000, 0);
    assertThat(memory.loss()).isEqualTo((2 * exits + 3) * logits);
    int most = Integer.MAX_VALUE;
    assertThat(new TrainingMemory(t5, true, most, 1, most, 0).loss()).isGreaterThan(1e19);
  }

  /** The three together: each alone would fit. */
  @Test
  void whatDoesNotFitIsRefusedInOneLine() {
    TransformerSpec t5 = spec("t5-v1_1");
    double step = new TrainingMemory(t5, false, 8, 100, 1000, 0).loss() + 1.160e9;
    TrainingMemory memory = new TrainingMemory(t5, false, 8, 100, 1000, 1e9);
    long enough = (long) ((step + 1.01e9) / 0.75);
    assertThatCode(() -> memory.requireRoom(enough)).doesNotThrowAnyException();
    assertThatThrownBy(() -> memory.requireRoom(2 * GIGABYTE))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--batch 8: a step takes ")
        .hasMessageContainingAll(
            "1,160 for attentions and 1,000 for parameters (8 rows, the longest line has 100 tokens",
            "a target of 1,000), of 1,500 that may be used; give a smaller --batch");
  }

  /** A frozen one has neither a gradient nor moments. */
  @Test
  void whatIsFrozenCountsOnce() {
    TransformerSpec t5 = spec("t5-v1_1");
    Collator collator = new Collator(0, 0, null);
    List<List<EncodedExample>> none = List.of();
    double all = TrainingMemory.of(t5, false, 8, collator, none).parameters();
    double frozen = TrainingMemory.of(t5, true, 8, collator, none).parameters();
    double exits =
        ParameterTable.of(t5).stream()
            .filter(Parameter::belongsToExits)
            .mapToLong(Parameter::elements)
            .sum();
    assertThat(frozen).isEqualTo(all / 4 + 12 * exits);
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
        .hasMessageStartingWith("--batch 8: a step takes ");
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
                throw TorchRuntime.inOurWords(e);
              }
            })
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("memory: is used up by the training");
    IllegalStateException other = new IllegalStateException("out of order");
    assertThat(TorchRuntime.inOurWords(other)).isSameAs(other);
  }
}
