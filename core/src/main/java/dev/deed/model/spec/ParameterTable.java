package dev.deed.model.spec;

import dev.deed.model.front.grid.ResNet;
import dev.deed.model.front.grid.ResNetSpec;
import dev.deed.model.spec.Parameter.Role;
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
    if (encoder.ownTable()) {
      add("encoder.embedding.weight", Role.EMBEDDING, encoder.front().vocabulary(), stack.width());
    }
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
        // The table is the stack's.
      }
      case EncoderFront.Patches patches -> patches(patches, width);
      case EncoderFront.RelativePatches relative -> {
        patches(relative.patches(), width);
        int heads = stack.attention().heads();
        if (relative.sharedBias()) {
          add("encoder.shared_bias", Role.POSITION, relative.distances(), heads);
        }
        for (int layer = 0; relative.layerBiases() && layer < stack.layers(); layer++) {
          add(layerBias(layer), Role.POSITION, relative.distances(), heads);
        }
      }
      case DocumentFront.LayoutAware layout -> layoutAware(layout, width);
      case DocumentFront.LayoutInduced layout -> {
        add("encoder.cells.x.weight", Role.POSITION, layout.cells(), width);
        add("encoder.cells.y.weight", Role.POSITION, layout.cells(), width);
        patches(layout.channels(), layout.patch(), width);
        for (int i = 0; i < layout.biases().size(); i++) {
          int buckets = layout.biases().get(i).buckets().buckets();
          add("encoder.biases." + i + ".weight", Role.POSITION, buckets, stack.attention().heads());
        }
      }
      case EncoderFront.FlattenedPatches patches -> {
        linear("encoder.patches", width, patches.values(), true);
        add("encoder.rows.weight", Role.POSITION, patches.places(), width);
        add("encoder.columns.weight", Role.POSITION, patches.places(), width);
      }
      case EncoderFront.ShiftedWindows windows -> windows(windows);
      case EncoderFront.Spectrogram spectrogram -> {
        convolutionOverTime("encoder.convolution_in", width, spectrogram.bins());
        convolutionOverTime("encoder.convolution_out", width, width);
      }
      case EncoderFront.ConvolutionalStem stem -> {
        int channels = stem.channels();
        for (int i = 0; i < stem.stages().size(); i++) {
          EncoderFront.ConvolutionalStem.Stage stage = stem.stages().get(i);
          convolution(
              "encoder.stem." + i,
              stage.channels(),
              channels,
              stage.kernelHeight(),
              stage.kernelWidth());
          channels = stage.channels();
        }
        if (stem.anySize()) {
          add("encoder.positions.weight", Role.POSITION, 1, stem.positions(), width);
        }
      }
      case EncoderFront.ResNetAndTokens both -> resNetAndTokens(both, stack);
    }
  }

  /** A convolution without bias and its batch norm. */
  private void convolution(String name, int outputs, int inputs, int height, int width) {
    add(name + ".convolution.weight", Role.LINEAR, outputs, inputs, height, width);
    add(name + ".norm.weight", Role.NORM_WEIGHT, outputs);
    add(name + ".norm.bias", Role.NORM_BIAS, outputs);
    add(name + ".norm.running_mean", Role.RUNNING_MEAN, outputs);
    add(name + ".norm.running_var", Role.RUNNING_VARIANCE, outputs);
  }

  private void resNetAndTokens(EncoderFront.ResNetAndTokens front, StackSpec stack) {
    int width = stack.width();
    if (front.types()) {
      add("encoder.types.weight", Role.EMBEDDING, 2, width);
    }
    if (front.tokenNorm()) {
      norm("encoder.embedding_norm", stack);
    }
    resNet("encoder.resnet", front.resNet());
    linear("encoder.patches", width, front.resNet().channels(), true);
    if (front.patchNorm()) {
      norm("encoder.patch_norm", stack);
    }
    positions("encoder", front.positions(), stack, false);
    linear("encoder.position_query", width, width, true);
    linear("encoder.position_key", width, width, true);
    add("encoder.patch_positions.weight", Role.POSITION, front.positionRows(), width);
    norm("encoder.patch_position_norm", stack);
    for (int layer = 0; layer < stack.layers(); layer++) {
      add(
          "encoder.patch_relative_bias." + layer + ".weight",
          Role.POSITION,
          front.distanceRows(),
          stack.attention().heads());
    }
  }

  private void resNet(String name, ResNetSpec spec) {
    convolution(name + ".stem", spec.stem(), ResNetSpec.COLOURS, 7, 7);
    for (int stage = 0; stage < spec.stages().size(); stage++) {
      int planes = spec.stages().get(stage).planes();
      int outputs = spec.stages().get(stage).channels();
      for (int block = 0; block < spec.stages().get(stage).blocks(); block++) {
        String prefix = ResNet.blockName(name, stage, block);
        int inputs = spec.inputs(stage, block);
        convolution(prefix + ".reduce", planes, inputs, 1, 1);
        convolution(prefix + ".spatial", planes, planes, 3, 3);
        convolution(prefix + ".expand", outputs, planes, 1, 1);
        if (spec.projects(stage, block)) {
          convolution(prefix + ".shortcut", outputs, inputs, 1, 1);
        }
      }
    }
  }

  private void patches(EncoderFront.Patches patches, int width) {
    add("encoder.class_token", Role.POSITION, 1, 1, width);
    if (patches.distillationToken()) {
      add("encoder.distillation_token", Role.POSITION, 1, 1, width);
    }
    patches(patches.channels(), patches.patch(), width);
  }

  /** Name of the table of distances between patches in an encoder layer. */
  public static String layerBias(int layer) {
    return "encoder.layers." + layer + ".relative_bias";
  }

  private void windows(EncoderFront.ShiftedWindows front) {
    add(
        "encoder.patches.weight",
        Role.LINEAR,
        front.width(),
        front.channels(),
        front.patchHeight(),
        front.patchWidth());
    add("encoder.patches.bias", Role.BIAS, front.width());
    norm("encoder.patch_norm", EncoderFront.ShiftedWindows.NORM, front.width());
    for (int i = 0; i < front.stages().size(); i++) {
      EncoderFront.ShiftedWindows.Stage stage = front.stages().get(i);
      StackSpec stack = stage.stack();
      String name = "encoder.stages." + i;
      for (int layer = 0; layer < stack.layers(); layer++) {
        String prefix = name + ".layers." + layer;
        attention(prefix + ".self", stack, stack.width());
        add(prefix + ".relative_bias", Role.POSITION, front.distances(), stack.attention().heads());
        feedForward(prefix, stack);
      }
      if (stage.merges()) {
        norm(name + ".merging.norm", EncoderFront.ShiftedWindows.NORM, 4 * stack.width());
        linear(name + ".merging.projection", 2 * stack.width(), 4 * stack.width(), false);
      }
    }
  }

  private void layoutAware(DocumentFront.LayoutAware layout, int width) {
    for (DocumentFront.LayoutAware.Coordinate coordinate : layout.tables()) {
      add(coordinate.table() + ".weight", Role.POSITION, layout.rows(), width);
    }
    TransformerSpec.Encoder vision = layout.vision();
    if (vision != null) {
      ParameterTable nested = new ParameterTable();
      nested.encoder(vision);
      for (Parameter parameter : nested.parameters) {
        parameters.add(parameter.renamed(DocumentFront.LayoutAware.visionName(parameter.name())));
      }
      linear(DocumentFront.LayoutAware.PROJECTION, width, vision.stack().width(), true);
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
    if (decoder.positions() instanceof PositionSpec.Untied) {
      for (String name : List.of("self_query", "self_key", "cross_query", "cross_key")) {
        linear("decoder.position_" + name, stack.width(), stack.width(), true);
      }
    }
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
      case PositionSpec.Untied untied -> {
        add(side + ".positions.weight", Role.POSITION, untied.rows(), stack.width());
        norm(side + ".position_norm", stack);
        for (int layer = 0; layer < stack.layers(); layer++) {
          add(
              side + ".relative_bias." + layer + ".weight",
              Role.POSITION,
              untied.bucketRows(),
              stack.attention().heads());
        }
      }
    }
  }

  /** Projections of an attention block and the norm that goes with it. */
  private void attention(String name, StackSpec stack, int sourceWidth) {
    AttentionSpec attention = stack.attention();
    linear(name + ".query", attention.width(), stack.width(), attention.biases().query());
    linear(name + ".key", attention.width(), sourceWidth, attention.biases().key());
    linear(name + ".value", attention.width(), sourceWidth, attention.biases().value());
    if (attention.headScales()) {
      add(name + ".head_scales", Role.NORM_WEIGHT, attention.heads());
    }
    linear(name + ".output", stack.width(), attention.width(), attention.biases().output());
    if (attention.outputNorm()) {
      norm(name + ".output_norm", stack);
    }
    layerScale(name, stack);
    norm(name + "_norm", stack);
  }

  private void feedForward(String layer, StackSpec stack) {
    FeedForwardSpec spec = stack.feedForward();
    String name = layer + ".feed_forward";
    if (spec.gated()) {
      linear(name + ".gate", spec.width(), stack.width(), spec.bias());
    }
    linear(name + ".in", spec.width(), stack.width(), spec.bias());
    if (spec.innerNorm()) {
      norm(name + ".inner_norm", stack.norm(), spec.width());
    }
    linear(name + ".out", stack.width(), spec.width(), spec.bias());
    layerScale(name, stack);
    norm(name + "_norm", stack);
  }

  private void layerScale(String block, StackSpec stack) {
    if (stack.layerScale()) {
      add(block + "_scale", Role.NORM_WEIGHT, stack.width());
    }
  }

  private void linear(String name, int outputs, int inputs, boolean bias) {
    add(name + ".weight", Role.LINEAR, outputs, inputs);
    if (bias) {
      add(name + ".bias", Role.BIAS, outputs);
    }
  }

  private void norm(String name, StackSpec stack) {
    norm(name, stack.norm(), stack.width());
  }

  private void norm(String name, NormSpec spec, int width) {
    add(name + ".weight", Role.NORM_WEIGHT, width);
    if (spec.kind() == NormSpec.Kind.LAYER) {
      add(name + ".bias", Role.NORM_BIAS, width);
    }
  }

  private void add(String name, Role role, Integer... shape) {
    parameters.add(new Parameter(name, List.of(shape), role, false));
  }
}
