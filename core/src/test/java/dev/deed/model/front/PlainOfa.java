package dev.deed.model.front;

import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * OFA written down as it is defined, in double precision, without cache, batch or fusion. Its
 * layers have SiLU.
 */
final class PlainOfa {
  private final TransformerSpec spec;
  private final ResNetTokenFront front;
  private final PlainTensors tensors;

  PlainOfa(TransformerSpec spec, ParameterSource source) {
    this.spec = spec;
    this.front = (ResNetTokenFront) spec.encoder().front();
    this.tensors = new PlainTensors(source);
  }

  /**
   * What the decoder reads of an encoder.
   *
   * @param places vectors of the positions alone
   */
  record Encoded(double[][] hidden, double[][] places) {}

  /**
   * @param pixels [channels][height][width]; empty for text alone
   */
  Encoded encode(int[] ids, double[][][] pixels) {
    double[][][] map = pixels.length == 0 ? new double[0][0][0] : resNet(pixels);
    int columns = pixels.length == 0 ? 0 : map[0][0].length;
    int patches = pixels.length == 0 ? 0 : map[0].length * columns;
    int count = patches + ids.length;
    double[][] hidden = new double[count][];
    double[][] places = new double[count][];
    int[] rows = new int[patches];
    for (int i = 0; i < patches; i++) {
      double[] features = new double[map.length];
      for (int channel = 0; channel < map.length; channel++) {
        features[channel] = map[channel][i / columns][i % columns];
      }
      hidden[i] = embedded(tensors.linear("encoder.patches", features), 1);
      hidden[i] =
          front.embedding().patchNorm() ? tensors.norm("encoder.patch_norm", hidden[i]) : hidden[i];
      rows[i] = i / columns * front.grid() + i % columns;
      places[i] =
          tensors.norm(
              "encoder.patch_position_norm",
              tensors.row("encoder.patch_positions.weight", rows[i] + 1));
    }
    for (int i = 0; i < ids.length; i++) {
      double[] token = embedded(tensors.row("decoder.embedding.weight", ids[i]), 0);
      hidden[patches + i] =
          front.embedding().tokenNorm() ? tensors.norm("encoder.embedding_norm", token) : token;
      places[patches + i] =
          tensors.norm("encoder.position_norm", tensors.row("encoder.positions.weight", i));
    }
    StackSpec stack = spec.encoder().stack();
    double[][][] shared = scores("encoder.position", places, places, stack);
    for (int layer = 0; layer < stack.layers(); layer++) {
      double[][][] bias = new double[shared.length][count][count];
      for (int head = 0; head < shared.length; head++) {
        for (int query = 0; query < count; query++) {
          for (int key = 0; key < count; key++) {
            bias[head][query][key] = shared[head][query][key];
            if (query >= patches && key >= patches) {
              bias[head][query][key] += tokenBias("encoder", layer, query - key, head);
            } else if (query < patches && key < patches) {
              bias[head][query][key] += patchBias(layer, rows[query], rows[key], head);
            }
          }
        }
      }
      String name = "encoder.layers." + layer;
      double[][] input = before(name + ".self_norm", hidden, stack);
      hidden =
          after(name + ".self", hidden, attend(name + ".self", input, input, bias, stack), stack);
      input = before(name + ".feed_forward_norm", hidden, stack);
      hidden =
          after(
              name + ".feed_forward",
              hidden,
              feedForward(name + ".feed_forward", input, stack),
              stack);
    }
    return new Encoded(stack.finalNorm() ? tensors.norms("encoder.norm", hidden) : hidden, places);
  }

  /** What enters layer 1, then the output of every layer, of a whole prefix. */
  List<double[][]> decode(Encoded encoded, int[] prefix) {
    StackSpec stack = spec.decoder().stack();
    double[][] hidden = new double[prefix.length][];
    double[][] places = new double[prefix.length][];
    for (int i = 0; i < prefix.length; i++) {
      double[] token = tensors.row("decoder.embedding.weight", prefix[i]);
      hidden[i] = PlainTensors.scaled(token, spec.decoder().embedding().scale());
      if (spec.decoder().embedding().norm()) {
        hidden[i] = tensors.norm("decoder.embedding_norm", hidden[i]);
      }
      places[i] = tensors.norm("decoder.position_norm", tensors.row("decoder.positions.weight", i));
    }
    List<double[][]> all = new ArrayList<>();
    all.add(hidden);
    double[][][] self = scores("decoder.position_self", places, places, stack);
    double[][][] cross = scores("decoder.position_cross", places, encoded.places, stack);
    for (int layer = 0; layer < stack.layers(); layer++) {
      double[][][] bias = new double[self.length][prefix.length][prefix.length];
      for (int head = 0; head < self.length; head++) {
        for (int query = 0; query < prefix.length; query++) {
          for (int key = 0; key < prefix.length; key++) {
            bias[head][query][key] =
                key > query
                    ? Double.NEGATIVE_INFINITY
                    : self[head][query][key] + tokenBias("decoder", layer, query - key, head);
          }
        }
      }
      String name = "decoder.layers." + layer;
      double[][] input = before(name + ".self_norm", hidden, stack);
      hidden =
          after(name + ".self", hidden, attend(name + ".self", input, input, bias, stack), stack);
      input = before(name + ".cross_norm", hidden, stack);
      hidden =
          after(
              name + ".cross",
              hidden,
              attend(name + ".cross", input, encoded.hidden, cross, stack),
              stack);
      input = before(name + ".feed_forward_norm", hidden, stack);
      hidden =
          after(
              name + ".feed_forward",
              hidden,
              feedForward(name + ".feed_forward", input, stack),
              stack);
      all.add(hidden);
    }
    return all;
  }

  double[][] logits(double[][] hidden) {
    double[][] normed =
        spec.decoder().stack().finalNorm() ? tensors.norms("decoder.norm", hidden) : hidden;
    return tensors.products(
        spec.decoder().head().tied() ? "decoder.embedding.weight" : "head.weight", normed);
  }

  private double[] embedded(double[] row, int type) {
    double[] scaled = PlainTensors.scaled(row, front.scale());
    return front.embedding().types()
        ? PlainTensors.sum(scaled, tensors.row("encoder.types.weight", type))
        : scaled;
  }

  private double[][][] resNet(double[][][] pixels) {
    double[][][] map = tensors.convolution("encoder.resnet.stem", pixels, 2, true);
    map = PlainTensors.maxPool(map);
    for (int stage = 0; stage < front.resNet().stages().size(); stage++) {
      for (int block = 0; block < front.resNet().stages().get(stage).blocks(); block++) {
        String name = "encoder.resnet.stage" + stage + "." + block;
        int stride = stage > 0 && block == 0 ? 2 : 1;
        double[][][] inner = tensors.convolution(name + ".reduce", map, 1, true);
        inner = tensors.convolution(name + ".spatial", inner, stride, true);
        inner = tensors.convolution(name + ".expand", inner, 1, false);
        double[][][] residual =
            map.length == inner.length && stride == 1
                ? map
                : tensors.convolution(name + ".shortcut", map, stride, false);
        map = PlainTensors.positiveSum(inner, residual);
      }
    }
    return map;
  }

  private double tokenBias(String side, int layer, int distance, int head) {
    int buckets = front.positions().buckets();
    double middle = Math.floor(buckets / 2.0);
    double step = Math.abs(distance);
    if (step > middle) {
      step = Math.ceil(Math.log(step / middle) / Math.log(1023 / middle) * (middle - 1)) + middle;
    }
    int row = (int) (Math.signum(distance) * step) + buckets - 1;
    return tensors.row(side + ".relative_bias." + layer + ".weight", row)[head];
  }

  private double patchBias(int layer, int query, int key, int head) {
    int grid = front.grid();
    int down = query / grid - key / grid + grid - 1;
    int across = query % grid - key % grid + grid - 1;
    String name = "encoder.patch_relative_bias." + layer + ".weight";
    return tensors.row(name, down * (2 * grid - 1) + across)[head];
  }

  /** Scores of positions against positions, [heads][queries][keys]. */
  private double[][][] scores(String name, double[][] queries, double[][] keys, StackSpec stack) {
    double scale =
        (name.startsWith("encoder")
                ? front.positions()
                : (PositionSpec.Untied) spec.decoder().positions())
            .scale();
    double[][] q = tensors.linears(name + "_query", queries);
    double[][] k = tensors.linears(name + "_key", keys);
    AttentionSpec attention = stack.attention();
    double[][][] scores = new double[attention.heads()][q.length][k.length];
    for (int head = 0; head < attention.heads(); head++) {
      for (int i = 0; i < q.length; i++) {
        for (int j = 0; j < k.length; j++) {
          scores[head][i][j] = scale * headProduct(q[i], k[j], head, attention.headWidth());
        }
      }
    }
    return scores;
  }

  private static double headProduct(double[] q, double[] k, int head, int width) {
    double sum = 0;
    for (int d = head * width; d < (head + 1) * width; d++) {
      sum += q[d] * k[d];
    }
    return sum;
  }

  private double[][] before(String norm, double[][] x, StackSpec stack) {
    return stack.preNorm() ? tensors.norms(norm, x) : x;
  }

  private double[][] after(String name, double[][] x, double[][] added, StackSpec stack) {
    double[][] sum = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      sum[i] = PlainTensors.sum(x[i], added[i]);
    }
    return stack.preNorm() ? sum : tensors.norms(name + "_norm", sum);
  }

  /**
   * @param source of keys and values
   * @param bias [heads][queries][keys]
   */
  private double[][] attend(
      String name, double[][] x, double[][] source, double[][][] bias, StackSpec stack) {
    double[][] queries = tensors.linears(name + ".query", x);
    double[][] keys = tensors.linears(name + ".key", source);
    double[][] values = tensors.linears(name + ".value", source);
    AttentionSpec spec = stack.attention();
    double[][] mixed = new double[x.length][spec.width()];
    double[] headScales = tensors.all(name + ".head_scales");
    for (int row = 0; row < x.length; row++) {
      for (int head = 0; head < spec.heads(); head++) {
        double[] scores = new double[keys.length];
        for (int key = 0; key < keys.length; key++) {
          scores[key] =
              headProduct(queries[row], keys[key], head, spec.headWidth()) * spec.scale()
                  + bias[head][row][key];
        }
        double[] weights = PlainTensors.softmax(scores);
        for (int d = head * spec.headWidth(); d < (head + 1) * spec.headWidth(); d++) {
          for (int key = 0; key < keys.length; key++) {
            mixed[row][d] += headScales[head] * weights[key] * values[key][d];
          }
        }
      }
    }
    double[][] output = tensors.linears(name + ".output", mixed);
    return spec.outputNorm() ? tensors.norms(name + ".output_norm", output) : output;
  }

  private double[][] feedForward(String name, double[][] x, StackSpec stack) {
    double[][] inner = tensors.linears(name + ".in", x);
    for (double[] row : inner) {
      for (int i = 0; i < row.length; i++) {
        row[i] = row[i] / (1 + Math.exp(-row[i]));
      }
    }
    if (stack.feedForward().innerNorm()) {
      inner = tensors.norms(name + ".inner_norm", inner);
    }
    return tensors.linears(name + ".out", inner);
  }
}
