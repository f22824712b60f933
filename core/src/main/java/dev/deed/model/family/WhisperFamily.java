package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.SpectrogramFront;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whisper (Radford et al. 2022, arXiv 2212.04356), as {@code WhisperForConditionalGeneration}
 * stores it; it reads log-mel spectrograms.
 */
final class WhisperFamily implements ModelFamily {
  /** The end token where none is stated. */
  private static final int END = 50_256;

  private static final int START = 50_257;

  /** A lone space. */
  private static final int SPACE = 220;

  @Override
  public ModelDescription read(Config config) {
    BartStacks.Layout layout =
        new BartStacks.Layout(
            true,
            false,
            false,
            new AttentionSpec.Biases(true, false, true, true),
            false,
            "gelu",
            false);
    config.has("audio_context"); // The transcriber reads it.
    int sourcePositions = config.integer("max_source_positions", 1, Limits.POSITIONS);
    TransformerSpec.Encoder encoder =
        BartStacks.encoder(
            config,
            new SpectrogramFront(config.integer("num_mel_bins", 1, Limits.WIDTH), sourcePositions),
            new PositionSpec.Learned(sourcePositions, 0),
            layout);
    PositionSpec positions =
        new PositionSpec.Learned(config.integer("max_target_positions", 1, Limits.POSITIONS), 0);
    TransformerSpec.Decoder decoder = BartStacks.decoder(config, positions, layout);
    return new ModelDescription(
        "Whisper",
        new TransformerSpec(encoder, decoder, null),
        names(decoder.head().tied()),
        SpecialTokens.read(
            config, decoder.vocabulary(), new SpecialTokens(START, List.of(END), END)),
        Map.of(BartStacks.START, List.of(START), "begin_suppress_tokens", List.of(SPACE, END)),
        new ModelDescription.Inputs(true, null, false));
  }

  private static NameTable names(boolean tied) {
    Map<String, String> names = new HashMap<>();
    names.put(SpectrogramFront.FIRST, "model.encoder.conv1");
    names.put(SpectrogramFront.SECOND, "model.encoder.conv2");
    BartStacks.names(names, Names.ENCODER, "model.encoder");
    BartStacks.names(names, Names.DECODER, "model.decoder");
    return NameTable.of(names, "model.decoder.embed_tokens", "proj_out", tied);
  }
}
