package dev.deed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.InputDigest;
import dev.deed.processing.grammar.JsonText;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sums of a {@link Receipt}, which says what their bytes are. */
final class ReceiptSums {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReceiptSums() {}

  static Receipt receipt(
      RequestPreparation preparation,
      RequestPreparation.Checked checked,
      EncoderInput read,
      Generation answer,
      Fingerprints.Sums sums) {
    return new Receipt(
        origin(preparation, checked, read, sums),
        tokens(answer.tokenIds()),
        JsonText.CANONICAL.of(stated(preparation, checked)));
  }

  static Receipt.Origin origin(
      RequestPreparation preparation,
      RequestPreparation.Checked checked,
      EncoderInput read,
      Fingerprints.Sums sums) {
    return new Receipt.Origin(
        sums.model(),
        sums.tokenizer(),
        InputDigest.of(read).hex(),
        settings(preparation, checked),
        preparation.exits().folder().precision().label(),
        version());
  }

  private static String version() {
    String version = Proof.class.getPackage().getImplementationVersion();
    return version == null ? "(development build)" : version;
  }

  /** The settings that were in force. */
  private static String settings(
      RequestPreparation preparation, RequestPreparation.Checked checked) {
    GenerationOptions options = checked.request().options();
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    checked.prefix().forEach(all.putArray("decoder_input_ids")::add);
    ExitSettings exits =
        preparation.exits().resolved(preparation.exits().drafts().implied(options.impliedExits()));
    boolean isFull = exits.isLossless() || exits.get(ExitSetting.POLICY) == ExitPolicy.FULL;
    all.set("exits", MAPPER.valueToTree(isFull ? "full" : exits.json()));
    Map<String, @Nullable Object> generation = checked.settings().inForce();
    generation.remove("max_length");
    generation.put("max_new_tokens", checked.newTokens());
    all.set("generation", MAPPER.valueToTree(generation));
    options.stop().forEach(all.putArray("stop")::add);
    return sum(ByteBuffer.wrap(JsonText.CANONICAL.of(all).getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * What the caller stated, with the lossless exits that a prediction or an assistant implies, and
   * the length where the settings alone allow another.
   */
  private static ObjectNode stated(
      RequestPreparation preparation, RequestPreparation.Checked checked) {
    GenerationOptions options = checked.request().options();
    ObjectNode generation = MAPPER.valueToTree(options.settings());
    if (preparation.check(checked.request()).newTokens() != checked.newTokens()) {
      generation.put("max_new_tokens", checked.newTokens());
    }
    ObjectNode stated = JsonNodeFactory.instance.objectNode();
    JsonNode exits =
        MAPPER.valueToTree(preparation.exits().drafts().implied(options.impliedExits()).json());
    if (!exits.isEmpty()) {
      stated.set("exits", exits);
    }
    if (!generation.isEmpty()) {
      stated.set("generation", generation);
    }
    if (!options.stop().isEmpty()) {
      options.stop().forEach(stated.putArray("stop")::add);
    }
    return stated;
  }

  static String tokens(List<Integer> ids) {
    ByteBuffer bytes = ByteBuffer.allocate(ids.size() * Integer.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    ids.forEach(bytes::putInt);
    return sum(bytes.flip());
  }

  private static String sum(ByteBuffer bytes) {
    MessageDigest digest = InputDigest.sha256();
    digest.update(bytes);
    return HexFormat.of().formatHex(digest.digest());
  }
}
