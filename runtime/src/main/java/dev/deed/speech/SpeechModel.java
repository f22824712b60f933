package dev.deed.speech;

import dev.deed.EncoderDecoderModel;
import dev.deed.ModelInternals;
import dev.deed.Token;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.processing.sound.LogMelProcessor;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.settings.SpeechTokens;
import dev.deed.value.InputException;
import java.util.List;

/**
 * A model that writes down speech, with what tells how. Safe for use from many threads.
 *
 * @param sounds makes the spectrogram that it reads
 * @param tokens by which it is told what to do
 * @param positions most decoder inputs and tokens of a window together
 * @param steps positions of the encoder in a window: each is a step of the timestamps
 */
record SpeechModel(
    EncoderDecoderModel model,
    LogMelProcessor sounds,
    Tokenizer tokenizer,
    SpeechTokens tokens,
    int positions,
    int steps) {
  /**
   * @throws InputException when it takes no sound, writes no timestamps, or its folder lacks what
   *     tells how
   */
  static SpeechModel of(EncoderDecoderModel model) {
    ModelInternals internals = model.internals();
    String folder = internals.folder().path().toString();
    InputException.require(
        !internals.inputs().contains(Part.SAMPLES),
        folder,
        "writes no timestamps, so a recording cannot be cut into windows by them",
        "run deed generate with --audio, a minute of sound at most, or give a Whisper model");
    InputException.require(
        internals.inputs().contains(Part.SPECTROGRAM),
        folder,
        "takes no sound",
        "give a Whisper model");
    LogMelProcessor processor = internals.sounds();
    if (processor == null) {
      throw new InputException(
          folder, "holds no preprocessor_config.json", "add the file of its checkpoint");
    }
    Tokenizer own = internals.tokenizer();
    if (own == null) {
      throw new InputException(folder, "holds no tokenizer", "add the files of its checkpoint");
    }
    int most = internals.spec().decoder().positions().most();
    int positions =
        model.generationDefaults().get("max_length") instanceof Integer length
            ? Math.min(most, length)
            : most;
    return new SpeechModel(
        model,
        processor,
        own,
        SpeechTokens.of(
            folder, model.generationDefaults(), own, internals.spec().decoder().vocabulary()),
        positions,
        internals.spec().encoder().positions().most());
  }

  /** When a frame of a recording begins. */
  double seconds(int frame) {
    return (double) frame * sounds.hop() / sounds.rate();
  }

  /** The text of tokens, without timestamps. */
  String textOf(List<Token> piece) {
    return text(piece.stream().map(Token::id).toList());
  }

  /** The same of their ids. */
  String text(List<Integer> ids) {
    int[] textIds =
        ids.stream().mapToInt(Integer::intValue).filter(id -> !tokens.isTimestamp(id)).toArray();
    return tokenizer.decode(textIds, true);
  }
}
