package dev.deed.lab.kernels;

import dev.deed.checkpoint.DataType;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.TensorData;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.front.ConvolutionShape;
import dev.deed.model.front.PictureFront;
import dev.deed.model.front.StemFront;
import dev.deed.model.front.TokenFront;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import dev.deed.tensor.PictureUnfold.Extent;
import dev.deed.tensor.WeightMemory;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A model of a given shape with random weights: time does not depend on what it has learnt. */
record RandomModel(Encoder encoder, Decoder decoder, TransformerSpec spec) {
  private static final NormSpec NORM = new NormSpec(NormSpec.Kind.LAYER, 1e-5f);

  /** The shape of the model that reads screenshots: ViT with a convolutional stem, 6 layers. */
  static RandomModel screenshots() {
    List<ConvolutionShape> stem =
        List.of(
            ConvolutionShape.square(16, 3, 2),
            ConvolutionShape.square(32, 3, 2),
            ConvolutionShape.square(64, 3, 2),
            new ConvolutionShape(128, new Extent(5, 3), new Extent(4, 2)));
    return of(new StemFront(3, 256, 256, stem, 1e-5f, false), stack(3, 128, 4), 6, 25, 32);
  }

  /** A text decoder of T5-base's width whose weights, 300 MB, no cache holds. */
  static RandomModel base() {
    return of(new TokenFront(32_128, 1f), stack(1, 768, 12), 6, 32_128, 192);
  }

  private static RandomModel of(
      EncoderFront front, StackSpec encoder, int decoderLayers, int vocabulary, int adapter) {
    int width = encoder.width();
    int positions = front instanceof PictureFront picture ? picture.positions() : 512;
    TransformerSpec spec =
        new TransformerSpec(
            new TransformerSpec.Encoder(
                front, new PositionSpec.Learned(positions, 0), false, encoder),
            new TransformerSpec.Decoder(
                new TransformerSpec.Embedding(vocabulary, 1f, true),
                new PositionSpec.Learned(128, 2),
                stack(decoderLayers, width, encoder.attention().heads()),
                width,
                false,
                new TransformerSpec.Head(true, 1f, false)),
            new ExitSpec(
                IntStream.rangeClosed(1, decoderLayers).boxed().toList(),
                adapter,
                Activation.GELU,
                null,
                null));
    Weights weights = new Weights(spec);
    Decoder decoder = new Decoder(spec, weights);
    return new RandomModel(new Encoder(spec, weights, decoder), decoder, spec);
  }

  private static StackSpec stack(int layers, int width, int heads) {
    int headWidth = width / heads;
    return new StackSpec(
        layers,
        width,
        new AttentionSpec(
            heads,
            headWidth,
            (float) Math.pow(headWidth, -0.5),
            AttentionSpec.Biases.everywhere(true)),
        new FeedForwardSpec(4 * width, Activation.GELU, false, true),
        NORM,
        true,
        true);
  }

  /** Makes each tensor when it is asked for, evenly distributed, so that nothing is held twice. */
  private static final class Weights implements ParameterSource {
    private final Map<String, Parameter> parameters = new HashMap<>();
    private final WeightMemory memory = new WeightMemory();

    Weights(TransformerSpec spec) {
      ParameterTable.of(spec).forEach(parameter -> parameters.put(parameter.name(), parameter));
    }

    @Override
    public Tensor tensor(String name) {
      Parameter parameter = parameters.get(name);
      if (parameter == null) {
        throw new IllegalArgumentException("no parameter " + name);
      }
      float[] values = new float[Math.toIntExact(parameter.elements())];
      SplittableRandom random = new SplittableRandom(name.hashCode());
      float scale = 2f / (float) Math.sqrt(parameter.shape().getLast());
      for (int i = 0; i < values.length; i++) {
        float value = scale * (random.nextFloat() - 0.5f);
        values[i] =
            switch (parameter.role()) {
              case NORM_WEIGHT, RUNNING_VARIANCE -> 1f + value;
              default -> value;
            };
      }
      // Tensors are bytes in a file: an array of floats would not be readable without alignment.
      byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
      MemorySegment data = MemorySegment.ofArray(bytes);
      data.copyFrom(MemorySegment.ofArray(values));
      return new Tensor(name, DataType.F32, parameter.shape(), TensorData.of(data));
    }

    @Override
    public WeightMemory memory() {
      return memory;
    }

    @Override
    public boolean holds(String name) {
      Parameter parameter = parameters.get(name);
      return parameter != null && !parameter.optional();
    }
  }
}
