package dev.deed.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.ModelSamples.Sample;
import dev.deed.data.ModelSamples.SamplePicture;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.ServedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Inputs to try a model with: {@code GET /page/examples.json}, and their pictures. They were read
 * when the model was opened; no file is opened for a request.
 */
record Examples(Service service) {
  static final String LIST = "/page/examples.json";
  static final String BELOW = "/page/examples/";

  private static final List<String> SHOWN = List.of("id", "prompt", "decoder_prompt", "target");

  /** Names that mean nothing to a shell, an address or a page. */
  private static final String HARMLESS = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  /** All examples: {@code [{"model", "id", "prompt", "decoder_prompt", "image", "target"}]}. */
  void list(Exchange exchange) throws IOException {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (ServedModel model : service.models().models()) {
      List<Sample> samples = model.samples().samples();
      for (int i = 0; i < samples.size(); i++) {
        Sample sample = samples.get(i);
        ObjectNode example = all.addObject().put("model", model.name());
        for (String field : SHOWN) {
          if (sample.line().path(field).isValueNode()) {
            example.set(field, sample.line().get(field));
          }
        }
        if (sample.picture() != null) {
          example.put("image", Exchange.address(path(model, i, sample.picture())));
        }
      }
    }
    StaticFiles.sendTagged(
        exchange, "application/json", all.toString().getBytes(StandardCharsets.UTF_8));
  }

  void picture(Exchange exchange) throws IOException {
    for (ServedModel model : service.models().models()) {
      List<Sample> samples = model.samples().samples();
      for (int i = 0; i < samples.size(); i++) {
        SamplePicture picture = samples.get(i).picture();
        if (picture != null && path(model, i, picture).equals(exchange.path())) {
          StaticFiles.sendTagged(exchange, picture.mediaType(), picture.bytes());
          return;
        }
      }
    }
    throw ApiException.notFound("there is no such example");
  }

  /** Where a picture is: the number of its sample, from 1, and the name of its file. */
  private static String path(ServedModel model, int place, SamplePicture picture) {
    String name = picture.name().matches(HARMLESS) ? picture.name() : "picture";
    return BELOW + model.name() + "/" + (place + 1) + "/" + name;
  }
}
