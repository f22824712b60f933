package dev.deed.fuzz;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code generation_config.json}, beside a T5 and a BART that it is then used for. */
public final class GenerationFuzz {
  private static final List<Scratch> MODELS = List.of(copy("t5-v1-0"), copy("bart"));

  private static final List<String> KEYS =
      List.of(
          "begin_suppress_tokens",
          "bad_words_ids",
          "bos_token_id",
          "decoder_start_token_id",
          "do_sample",
          "early_stopping",
          "encoder_no_repeat_ngram_size",
          "encoder_repetition_penalty",
          "eos_token_id",
          "epsilon_cutoff",
          "eta_cutoff",
          "exponential_decay_length_penalty",
          "forced_bos_token_id",
          "forced_decoder_ids",
          "forced_eos_token_id",
          "length_penalty",
          "max_length",
          "min_length",
          "min_new_tokens",
          "min_p",
          "no_repeat_ngram_size",
          "num_beams",
          "num_return_sequences",
          "pad_token_id",
          "remove_invalid_values",
          "renormalize_logits",
          "repetition_penalty",
          "seed",
          "sequence_bias",
          "suppress_tokens",
          "temperature",
          "top_k",
          "top_p",
          "typical_p",
          "num_beam_groups",
          "penalty_alpha",
          "prompt_lookup_num_tokens",
          "guidance_scale");

  private GenerationFuzz() {}

  private static Scratch copy(String family) {
    Scratch scratch = new Scratch();
    Path from = Door.ROOT.resolve("core/src/test/resources/families").resolve(family);
    for (String name : List.of("config.json", "model.safetensors")) {
      try {
        scratch.write(name, Files.readAllBytes(from.resolve("model").resolve(name)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return scratch;
  }

  /**
   * Jazzer calls it first, of public classes alone: loading what an answer needs may take longer
   * than an answer may.
   */
  public static void fuzzerInitialize() {
    fuzzerTestOneInput(new byte[0]);
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    Choices choices = new Choices(bytes);
    Scratch model = choices.of(MODELS.get(0), MODELS.get(1));
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    for (int i = 1 + choices.below(6); i > 0; i--) {
      settings.set(KEYS.get(choices.below(KEYS.size())), RandomJson.value(choices));
    }
    model.write("generation_config.json", settings.toString().getBytes(StandardCharsets.UTF_8));
    TinyModels.answer(model.folder());
  }
}
