package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.GenerationJson;
import dev.deed.hub.CachedModel;
import dev.deed.hub.ModelHub;
import dev.deed.model.family.ModelFamily;
import dev.deed.value.InputException;
import dev.deed.value.OneLine;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code deed models}: what the cache holds. */
@Command(
    name = "models",
    description = "Lists the models in the cache that all clients of the Hub share.",
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Callable<Integer> {
  private static final double MEGABYTE = 1e6;

  /** Digits of a commit that people read. */
  private static final int SHORT = 8;

  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Override
  public Integer call() {
    List<CachedModel> models = ModelHub.fromEnvironment().models();
    if (common.json) {
      ObjectNode json = GenerationJson.object();
      ArrayNode list = json.putArray("models");
      models.forEach(model -> describe(list.addObject(), model));
      System.out.println(json);
      return 0;
    }
    if (models.isEmpty()) {
      common.note("deed: the cache holds no model; deed pull NAME fetches one");
    }
    for (CachedModel model : models) {
      String family = family(model);
      System.out.printf(
          "%-44s %-8s %-12s %10.1f MB  %s%n",
          OneLine.of(model.repository()),
          model.commit().substring(0, Math.min(SHORT, model.commit().length())),
          OneLine.of(String.join(",", model.refs())),
          model.bytes() / MEGABYTE,
          family == null ? "-" : family);
    }
    return 0;
  }

  private static void describe(ObjectNode json, CachedModel model) {
    json.put("name", model.repository()).put("revision", model.commit());
    model.refs().forEach(json.putArray("refs")::add);
    json.put("bytes", model.bytes()).put("folder", model.folder().toString());
    json.put("family", family(model));
  }

  /** The family of a model that can be opened; null for others. */
  private static @Nullable String family(CachedModel model) {
    try {
      return model.complete()
          ? ModelFamily.describe(ModelFamily.config(model.folder())).family()
          : null;
    } catch (InputException e) {
      return null;
    }
  }
}
