package dev.deed.train;

import dev.deed.model.front.FlattenedPatchFront;
import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.front.LayoutInducedFront;
import dev.deed.model.front.PatchFront;
import dev.deed.model.front.PictureFront;
import dev.deed.model.front.PicturePlaces;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.front.ResNetTokenFront;
import dev.deed.model.front.SampleFront;
import dev.deed.model.front.SpectrogramFront;
import dev.deed.model.front.TokenFront;
import dev.deed.model.front.WindowFront;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.InputException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

public final class TrainedKinds {
  private TrainedKinds() {}

  /** What a model has that training does not know; null when it can be trained. */
  public static @Nullable String obstacle(TransformerSpec spec) {
    if (spec.encoder().stack().layerScale()) {
      return "has layer scale";
    }
    return switch (spec.encoder().front()) {
      case PatchFront front when front.layerBiases() || front.sharedBias() ->
          "has biases between patches";
      case FlattenedPatchFront front -> "reads flattened patches";
      case WindowFront front -> "attends within windows";
      case ResNetTokenFront front -> "reads text beside pictures";
      case LayoutInducedFront front -> "joins patches with boxed tokens";
      case SampleFront front -> "reads samples of sound";
      case TokenFront _, PictureTextFront _, SpectrogramFront _, LayoutAwareFront _ -> null;
      case PictureFront _ -> null;
      default -> "reads its inputs as a " + spec.encoder().front().getClass().getSimpleName();
    };
  }

  /** What a training changes; where it freezes the model, what exits add alone. */
  static Predicate<Parameter> trained(TransformerSpec spec, boolean freeze) {
    if (freeze) {
      return Parameter::belongsToExits;
    }
    Set<String> frozen = frozen(spec);
    return parameter -> !frozen.contains(parameter.name());
  }

  /**
   * Names of the parameters that no training changes: where pictures stand among tokens, those of
   * the part that reads them; where sound is read, the encoder's.
   */
  static Set<String> frozen(TransformerSpec spec) {
    Stream<Parameter> frozen =
        switch (spec.encoder().front()) {
          case PictureTextFront(_, _, _, PicturePlaces picture) when picture != null -> {
            ParameterList list = new ParameterList();
            picture.declare(list, spec.encoder().stack());
            yield list.toList().stream();
          }
          case SpectrogramFront _ ->
              ParameterTable.of(spec).stream()
                  .filter(parameter -> Names.belongs(parameter.name(), Names.ENCODER.name()));
          default -> Stream.empty();
        };
    return frozen.map(Parameter::name).collect(Collectors.toSet());
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
