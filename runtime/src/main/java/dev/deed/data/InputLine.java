package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.NamedPath;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.TaskSetting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One input, as a line of JSON describes it; {@code null} and empty for fields that are absent or
 * null. Paths are resolved against the folder of the file. Nothing is opened, and nothing is
 * checked against a model.
 *
 * @param origin what errors call it
 * @param number line in the file, from 1
 * @param id text or whole number, given back as it is
 * @param prompt text for the encoder
 * @param decoderPrompt text forced at the start of the decoder
 * @param media the picture under {@value #IMAGE} and the sound under {@value #AUDIO}, where there
 *     are any
 * @param ocr words or lines of a page, in reading order
 * @param width of the page in pixels
 * @param height of the page in pixels
 * @param sourceLanguage code of the model's tokenizer
 * @param targetLanguage code of the model's tokenizer
 * @param inputIds token ids for the encoder; not copied
 * @param decoderInputIds the whole forced decoder prefix, replacing the model's own start; not
 *     copied
 * @param tensors raw encoder inputs by name
 * @param generation keys of {@code generation_config.json} for this line alone; null inside it
 *     switches a default off
 * @param exits exit settings for this line alone
 * @param settings what it says of {@link LineOptions#SETTINGS}, as JSON holds it
 * @param target the text to learn, {@code null} when there is none
 * @param targets all accepted texts, the target among them; empty when there are none
 * @param carried {@code target}, {@code targets} and fields unknown here, in their order, for the
 *     output
 */
public record InputLine(
    String origin,
    long number,
    @Nullable JsonNode id,
    @Nullable String prompt,
    @Nullable String decoderPrompt,
    Map<String, Media> media,
    List<OcrWord> ocr,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable String sourceLanguage,
    @Nullable String targetLanguage,
    int @Nullable [] inputIds,
    int @Nullable [] decoderInputIds,
    Map<String, TensorReference> tensors,
    @Nullable Map<String, @Nullable Object> generation,
    @Nullable ExitSettings exits,
    Map<String, Object> settings,
    @Nullable String target,
    List<String> targets,
    Map<String, JsonNode> carried)
    implements ParsedLine {
  /** What is generated from. */
  public static final Set<String> FIELDS =
      Set.of(
          ("prompt decoder_prompt image audio ocr width height source_language target_language"
                  + " input_ids decoder_input_ids")
              .split(" "));

  /** Those that are texts. */
  public static final Set<String> TEXTS =
      Set.of("prompt", "decoder_prompt", "source_language", "target_language");

  /** The field of a picture. */
  public static final String IMAGE = "image";

  /** The field of a sound. */
  public static final String AUDIO = "audio";

  private static final int MOST_PIXELS = 1_000_000;

  /**
   * Reads an object that is no line of a file. Fields that name files, {@code image}, {@code audio}
   * and {@code tensors}, are the caller's to take out of it or to refuse.
   *
   * @param origin what errors call it
   * @throws InputException when a field has a wrong type; it names the field
   */
  public static InputLine of(String origin, ObjectNode json) {
    return of(origin, 1, Path.of(""), json);
  }

  /** A line that has an id and nothing else. */
  public static InputLine named(long number, String id) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", id);
    return of(id, number, Path.of(""), json);
  }

  /**
   * Reads an object; the first field of a wrong type ends it with an error that names it.
   *
   * @param folder against which paths are resolved
   */
  static InputLine of(String origin, long number, Path folder, ObjectNode json) {
    Fields fields = new Fields(origin, "", json);
    JsonNode id = fields.value("id");
    fields.require(
        id == null || id.isTextual() || id.isIntegralNumber(), "id", "a text or a whole number");
    String target = fields.text("target");
    List<String> targets = targets(fields, target);
    return new InputLine(
        origin,
        number,
        id,
        fields.text("prompt"),
        fields.text("decoder_prompt"),
        media(folder, fields),
        OcrJson.entries(fields, "ocr"),
        fields.integer("width", 1, MOST_PIXELS),
        fields.integer("height", 1, MOST_PIXELS),
        fields.text("source_language"),
        fields.text("target_language"),
        fields.integers("input_ids", 0, Integer.MAX_VALUE),
        fields.integers("decoder_input_ids", 0, Integer.MAX_VALUE),
        tensors(folder, fields),
        generation(fields),
        fields.exits("exits"),
        LineOptions.settings(fields),
        target == null && !targets.isEmpty() ? targets.getFirst() : target,
        targets,
        fields.others("target", "targets"));
  }

  private static Map<String, Media> media(Path folder, Fields fields) {
    Map<String, Media> media = new LinkedHashMap<>();
    for (String field : List.of(InputLine.IMAGE, InputLine.AUDIO)) {
      String text = fields.text(field);
      if (text != null) {
        media.put(field, new Media.InFile(NamedPath.in(folder, fields.place(field), text)));
      }
    }
    return media;
  }

  private static @Nullable Map<String, @Nullable Object> generation(Fields fields) {
    ObjectNode object = fields.object("generation");
    return object == null ? null : JsonValues.of(object);
  }

  private static Map<String, TensorReference> tensors(Path folder, Fields fields) {
    ObjectNode object = fields.object("tensors");
    Map<String, TensorReference> tensors = new LinkedHashMap<>();
    if (object != null) {
      Fields inside = fields.inside("tensors");
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        String reference = entry.getValue().isTextual() ? entry.getValue().textValue() : "";
        // The last colon: there may be one in the path.
        int colon = reference.lastIndexOf(':');
        if (colon < 1 || colon == reference.length() - 1) {
          throw inside.wrong(entry.getKey(), "a text FILE.safetensors:NAME");
        }
        Path file =
            NamedPath.in(folder, inside.place(entry.getKey()), reference.substring(0, colon));
        tensors.put(entry.getKey(), new TensorReference(file, reference.substring(colon + 1)));
      }
    }
    return tensors;
  }

  private static List<String> targets(Fields fields, @Nullable String target) {
    List<String> targets = fields.texts("targets");
    if (targets == null) {
      return target == null ? List.of() : List.of(target);
    }
    fields.require(!targets.isEmpty(), "targets", "a list of at least one text");
    if (target != null && !targets.contains(target)) {
      List<String> all = new ArrayList<>(targets);
      all.addFirst(target);
      return List.copyOf(all);
    }
    return targets;
  }

  /** The line with a picture or a sound. */
  public InputLine with(String field, Media content) {
    Map<String, Media> all = new LinkedHashMap<>(media);
    all.put(field, content);
    return new InputLine(
        origin,
        number,
        id,
        prompt,
        decoderPrompt,
        all,
        ocr,
        width,
        height,
        sourceLanguage,
        targetLanguage,
        inputIds,
        decoderInputIds,
        tensors,
        generation,
        exits,
        settings,
        target,
        targets,
        carried);
  }

  /** The fields that it carries. */
  Fields carriedFields() {
    return new Fields(origin, "", carriedObject());
  }

  private ObjectNode carriedObject() {
    ObjectNode json = GenerationJson.object();
    json.setAll(carried);
    return json;
  }

  /**
   * A task's settings, as the line says.
   *
   * @param usual where it does not say
   * @throws InputException when one cannot be used; it names the line
   */
  <T> T apply(List<TaskSetting<T, ?>> table, T usual) {
    Map<String, @Nullable Object> values = JsonValues.of(carriedObject());
    values.put("prompt", prompt);
    try {
      return TaskSetting.apply(table, usual, values);
    } catch (InputException e) {
      throw e.in(origin);
    }
  }

  /** The file of its picture; null where it has none, or the bytes of one. */
  public @Nullable Path image() {
    return file(IMAGE);
  }

  /** The file of its sound; null where it has none, or the bytes of one. */
  public @Nullable Path audio() {
    return file(AUDIO);
  }

  private @Nullable Path file(String field) {
    return media.get(field) instanceof Media.InFile file ? file.path() : null;
  }

  /** Whether the encoder reads the same of both; tensors are not compared. */
  public boolean hasInputOf(InputLine other) {
    return tensors.isEmpty()
        && other.tensors.isEmpty()
        && Objects.equals(prompt, other.prompt)
        && media.equals(other.media)
        && ocr.equals(other.ocr)
        && Objects.equals(width, other.width)
        && Objects.equals(height, other.height)
        && Objects.equals(sourceLanguage, other.sourceLanguage)
        && Objects.equals(targetLanguage, other.targetLanguage)
        && Arrays.equals(inputIds, other.inputIds);
  }

  @Override
  public InputLine orThrow() {
    return this;
  }

  /** The id as text, else the line number: what to call this input. */
  public String name() {
    return id == null ? Long.toString(number) : id.asText();
  }

  /**
   * A tensor in a safetensors file, written {@code FILE:NAME}.
   *
   * @param file the file, relative paths already resolved
   */
  public record TensorReference(Path file, String name) {}
}
