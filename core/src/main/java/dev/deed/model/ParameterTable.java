package dev.deed.model;

import dev.deed.model.Parameter.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Every tensor that a spec needs: what a checkpoint is checked against and what training creates.
 */
public final class ParameterTable {
  private final List<Parameter> parameters = new ArrayList<>();

  private ParameterTable() {}

  /** The parameters of a model in the order of the data's path; a tied table appears once. */
  public static List<Parameter> of(TransformerSpec spec) {
    ParameterTable table = new ParameterTable();
    table.encoder(spec.encoder());
    if (spec.decoder().bridge()) {
      table.linear("bridge", spec.decoder().crossWidth(), spec.encoder().stack().width(), true);
    }
    table.decoder(spec.decoder());
    if (spec.exits() != null) {
      table.exits(spec.exits(), spec.decoder().stack().width());
    }
    return List.copyOf(table.parameters);
  }

  private void encoder(TransformerSpec.Encoder encoder) {
    StackSpec stack = encoder.stack();
    boolean picture = encoder.front() instanceof EncoderFront.Picture;
    front(encoder.front(), stack);
    positions("encoder", encoder.positions(), stack, picture);
    if (encoder.embeddingNorm()) {
      norm("encoder.embedding_norm", stack);
    }
    for (int layer = 0; layer < stack.layers(); layer++) {
      String prefix = "encoder.layers." + layer;
      attention(prefix + ".self", stack, stack.width());
      feedForward(prefix, stack);
    }
    if (stack.finalNorm()) {
      norm("encoder.norm", stack);
    }
  }

  private void front(EncoderFront front, StackSpec stack) {
    int width = stack.width();
    switch (front) {
      case EncoderFront.Tokens tokens -> {
        if (!tokens.shared()) {
          add("encoder.embedding.weight", Role.EMBEDDING, tokens.vocabulary(), width);
        }
      }
      case EncoderFront.Patches patches -> {
        add("encoder.class_token", Role.POSITION, 1, 1, width);
        if (patches.distillationToken()) {
          add("encoder.distillation_token", Role.POSITION, 1, 1, width);
        }
        patches(patches.channels(), patches.patch(), width);
      }
      case EncoderFront.LayoutAware layout -> layoutAware(layout, width);
      case EncoderFront.LayoutInduced layout -> {
        add("encoder.cells.x.weight", Role.POSITION, layout.cells(), width);
        add("encoder.cells.y.weight", Role.POSITION, layout.cells(), width);
        patches(layout.channels(), layout.patch(), width);
        for (int i = 0; i < layout.biases().size(); i++) {
          int buckets = layout.biases().get(i).buckets().buckets();
          add("encoder.biases." + i + ".weight", Role.POSITION, buckets, stack.attention().heads());
        }
      }
      case EncoderFront.Spectrogram spectrogram -> {
        convolutionOverTime("encoder.convolution_in", width, spectrogram.bins());
        convolutionOverTime("encoder.convolution_out", width, width);
      }
      case EncoderFront.ConvolutionalStem stem -> {
        int channels = stem.channels();
        for (int i = 0; i < stem.stages().size(); i++) {
          EncoderFront.ConvolutionalStem.Stage stage = stem.stages().get(i);
          String name = "encoder.stem." + i;
          add(
              name + ".convolution.weight",
              Role.LINEAR,
              stage.channels(),
              channels,
              stage.kernelHeight(),
              stage.kernelWidth());
          channels = stage.channels();
          add(name + ".norm.weight", Role.NORM_WEIGHT, channels);
          add(name + ".norm.bias", Role.NORM_BIAS, channels);
          add(name + ".norm.running_mean", Role.RUNNING_MEAN, channels);
          add(name + ".norm.running_var", Role.RUNNING_VARIANCE, channels);
        }
      }
    }
  }

  private void layoutAware(EncoderFront.LayoutAware layout, int width) {
    for (EncoderFront.LayoutAware.Coordinate coordinate :
        EncoderFront.LayoutAware.Coordinate.values()) {
      add(coordinate.table() + ".weight", Role.POSITION, layout.rows(), width);
    }
    TransformerSpec.Encoder vision = layout.vision();
    if (vision != null) {
      ParameterTable nested = new ParameterTable();
      nested.encoder(vision);
      for (Parameter parameter : nested.parameters) {
        parameters.add(parameter.renamed(EncoderFront.LayoutAware.visionName(parameter.name())));
      }
      linear(EncoderFront.LayoutAware.PROJECTION, width, vision.stack().width(), true);
    }
  }

  private void patches(int channels, int edge, int width) {
    add("encoder.patches.weight", Role.LINEAR, width, channels, edge, edge);
    add("encoder.patches.bias", Role.BIAS, width);
  }

  private void convolutionOverTime(String name, int outputs, int inputs) {
    add(name + ".weight", Role.LINEAR, outputs, inputs, 3);
    add(name + ".bias", Role.BIAS, outputs);
  }

  private void decoder(TransformerSpec.Decoder decoder) {
    StackSpec stack = decoder.stack();
    add("decoder.embedding.weight", Role.EMBEDDING, decoder.vocabulary(), stack.width());
    positions("decoder", decoder.positions(), stack, false);
    if (decoder.embeddingNorm()) {
      norm("decoder.embedding_norm", stack);
    }
    for (int layer = 0; layer < stack.layers(); layer++) {
      String prefix = "decoder.layers." + layer;
      attention(prefix + ".self", stack, stack.width());
      attention(prefix + ".cross", stack, decoder.crossWidth());
      feedForward(prefix, stack);
    }
    if (stack.finalNorm()) {
      norm("decoder.norm", stack);
    }
    if (!decoder.head().tied()) {
      add("head.weight", Role.LINEAR, decoder.vocabulary(), stack.width());
    }
    if (decoder.head().bias()) {
      add("head.bias", Role.CONSTANT, 1, decoder.vocabulary());
    }
  }

  private void exits(ExitSpec exits, int width) {
    for (int layer : exits.layers()) {
      if (exits.hasAdapter(layer)) {
        String name = "exits.adapters." + layer;
        add(name + ".down.weight", Role.LINEAR, exits.adapterSize(), width);
        add(name + ".down.bias", Role.BIAS, exits.adapterSize());
        add(name + ".up.weight", Role.ADAPTER_OUTPUT, width, exits.adapterSize());
        add(name + ".up.bias", Role.BIAS, width);
      }
    }
    parameters.add(new Parameter("exits.gate.weight", List.of(1, width), Role.LINEAR, true));
    parameters.add(new Parameter("exits.gate.bias", List.of(1), Role.BIAS, true));
  }

  private void positions(String side, PositionSpec positions, StackSpec stack, boolean picture) {
    switch (positions) {
      case PositionSpec.None none -> {}
      case PositionSpec.Sinusoidal sines -> {}
      case PositionSpec.Learned learned -> {
        int rows = learned.size() + learned.offset();
        String name = side + ".positions.weight";
        if (picture) {
          add(name, Role.POSITION, 1, rows, stack.width());
        } else {
          add(name, Role.POSITION, rows, stack.width());
        }
      }
      case PositionSpec.RelativeBias relative ->
          add(
              side + ".relative_bias.weight",
              Role.POSITION,
              relative.buckets(),
              stack.attention().heads());
    }
  }

  /** Projections of an attention block and the norm that goes with it. */
  private void attention(String name, StackSpec stack, int sourceWidth) {
    AttentionSpec attention = stack.attention();
    linear(name + ".query", attention.width(), stack.width(), attention.biases().query());
    linear(name + ".key", attention.width(), sourceWidth, attention.biases().key());
    linear(name + ".value", attention.width(), sourceWidth, attention.biases().value());
    linear(name + ".output", stack.width(), attention.width(), attention.biases().output());
    norm(name + "_norm", stack);
  }

  private void feedForward(String layer, StackSpec stack) {
    FeedForwardSpec spec = stack.feedForward();
    String name = layer + ".feed_forward";
    if (spec.gated()) {
      linear(name + ".gate", spec.width(), stack.width(), spec.bias());
    }
    linear(name + ".in", spec.width(), stack.width(), spec.bias());
    linear(name + ".out", stack.width(), spec.width(), spec.bias());
    norm(name + "_norm", stack);
  }

  private void linear(String name, int outputs, int inputs, boolean bias) {
    add(name + ".weight", Role.LINEAR, outputs, inputs);
    if (bias) {
      add(name + ".bias", Role.BIAS, outputs);
    }
  }

  private void norm(String name, StackSpec stack) {
    add(name + ".weight", Role.NORM_WEIGHT, stack.width());
    if (stack.norm().kind() == NormSpec.Kind.LAYER) {
      add(name + ".bias", Role.NORM_BIAS, stack.width());
    }
  }

  private void add(String name, Role role, Integer... shape) {
    parameters.add(new Parameter(name, List.of(shape), role, false));
  }
}
