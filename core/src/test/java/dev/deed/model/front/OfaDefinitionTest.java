package dev.deed.model.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.deed.model.CrossMemory;
import dev.deed.model.Decoder;
import dev.deed.model.DecoderLayer;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.RandomParameters;
import dev.deed.model.Workspace;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OFA in every setting against its plain definition in double precision. */
final class OfaDefinitionTest {
  private static final int[] PREFIX = {0, 7, 31, 2, 12, 12, 39, 5, 3};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        """
        {"normformer": false, "add_type_embedding": false, "scale_embedding": true,
         "share_decoder_input_output_embed": false, "attn_scale_factor": 3.5}""",
        """
        {"encoder_normalize_before": false, "decoder_normalize_before": false,
         "layernorm_embedding": false, "patch_layernorm_embedding": false,
         "token_bucket_size": 9, "resnet_stem": 8, "resnet_planes": [2, 2, 3]}""",
      })
  void everySetting(String changes) {
    TransformerSpec spec = TinyOfa.spec(changes);
    agrees(spec, TinyOfa.input(1, 11, 0, 0));
    agrees(spec, TinyOfa.input(2, 5, 33, 50));
    agrees(spec, TinyOfa.input(3, 1, 80, 15));
  }

  private static void agrees(TransformerSpec spec, EncoderInput input) {
    ParameterSource source = new RandomParameters(spec);
    Decoder decoder = new Decoder(spec, source);
    PlainOfa plain = new PlainOfa(spec, source);
    PlainOfa.Encoded expected = plain.encode(ids(input), pixels(input));
    try (ThreadPool pool = ThreadPool.of(2)) {
      EncoderOutput encoded = new Encoder(spec, source, decoder).encode(input, pool);
      close(encoded.hidden(), expected.hidden());
      List<double[][]> hidden = plain.decode(expected, PREFIX);
      float[] rows = new float[PREFIX.length * decoder.width()];
      decoder.embed(PREFIX, 0, rows, 0);
      close(rows, hidden.getFirst());
      CrossMemory cross = new CrossMemory(decoder, encoded, float[]::new);
      Workspace workspace = new Workspace();
      for (int number = 1; number <= decoder.layerCount(); number++) {
        DecoderLayer layer = decoder.layer(number);
        layer.apply(
            rows,
            List.of(
                new DecoderLayer.Rows(
                    layer.newCache(PREFIX.length, float[]::new), cross, PREFIX.length)),
            workspace,
            pool);
        close(rows, hidden.get(number));
      }
      float[] logits = new float[PREFIX.length * decoder.vocabulary()];
      decoder.logits(decoder.layerCount(), rows, PREFIX.length, logits, workspace, pool);
      close(logits, plain.logits(hidden.getLast()));
    }
  }

  @Test
  void paddingAtTheEndChangesNothing() {
    EncoderInput input = TinyOfa.input(4, 6, 40, 40);
    EncoderInput padded = new EncoderInput(withPadding(ids(input), 6, 1, 1, 1), input.values());
    EncoderOutput expected = encode("{}", input);
    EncoderOutput actual = encode("{}", padded);
    assertThat(actual.visible()).isEqualTo(expected.positions());
    assertThat(Arrays.copyOf(actual.hidden(), expected.hidden().length))
        .isEqualTo(expected.hidden());
  }

  @Test
  void inputsThatDoNotFitAreRefused() {
    refused(EncoderInput.ofTokens(withPadding(new int[] {0, 5, 2}, 1, 1)), "before other tokens");
    refused(EncoderInput.ofTokens(1, 1), "padding alone");
    refused(TinyOfa.input(5, 25, 0, 0), "has 25 tokens, the model reads 1..24");
    refused(TinyOfa.input(5, 3, 81, 16), "6×1 patches, the model has places for 1..5");
    refused(
        new EncoderInput(new int[] {0}, Map.of(Part.PIXELS, Values.of(new float[0], 3, 0, 4))),
        "0×1 patches");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"entangle_position_embedding\": true}",
        "{\"interpolate_position\": true}",
        "{\"resnet_blocks\": null, \"resnet_type\": \"resnet77\"}",
        "{\"resnet_blocks\": [3, 4]}",
        "{\"resnet_planes\": [3, 4, 5, 6]}",
        "{\"attn_scale_factor\": 0}",
        "{\"encoder_attention_heads\": 3}",
        "{\"pad_token_id\": 40}",
      })
  void settingsThatAreNotSupportedAreRefused(String changes) {
    assertThatThrownBy(() -> TinyOfa.spec(changes)).isInstanceOf(InputException.class);
  }

  @Test
  void sizesOfThePublishedModels() {
    // The project's README counts what only generates image codes too, and rounds the larger ones.
    assertThat(millions(256, 4, 4, "resnet50", 4)).isCloseTo(33, withinPercentage(2));
    assertThat(millions(512, 4, 4, "resnet101", 8)).isCloseTo(93, withinPercentage(2));
    assertThat(millions(768, 6, 6, "resnet101", 12)).isCloseTo(180, withinPercentage(2));
    assertThat(millions(1024, 12, 12, "resnet152", 16)).isCloseTo(470, withinPercentage(2));
    assertThat(millions(1280, 24, 12, "resnet152", 16)).isCloseTo(930, withinPercentage(2));
  }

  private static long millions(int width, int encoder, int decoder, String resNet, int heads) {
    TransformerSpec spec =
        TinyOfa.spec(
            """
            {"vocab_size": 59457, "max_position_embeddings": 1024, "d_model": %d,
             "encoder_ffn_dim": %d, "decoder_ffn_dim": %d, "encoder_layers": %d,
             "decoder_layers": %d, "encoder_attention_heads": %d, "decoder_attention_heads": %d,
             "resnet_type": "%s", "resnet_stem": null, "resnet_planes": null,
             "resnet_blocks": null, "token_bucket_size": 256, "image_bucket_size": 42}"""
                .formatted(width, 4 * width, 4 * width, encoder, decoder, heads, heads, resNet));
    long parameters = ParameterTable.of(spec).stream().mapToLong(Parameter::elements).sum();
    return Math.round(parameters / 1e6);
  }

  private static void refused(EncoderInput input, String why) {
    assertThatThrownBy(() -> encode("{}", input))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why);
  }

  private static EncoderOutput encode(String changes, EncoderInput input) {
    TransformerSpec spec = TinyOfa.spec(changes);
    ParameterSource source = new RandomParameters(spec);
    try (ThreadPool pool = ThreadPool.of(1)) {
      return new Encoder(spec, source, new Decoder(spec, source)).encode(input, pool);
    }
  }

  private static int[] withPadding(int[] ids, int at, int... padding) {
    int[] all = Arrays.copyOf(ids, ids.length + padding.length);
    System.arraycopy(padding, 0, all, at, padding.length);
    System.arraycopy(ids, at, all, at + padding.length, ids.length - at);
    return all;
  }

  private static int[] ids(EncoderInput input) {
    return input.tokens(40);
  }

  private static double[][][] pixels(EncoderInput input) {
    if (!input.has(Part.PIXELS)) {
      return new double[0][][];
    }
    Values values = input.require(Part.PIXELS, 3, -1, -1);
    int height = values.shape().get(1);
    int width = values.shape().get(2);
    double[][][] pixels = new double[3][height][width];
    for (int i = 0; i < values.numbers().length; i++) {
      pixels[i / (height * width)][i / width % height][i % width] = values.numbers()[i];
    }
    return pixels;
  }

  private static void close(float[] actual, double[][] expected) {
    int width = expected[0].length;
    assertThat(actual).hasSize(expected.length * width);
    for (int i = 0; i < actual.length; i++) {
      double value = expected[i / width][i % width];
      assertThat((double) actual[i]).isCloseTo(value, within(1e-4 * Math.max(1, Math.abs(value))));
    }
  }
}
