package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.GenerationJson;
import dev.deed.data.TrainingTexts;
import dev.deed.files.AtomicFiles;
import dev.deed.files.TargetLock;
import dev.deed.processing.tokenizer.TrainedTokenizer;
import dev.deed.processing.tokenizer.VocabularyTrainer;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed tokenizer}: learns a vocabulary from text. */
@Command(
    name = "tokenizer",
    description = {
      "Learns a vocabulary and writes tokenizer.json and tokenizer_config.json, which Transformers"
          + " opens too.",
      "Special tokens: <s> 0, <pad> 1, </s> 2, <unk> 3."
    },
    mixinStandardHelpOptions = true)
final class TokenizerCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Parameters(paramLabel = "FILE", arity = "1..*", descriptionKey = "FILE")
  List<Path> files = List.of();

  @Option(names = "--out", paramLabel = "FOLDER", required = true)
  Path out = Path.of("");

  @Option(names = "--kind", paramLabel = "KIND")
  VocabularyTrainer.Kind kind = VocabularyTrainer.Kind.BPE;

  @Option(names = "--size", paramLabel = "N")
  int size = 8000;

  @Option(names = "--min-frequency", paramLabel = "N")
  int minFrequency = 1;

  @Option(names = "--single-digits")
  boolean singleDigits;

  @Option(names = "--prefix-space")
  boolean prefixSpace;

  @Option(names = "--start-token")
  boolean startToken;

  @Option(names = "--fields", paramLabel = "NAME", split = ",")
  Set<TrainingTexts.Field> fields = Set.of(TrainingTexts.Field.PROMPT, TrainingTexts.Field.TARGET);

  @Override
  public Integer call() {
    try (TargetLock lock = AtomicFiles.lock(out.resolve("tokenizer.json"))) {
      return learn();
    }
  }

  private int learn() {
    if (Files.exists(out.resolve("tokenizer.json"))) {
      throw new InputException(
          out.toString(), "holds a tokenizer.json already", "remove it or give another folder");
    }
    InputException.require(
        kind == VocabularyTrainer.Kind.BPE || !singleDigits && !prefixSpace,
        "--single-digits, --prefix-space",
        "are for bpe",
        "leave them out: words are taken whole, without their spaces");
    VocabularyTrainer trainer = trainer();
    TrainingTexts texts = new TrainingTexts(fields);
    long count;
    try (ProgressLine progress = ProgressLine.of(common, "texts", -1)) {
      count =
          texts.read(
              files,
              text -> {
                trainer.add(text);
                progress.step();
              });
    }
    TrainedTokenizer trained = trainer.finish();
    trained.writeTo(out);
    if (common.json) {
      ObjectNode json = GenerationJson.object();
      json.put("folder", out.toString()).put("tokens", trained.size()).put("texts", count);
      System.out.println(json);
    } else {
      System.out.printf("%s: %d tokens learnt from %d texts%n", out, trained.size(), count);
    }
    return 0;
  }

  private VocabularyTrainer trainer() {
    try {
      return kind.trainer(
          new VocabularyTrainer.Options(size, minFrequency, singleDigits, prefixSpace, startToken));
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "tokenizer", String.valueOf(e.getMessage()), "change --size or --min-frequency");
    }
  }
}
