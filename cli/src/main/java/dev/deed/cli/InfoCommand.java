package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.OpenOptions.Screening;
import dev.deed.cli.options.ModelOptions;
import dev.deed.data.generate.GenerationJson;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.InputParts;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
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
      ObjectNode info = info(opened.internals().folder());
      about(info, opened);
      if (model.json) {
        System.out.println(info);
      } else {
        info.properties()
            .forEach(entry -> System.out.printf("%-18s %s%n", entry.getKey(), entry.getValue()));
      }
      return 0;
    }
  }

  /** What the folder holds besides the weights. */
  private static void about(ObjectNode info, EncoderDecoderModel model) {
    InputParts inputs = model.internals().inputs();
    inputs.requiredNames().forEach(info.withArray("reads")::add);
    inputs.optionalNames().forEach(name -> info.withArray("may_read").add(name));
    info.put(
        "screened_lookups", model.internals().screening() == Screening.OFF ? "none" : "drafts");
    Tokenizer tokenizer = model.internals().tokenizer();
    if (tokenizer != null) {
      ObjectNode node = info.putObject("tokenizer");
      node.put("files", tokenizer.source());
      node.put("tokens", tokenizer.vocabularySize());
      if (!tokenizer.languages().isEmpty()) {
        node.put("languages", tokenizer.languages().size());
      }
    }
    info.putPOJO("generation", model.generationDefaults());
    model.ignoredGenerationKeys().forEach(info.putArray("ignored_generation_keys")::add);
  }

  private static ObjectNode info(ModelFolder folder) {
    TransformerSpec spec = folder.spec();
    ObjectNode info = GenerationJson.object();
    info.put("family", folder.description().family());
    info.put(
        "parameters",
        ParameterTable.of(spec).stream()
            .filter(parameter -> folder.holds(parameter.name()))
            .mapToLong(Parameter::elements)
            .sum());
    info.put("precision", folder.precision().label());
    info.put("encoder_layers", spec.encoder().layers());
    info.put("encoder_width", spec.encoder().stack().width());
    info.put("decoder_layers", spec.decoderLayers());
    info.put("decoder_width", spec.decoder().stack().width());
    info.put("vocabulary", spec.decoder().vocabulary());
    ExitSpec exits = spec.exits();
    if (exits != null) {
      ObjectNode node = info.putObject("exits");
      exits.layers().forEach(node.putArray("layers")::add);
      node.put("adapter_size", exits.adapterSize());
      node.put("gate", folder.holds(Names.weight(Names.GATE)));
      ExitSpec.Policy policy = exits.policy();
      node.put("confidence", policy == null ? null : policy.confidence());
      if (policy != null) {
        node.put("threshold", policy.threshold());
        if (policy.decay() > 0) {
          node.put("threshold_decay", policy.decay());
        }
        if (policy.gate() > 0) {
          node.put("gate_threshold", policy.gate());
        }
        if (policy.shortlist() > 0) {
          node.put("shortlist", policy.shortlist());
        }
        if (policy.layers() != null) {
          policy.layers().forEach(node.putArray("policy_layers")::add);
        }
        if (policy.lossless()) {
          node.put("lossless", true);
        }
        putDrafts(policy, node);
      }
      ExitSpec.Policy lossless = exits.losslessPolicy();
      if (lossless != null) {
        ObjectNode verified = node.putObject("lossless_policy");
        verified.put("confidence", lossless.confidence()).put("threshold", lossless.threshold());
        if (lossless.layers() != null) {
          lossless.layers().forEach(verified.putArray("layers")::add);
        }
        putDrafts(lossless, verified);
      }
    }
    folder.ignoredTensors().forEach(info.putArray("ignored_tensors")::add);
    folder.config().ignoredKeys().forEach(info.putArray("ignored_keys")::add);
    return info;
  }

  private static void putDrafts(ExitSpec.Policy policy, ObjectNode node) {
    if (policy.draftTokens() > 0) {
      node.put("draft_tokens", policy.draftTokens());
    }
    if (policy.draftNgrams() > 0) {
      node.put("draft_ngrams", policy.draftNgrams());
    }
  }
}
