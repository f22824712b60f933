package dev.deed.processing.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What Transformers encodes and decodes with a tokenizer, as {@code cases.json} files hold it. */
public final class TokenizerCases {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Tokens of a text that is too long to be held whole by a stream. */
  private static final int LONG = 1200;

  private final JsonNode cases;

  private TokenizerCases(JsonNode cases) {
    this.cases = cases;
  }

  public static TokenizerCases read(Path file) throws IOException {
    return new TokenizerCases(MAPPER.readTree(file.toFile()));
  }

  public JsonNode json() {
    return cases;
  }

  /** Holds encodings, spellings, decodings, special tokens and streaming against the cases. */
  void check(Tokenizer tokenizer) {
    List<Integer> all = new ArrayList<>();
    assertThat(cases.get("encode")).isNotEmpty();
    for (JsonNode line : cases.get("encode")) {
      String text = line.get("text").asText();
      int[] ids = ints(line.get("ids"));
      assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
      assertThat(tokenizer.encode(text, false))
          .as(text)
          .isEqualTo(ints(line.get("ids_without_special")));
      assertThat(Arrays.stream(ids).mapToObj(tokenizer::token).toList())
          .as(text)
          .isEqualTo(MAPPER.convertValue(line.get("tokens"), List.class));
      if (line.has("target_ids")) {
        assertThat(tokenizer.encodeTarget(text, null)).isEqualTo(ints(line.get("target_ids")));
      }
      streamsTheWholeText(tokenizer, ids);
      Arrays.stream(ids).forEach(all::add);
    }
    for (int step : new int[] {1, 7}) {
      int[] many = IntStream.range(0, LONG).map(i -> all.get(i * step % all.size())).toArray();
      streamsTheWholeText(tokenizer, many);
    }
    for (JsonNode line : cases.get("decode")) {
      int[] ids = ints(line.get("ids"));
      String name = Arrays.toString(ids);
      assertThat(tokenizer.decode(ids, false)).as(name).isEqualTo(line.get("text").asText());
      assertThat(tokenizer.decode(ids, true))
          .as(name)
          .isEqualTo(line.get("text_skip_special_tokens").asText());
      streamsTheWholeText(tokenizer, ids);
    }
    for (JsonNode id : cases.get("all_special_ids")) {
      assertThat(tokenizer.isSpecial(id.asInt())).as(id.asText()).isTrue();
    }
    for (JsonNode line : cases.path("languages")) {
      String language = line.get("language").asText();
      String text = cases.get("encode").get(3).get("text").asText();
      assertThat(tokenizer.languages()).contains(language);
      assertThat(tokenizer.encode(text, language, null)).isEqualTo(ints(line.get("ids")));
      assertThat(tokenizer.target(language, 2).forcedFirst()).hasValue(line.get("id").asInt());
    }
  }

  private static void streamsTheWholeText(Tokenizer tokenizer, int[] ids) {
    for (boolean skip : new boolean[] {true, false}) {
      TextStream stream = tokenizer.stream(skip);
      StringBuilder pieces = new StringBuilder();
      for (int id : ids) {
        pieces.append(stream.append(id));
      }
      pieces.append(stream.finish());
      assertThat(pieces.toString()).isEqualTo(tokenizer.decode(ids, skip));
    }
  }

  public static int[] ints(JsonNode list) {
    return MAPPER.convertValue(list, int[].class);
  }
}
