package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.GenerationJson;
import dev.deed.hub.ModelName;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code deed pull}: models into the cache. */
@Command(
    name = "pull",
    description = "Fetches models of the Hub by name and prints their folders.",
    mixinStandardHelpOptions = true)
final class PullCommand implements Callable<Integer> {
  @Mixin OutputOptions.Only common = new OutputOptions.Only();

  @Parameters(arity = "1..*", paramLabel = "NAME", descriptionKey = "NAME")
  List<String> names = List.of();

  @Override
  public Integer call() {
    names.forEach(ModelName::parse);
    ObjectNode json = GenerationJson.object();
    ArrayNode models = json.putArray("models");
    for (String name : names) {
      Path folder = ModelPlace.fetch(name, common, false);
      models.addObject().put("name", name).put("folder", folder.toString());
      if (!common.json) {
        System.out.println(folder);
      }
    }
    if (common.json) {
      System.out.println(json);
    }
    return 0;
  }
}
