package dev.deed.train;

import dev.deed.checkpoint.InputException;
import dev.deed.processing.ByteLevelBpeTrainer;
import dev.deed.processing.VocabularyTrainer;
import dev.deed.processing.WordLevelTrainer;
import dev.deed.tasks.data.Example;
import dev.deed.tasks.data.ExampleReader;
import java.nio.file.Path;
import java.util.List;

/** Where the tokenizer of a new model comes from. */
public sealed interface Vocabulary {
  /** A folder that holds {@code tokenizer.json} and {@code tokenizer_config.json}. */
  record Of(Path folder) implements Vocabulary {}

  /**
   * Learnt from the training data: its targets and, for a model that reads text, its prompts.
   *
   * @param size most tokens, special ones included
   */
  record Learnt(Kind kind, int size) implements Vocabulary {
    /** Whole words, or pieces of bytes. */
    public enum Kind {
      WORD,
      BPE
    }

    /** Learns it and writes the tokenizer's files to a folder. */
    void writeTo(Path folder, List<Path> trainFiles, boolean prompts) {
      VocabularyTrainer.Options options = VocabularyTrainer.Options.ofSize(size);
      VocabularyTrainer trainer =
          switch (kind) {
            case WORD -> new WordLevelTrainer(options);
            case BPE -> new ByteLevelBpeTrainer(options);
          };
      for (Path file : trainFiles) {
        add(file, prompts, trainer);
      }
      trainer.finish().writeTo(folder);
    }

    private static void add(Path file, boolean prompts, VocabularyTrainer trainer) {
      try (ExampleReader reader = ExampleReader.open(file)) {
        for (Example example = reader.next(); example != null; example = reader.next()) {
          trainer.add(example.target());
          if (prompts && example.input().prompt() != null) {
            trainer.add(example.input().prompt());
          }
        }
      }
    }
  }

  /**
   * Reads {@code word}, {@code bpe}, {@code word:SIZE}, {@code bpe:SIZE}, or the path of a folder.
   *
   * @throws InputException when it is neither
   */
  static Vocabulary parse(String text) {
    String[] parts = text.split(":", 2);
    if (!parts[0].equals("word") && !parts[0].equals("bpe")) {
      return new Of(Path.of(text));
    }
    int size = 4000;
    if (parts.length == 2) {
      try {
        size = Integer.parseInt(parts[1]);
      } catch (NumberFormatException e) {
        size = 0;
      }
    }
    if (size <= VocabularyTrainer.SPECIAL_TOKENS.size()) {
      throw new InputException(
          "--vocabulary", "is " + text, "give word:SIZE or bpe:SIZE with a size of 5 or more");
    }
    return new Learnt(parts[0].equals("word") ? Learnt.Kind.WORD : Learnt.Kind.BPE, size);
  }
}
