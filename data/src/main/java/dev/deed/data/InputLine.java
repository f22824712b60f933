package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.value.ExitSettings;
import dev.deed.value.OcrWord;
import java.nio.file.Path;
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
 * @param logProbs whether the answer tells log-probabilities
 * @param receipt whether the answer has a receipt
 * @param prediction text that the answer is expected to be
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
    @Nullable Boolean logProbs,
    @Nullable Boolean receipt,
    @Nullable String prediction,
    @Nullable String target,
    List<String> targets,
    Map<String, JsonNode> carried)
    implements ParsedLine {
  /** What is generated from, and how; beside {@code id}, {@code generation} and {@code exits}. */
  public static final Set<String> FIELDS =
      Set.of(
          ("prompt decoder_prompt image audio ocr width height source_language target_language"
                  + " input_ids decoder_input_ids log_probs prediction")
              .split(" "));

  /** Those that are texts. */
  public static final Set<String> TEXTS =
      Set.of("prompt", "decoder_prompt", "source_language", "target_language", "prediction");

  /** The field of a picture. */
  public static final String IMAGE = "image";

  /** The field of a sound. */
  public static final String AUDIO = "audio";

  /**
   * Reads an object that is no line of a file. Fields that name files, {@code image}, {@code audio}
   * and {@code tensors}, are the caller's to take out of it or to refuse.
   *
   * @param origin what errors call it
   * @throws dev.deed.value.InputException when a field has a wrong type; it names the field
   */
  public static InputLine of(String origin, ObjectNode json) {
    return new InputParser(origin, 1, Path.of(""), json).parse();
  }

  /** A line that has an id and nothing else. */
  public static InputLine named(long number, String id) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", id);
    return new InputParser(id, number, Path.of(""), json).parse();
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
        logProbs,
        receipt,
        prediction,
        target,
        targets,
        carried);
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
}
