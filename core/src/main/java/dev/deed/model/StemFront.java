package dev.deed.model;

import dev.deed.model.EncoderInput.Part;
import dev.deed.tensor.Activation;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;

/** A convolutional stem. */
record StemFront(EncoderFront.ConvolutionalStem spec, List<Convolution> convolutions)
    implements Front {
  StemFront {
    convolutions = List.copyOf(convolutions);
  }

  static StemFront read(ParameterSource source, EncoderFront.ConvolutionalStem spec) {
    List<Convolution> convolutions = new ArrayList<>();
    int channels = spec.channels();
    for (int i = 0; i < spec.stages().size(); i++) {
      EncoderFront.ConvolutionalStem.Stage stage = spec.stages().get(i);
      convolutions.add(
          Convolution.read(
              source,
              "encoder.stem." + i,
              channels,
              stage,
              spec.epsilon(),
              i < spec.stages().size() - 1 ? Activation.RELU : Activation.IDENTITY));
      channels = stage.channels();
    }
    return new StemFront(spec, convolutions);
  }

  @Override
  public Embedded embed(EncoderInput input, WorkerTeam team) {
    FeatureMap picture =
        FeatureMap.of(input.require(Part.PIXELS, spec.channels(), spec.height(), spec.width()));
    for (Convolution convolution : convolutions) {
      picture = convolution.apply(picture, team);
    }
    return Embedded.of(picture.values(), picture.channels());
  }
}
