package dev.deed.train;

import dev.deed.data.TrainingTexts;
import dev.deed.processing.tokenizer.TrainedTokenizer;
import dev.deed.processing.tokenizer.VocabularyTrainer;
import dev.deed.processing.tokenizer.VocabularyTrainer.Kind;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Where the tokenizer of a new model comes from. */
public sealed interface VocabularySource {
  String text();

  /** A folder that holds {@code tokenizer.json} and {@code tokenizer_config.json}. */
  record Of(Path folder) implements VocabularySource {
    @Override
    public String text() {
      return folder.toString();
    }
  }

  /**
   * Learnt from the training data: its targets and what text the model reads.
   *
   * @param size most tokens, special ones included
   */
  record Learnt(Kind kind, int size) implements VocabularySource {
    @Override
    public String text() {
      return (kind == Kind.WORD ? "word:" : "bpe:") + size;
    }

    /**
     * Learns it of some fields and writes the tokenizer's files to a folder. Where pages are read,
     * answers copy words and numbers from them, so both are cut alike: with a space in front of the
     * first word, as on the page, where words are cut one by one, and with each digit by itself;
     * and each token has its own part of the word's box, so that its place says which comes next.
     */
    void writeTo(Path folder, List<Path> trainFiles, Set<TrainingTexts.Field> fields) {
      boolean copies = fields.contains(TrainingTexts.Field.OCR);
      VocabularyTrainer.Options options =
          new VocabularyTrainer.Options(size, 1, copies, copies, false);
      VocabularyTrainer trainer = kind.trainer(options);
      new TrainingTexts(fields).read(trainFiles, trainer::add);
      TrainedTokenizer learnt = trainer.finish();
      (copies ? learnt.sharingBoxes() : learnt).writeTo(folder);
    }
  }

  /**
   * Reads {@code word}, {@code bpe}, {@code word:SIZE}, {@code bpe:SIZE}, or the path of a folder.
   *
   * @throws InputException when it is neither
   */
  static VocabularySource parse(String text) {
    String[] parts = text.split(":", 2);
    if (!parts[0].equals("word") && !parts[0].equals("bpe")) {
      return new Of(Path.of(text));
    }
    Kind kind = parts[0].equals("word") ? Kind.WORD : Kind.BPE;
    int special = VocabularyTrainer.SPECIAL_TOKENS.size();
    // Pieces of bytes begin with all 256 bytes.
    int least = kind == Kind.WORD ? special + 1 : special + 256;
    int size = 4000;
    if (parts.length == 2) {
      try {
        size = Integer.parseInt(parts[1]);
      } catch (NumberFormatException e) {
        size = 0;
      }
    }
    if (size < least) {
      throw new InputException(
          "--vocabulary",
          "is " + text,
          "give %s:SIZE with a size of %d or more".formatted(parts[0], least));
    }
    return new Learnt(kind, size);
  }
}
