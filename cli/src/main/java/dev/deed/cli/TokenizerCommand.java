package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.cli.output.OutputOptions;
import dev.deed.cli.output.ProgressLine;
import dev.deed.data.TrainingTexts;
import dev.deed.data.generate.GenerationJson;
import dev.deed.files.AtomicFiles;
import dev.deed.files.TargetLock;
import dev.deed.processing.tokenizer.training.TrainedTokenizer;
import dev.deed.processing.tokenizer.training.VocabularyTrainer;
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

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Text, each line on its own; or data sets, whose names end in .jsonl.")
  List<Path> files = List.of();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      required = true,
      description = "Folder to write to; one that holds a tokenizer.json is refused.")
  Path out = Path.of("");

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description =
          "bpe: byte-level byte-pair encoding, for any text; word: a token for each word between"
              + " white space, for markup and the like (default: bpe).")
  VocabularyTrainer.Kind kind = VocabularyTrainer.Kind.BPE;

  @Option(
      names = "--size",
      paramLabel = "N",
      description =
          "Most tokens, special ones included; bpe needs 260 or more (default: ${DEFAULT-VALUE}).")
  int size = 8000;

  @Option(
      names = "--min-frequency",
      paramLabel = "N",
      description =
          "How often a word or pair must occur to become a token (default: ${DEFAULT-VALUE}).")
  int minFrequency = 1;

  @Option(
      names = "--single-digits",
      description = "Each digit is a token of its own, so that numbers are spelled (bpe only).")
  boolean singleDigits;

  @Option(
      names = "--prefix-space",
      description =
          "Encode a text as if a space stood before it, so that its first word becomes the tokens"
              + " that it is elsewhere; for models that copy words of pages (bpe only).")
  boolean prefixSpace;

  @Option(names = "--start-token", description = "Put <s> before every text, as BART does.")
  boolean startToken;

  @Option(
      names = "--fields",
      paramLabel = "NAME",
      split = ",",
      description =
          "What to learn from in data sets: prompt, decoder_prompt, ocr, target (default:"
              + " prompt,target).")
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
