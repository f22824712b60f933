package dev.deed.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.decode.draft.DraftDecoder;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.RandomParameters;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.ThreadPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Who may draft for a model: copies of its decoder in int8, and as assistants the decoder itself,
 * which is right, one of these copies, which errs, and another model, which is wrong.
 */
record Drafters(List<DraftDecoder> all, DraftDecoder wrong, EncoderOutput read) {
  static Drafters of(ExitModel model, ThreadPool pool) {
    TransformerSpec spec = tiny(model.decoder().vocabulary());
    RandomParameters parameters = new RandomParameters(spec);
    Decoder decoder = new Decoder(spec, parameters);
    DraftDecoder wrong = new DraftDecoder.Assistant(decoder);
    EncoderInput input = new EncoderInput(new int[] {5, 6, 7, 8, 9}, Map.of());
    List<DraftDecoder> all = new ArrayList<>();
    for (Decoder narrow : List.of(model.decoder().narrow(null), model.narrowOfLowRank())) {
      all.add(new DraftDecoder.Narrow(narrow));
      all.add(new DraftDecoder.Assistant(narrow));
    }
    all.add(new DraftDecoder.Assistant(model.decoder()));
    all.add(wrong);
    return new Drafters(all, wrong, new Encoder(spec, parameters, decoder).encode(input, pool));
  }

  /** One layer, of another width. */
  private static TransformerSpec tiny(int vocabulary) {
    String config =
        """
        {"model_type": "t5", "vocab_size": %d, "d_model": 12, "d_kv": 4, "d_ff": 16,
         "num_layers": 1, "num_decoder_layers": 1, "num_heads": 3, "decoder_start_token_id": 0}
        """
            .formatted(vocabulary);
    try {
      ObjectNode node = (ObjectNode) new ObjectMapper().readTree(config);
      return ModelFamily.describe(Config.of("config.json", node)).spec();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One of them, or none: the model's own layers draft. */
  @Nullable DraftDecoder any(Random random) {
    int which = random.nextInt(1 + all.size());
    return which == all.size() ? null : all.get(which);
  }

  /** What the encoder made, with what that of an assistant did. */
  EncoderOutput source(EncoderOutput encoded, @Nullable DraftDecoder drafter) {
    return drafter != wrong
        ? encoded
        : new EncoderOutput(
            encoded.hidden(), encoded.positions(), encoded.visible(), encoded.beside(), read);
  }
}
