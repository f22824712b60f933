package dev.deed.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.ModelCard;
import dev.deed.OpenOptions.Screening;
import dev.deed.data.GenerationJson;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.ExitSpec;
import dev.deed.processing.sound.LogMelProcessor;
import dev.deed.processing.tokenizer.Tokenizer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code deed info}: what a model folder holds. */
@Command(
    name = "info",
    description = "Shows a model's family, sizes, parameters, exits and what was ignored.",
    mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {
  @Mixin ModelOptions model = new ModelOptions();

  @Override
  public Integer call() {
    try (EncoderDecoderModel opened = model.open()) {
      ModelCard card = opened.card();
      ObjectNode info = info(card, opened.internals().folder());
      info.putPOJO("reads", card.reads());
      if (!card.mayRead().isEmpty()) {
        info.putPOJO("may_read", card.mayRead());
      }
      if (model.place().adapter() != null) {
        info.put("adapter", model.place().toString());
      }
      about(info, opened);
      if (model.json) {
        System.out.println(info);
      } else {
        info.properties().forEach(entry -> print(entry.getKey(), entry.getValue()));
      }
      return 0;
    }
  }

  private static void print(String name, JsonNode value) {
    System.out.printf("%-24s%s%n", name, value.isTextual() ? value.textValue() : value);
  }

  /** What the folder holds besides the weights. */
  private static void about(ObjectNode info, EncoderDecoderModel model) {
    info.put(
        "screened_lookups",
        model.internals().screening() == Screening.OFF
            ? "none"
            : "drafts, and answers without log_probs");
    Tokenizer tokenizer = model.internals().tokenizer();
    if (tokenizer != null) {
      ObjectNode node = info.putObject("tokenizer");
      node.put("files", tokenizer.source()).put("tokens", tokenizer.vocabularySize());
      if (!tokenizer.languages().isEmpty()) {
        node.put("languages", tokenizer.languages().size());
      }
    }
    LogMelProcessor sound = model.internals().sounds();
    if (sound != null) {
      info.putObject("sound")
          .put("rate", sound.rate())
          .put("bins", sound.bins())
          .put("seconds", sound.seconds());
    }
    info.putPOJO("generation", model.generationDefaults());
    model.ignoredGenerationKeys().forEach(info.putArray("ignored_generation_keys")::add);
  }

  private static ObjectNode info(ModelCard card, ModelFolder folder) {
    ObjectNode info = GenerationJson.object();
    info.put("family", card.family());
    card.sizes().forEach(info::putPOJO);
    ExitSpec exits = folder.spec().exits();
    if (exits != null && card.exits() != null) {
      ObjectNode node = info.putObject("exits");
      card.exits().forEach(node::putPOJO);
      node.putPOJO("policy", exits.policy() == null ? null : exits.policy().json());
      if (exits.losslessPolicy() != null) {
        node.putPOJO("lossless_policy", exits.losslessPolicy().json());
      }
    }
    folder.ignoredTensors().forEach(info.putArray("ignored_tensors")::add);
    folder.config().ignoredKeys().forEach(info.putArray("ignored_keys")::add);
    return info;
  }
}
