package dev.deed.processing.tokenizer;

import dev.deed.files.IoReason;
import dev.deed.files.RegularFile;
import dev.deed.processing.tokenizer.TokenizerSpec.Merge;
import dev.deed.processing.tokenizer.TokenizerSpec.Model;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes a byte-level BPE tokenizer of {@code vocab.json} and {@code merges.txt}, as BART, RoBERTa
 * and Whisper have it.
 */
final class ByteLevelSpecs {
  private static final int MOST_BYTES = 64 << 20;

  private final Path folder;
  private final TokenizerSettings settings;
  private final Vocabulary vocabulary;

  private ByteLevelSpecs(Path folder, TokenizerSettings settings) {
    this.folder = folder;
    this.settings = settings;
    this.vocabulary = VocabularyFile.read(folder.resolve("vocab.json"));
  }

  /**
   * @throws InputException when a file is malformed, or the family has other files
   */
  public static TokenizerSpec of(Path folder, TokenizerSettings settings) {
    return new ByteLevelSpecs(folder, settings).spec();
  }

  private TokenizerSpec spec() {
    List<String> before;
    List<String> after;
    switch (settings.family()) {
      case ROBERTA -> {
        before = List.of(settings.spelling("cls_token"));
        after = List.of(settings.spelling("sep_token"));
      }
      case WHISPER -> {
        before = whisperPrefix();
        after = List.of(settings.spelling("eos_token"));
      }
      default ->
          throw new InputException(
              folder.toString(),
              "does not say which special tokens go with its vocab.json and merges.txt",
              "give a tokenizer.json, or a tokenizer_config.json with the tokenizer_class of"
                  + " Transformers");
    }
    String splitting = TokenizerSpec.byteLevel(settings.config().flag("add_prefix_space", false));
    return new TokenizerSpec(
        new Model.Bpe(vocabulary, merges(folder.resolve("merges.txt")), null),
        TokenizerSpec.NOTHING,
        splitting,
        splitting,
        before,
        after,
        settings.added(List.of()));
  }

  private List<Merge> merges(Path file) {
    List<Merge> merges = new ArrayList<>();
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(RegularFile.read(file, MOST_BYTES, "give a list of merges"));
      int number = 0;
      for (String line :
          StandardCharsets.UTF_8.newDecoder().decode(bytes).toString().lines().toList()) {
        number++;
        if (!line.startsWith("#version")) {
          merges.add(merge(file, number, line));
        }
      }
    } catch (CharacterCodingException e) {
      throw new InputException(file.toString(), "is not UTF-8", "fetch it again");
    } catch (IOException e) {
      throw IoReason.unreadable(file, e);
    }
    return merges;
  }

  private Merge merge(Path file, int number, String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 2) {
      throw new InputException(
          file.toString(),
          "line " + number + " has " + parts.length + " parts instead of two",
          "fetch it again");
    }
    for (String token : List.of(parts[0], parts[1], parts[0] + parts[1])) {
      if (vocabulary.id(token) == null) {
        throw new InputException(
            file.toString(),
            "line " + number + " makes or needs a token that vocab.json lacks",
            "give the two files of one tokenizer");
      }
    }
    return new Merge(parts[0], parts[1]);
  }

  /** What Whisper puts in front of a text that it is to learn. */
  private List<String> whisperPrefix() {
    List<String> prefix = new ArrayList<>(List.of("<|startoftranscript|>"));
    if (settings.config().has("language")) {
      prefix.add(whisperLanguage(settings.config().text("language")));
    }
    if (settings.config().has("task")) {
      prefix.add("<|" + settings.config().text("task") + "|>");
    }
    if (!settings.config().flag("predict_timestamps", false)) {
      prefix.add("<|notimestamps|>");
    }
    List<String> tokens = settings.added(List.of()).stream().map(AddedToken::content).toList();
    for (String token : prefix) {
      InputException.require(
          vocabulary.id(token) != null || tokens.contains(token),
          folder.toString(),
          "has no token " + token,
          "give the complete tokenizer");
    }
    return prefix;
  }

  /** The token of a language given by its code or its English name. */
  private String whisperLanguage(String language) {
    String wanted = language.toLowerCase(Locale.ROOT);
    for (String code : Locale.getISOLanguages()) {
      if (Locale.of(code).getDisplayLanguage(Locale.ENGLISH).equalsIgnoreCase(wanted)) {
        return "<|" + code + "|>";
      }
    }
    return "<|" + wanted + "|>";
  }
}
