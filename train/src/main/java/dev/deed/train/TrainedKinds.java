package dev.deed.train;

import dev.deed.checkpoint.InputException;
import dev.deed.model.spec.DocumentFront;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.TransformerSpec;
import org.jspecify.annotations.Nullable;

/** Which models training knows. */
public final class TrainedKinds {
  private TrainedKinds() {}

  /** What a model has that training does not know; null when it can be trained. */
  public static @Nullable String obstacle(TransformerSpec spec) {
    if (spec.encoder().stack().layerScale()) {
      return "has layer scale";
    }
    return switch (spec.encoder().front()) {
      case EncoderFront.RelativePatches front -> "has biases between patches";
      case EncoderFront.FlattenedPatches front -> "reads flattened patches";
      case EncoderFront.ShiftedWindows front -> "attends within windows";
      case EncoderFront.ResNetAndTokens front -> "reads text beside pictures";
      case DocumentFront.LayoutInduced front -> "joins patches with boxed tokens";
      case EncoderFront.Spectrogram front -> "reads spectrograms";
      case EncoderFront.Tokens front -> null;
      case DocumentFront.LayoutAware front -> null;
      case EncoderFront.Picture front -> null;
    };
  }

  /**
   * @throws InputException when the model cannot be trained
   */
  static void require(TransformerSpec spec) {
    String obstacle = obstacle(spec);
    if (obstacle != null) {
      throw new InputException(
          "the model",
          obstacle + ", which training does not know",
          "train another kind; docs/models.md lists them");
    }
  }
}
