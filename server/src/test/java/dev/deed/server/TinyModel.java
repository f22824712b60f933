package dev.deed.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A T5 with six exits and random weights, and a tokenizer that knows the words w2…w499. */
final class TinyModel {
  private static final int TOKENS = 500;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A folder with its weights, and no tokenizer. */
  static final Path WEIGHTS =
      Path.of(System.getProperty("deed.root", ".."))
          .resolve("core/src/test/resources/golden/exits/t5-v1_0/model");

  private TinyModel() {}

  /** Makes its folder. */
  static Path in(Path folder) throws IOException {
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(WEIGHTS.resolve(file), folder.resolve(file));
    }
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    return folder;
  }

  private static String tokenizer() throws IOException {
    ObjectNode json =
        (ObjectNode)
            MAPPER.readTree(
                """
                {"version": "1.0", "truncation": null, "padding": null, "normalizer": null,
                 "added_tokens": [], "pre_tokenizer": {"type": "WhitespaceSplit"}, "decoder": null,
                 "post_processor": {"type": "TemplateProcessing",
                   "single": [{"Sequence": {"id": "A", "type_id": 0}},
                              {"SpecialToken": {"id": "</s>", "type_id": 0}}],
                   "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                            {"Sequence": {"id": "B", "type_id": 0}}],
                   "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}}}
                """);
    String[] special = {"<pad>", "</s>"};
    for (int i = 0; i < special.length; i++) {
      json.withArray("added_tokens")
          .addObject()
          .put("id", i)
          .put("content", special[i])
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    ObjectNode model = json.putObject("model").put("type", "WordLevel").put("unk_token", "w2");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int i = 0; i < TOKENS; i++) {
      vocabulary.put(i < special.length ? special[i] : "w" + i, i);
    }
    return json.toString();
  }
}
