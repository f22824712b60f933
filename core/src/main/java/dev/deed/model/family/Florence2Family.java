package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.TransformerSpec;

/**
 * Florence-2 (Xiao et al. 2023, arXiv 2311.06242), as {@code Florence2ForConditionalGeneration} of
 * Transformers stores it: the rows that DaViT makes of a picture stand in front of a text for BART.
 */
final class Florence2Family implements ModelFamily {
  private static final int USUAL_PLACEHOLDER = 51_289;

  @Override
  public ModelDescription read(Config config) {
    Config text = config.object("text_config");
    text.requireText("model_type", "bart");
    config.flag("tie_word_embeddings", true); // Whether tables are one, their tensors tell.
    BartStacks.Layout layout = new BartStacks.Layout(false, true, false);
    PositionSpec positions = BartStacks.positions(text);
    PictureTextFront front =
        new PictureTextFront(
            BartStacks.tokens(text, layout),
            TransformerSpec.Embedding.NO_TOKEN,
            config.integer("image_token_id", USUAL_PLACEHOLDER, 0, BartStacks.vocabulary(text) - 1),
            DavitEncoder.front(config.object("vision_config"), BartStacks.width(text)));
    TransformerSpec.Decoder decoder = BartStacks.decoder(text, positions, layout);
    SpecialTokens inner =
        SpecialTokens.read(text, decoder.vocabulary(), BartFamily.tokens(text, false));
    return new ModelDescription(
        "Florence-2",
        new TransformerSpec(BartStacks.encoder(text, front, positions, layout), decoder, null),
        BartStacks.names(text, "model.language_model", DavitEncoder.names()),
        SpecialTokens.read(config, decoder.vocabulary(), inner),
        BartFamily.settings(false),
        new ModelDescription.Inputs(false, null, true));
  }
}
