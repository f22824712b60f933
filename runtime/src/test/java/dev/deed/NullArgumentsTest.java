package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.OcrWord;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Java that knows nothing of nullness: what must not be null is named, before anything is done. */
@NullUnmarked
final class NullArgumentsTest {
  private static final Path MODEL =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("core/src/test/resources/golden/exits/bart/model");

  private static final Input INPUT = Input.ofTokenIds(5, 6);
  private static final GenerationOptions OPTIONS = GenerationOptions.defaults();

  private static void assertNamed(Map<String, ThrowingCallable> calls) {
    calls.forEach(
        (name, call) ->
            assertThatThrownBy(call)
                .as(name)
                .isExactlyInstanceOf(NullPointerException.class)
                .hasMessage(name.replaceFirst(" .*", "")));
  }

  @Test
  void ofValues() {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("input", () -> new Request(null, OPTIONS));
    calls.put("options", () -> new Request(INPUT, null));
    calls.put("input of", () -> Request.of(null));
    calls.put("text", () -> Input.ofText(null));
    calls.put("text word", () -> new OcrWord(null, 0, 0, 1, 1));
    calls.put("file", () -> Input.ofImage((Path) null));
    calls.put("encoded", () -> Input.ofImage((byte[]) null));
    calls.put("picture", () -> Input.ofImage((BufferedImage) null));
    calls.put("stream", () -> Input.ofImage((InputStream) null));
    calls.put("ids", () -> Input.ofTokenIds((int[]) null));
    calls.put("words", () -> INPUT.withWords(null, 1, 1));
    OcrWord word = new OcrWord("a", 0, 0, 1, 1);
    calls.put("words[1]", () -> INPUT.withWords(Arrays.asList(word, null), 1, 1));
    calls.put("name", () -> INPUT.withTensor(null, new float[1], List.of(1)));
    calls.put("numbers", () -> INPUT.withTensor("bbox", null, List.of(1)));
    calls.put("shape", () -> INPUT.withTensor("bbox", new float[1], null));
    calls.put(
        "shape[0]",
        () -> INPUT.withTensor("bbox", new float[1], Arrays.asList(1, null).reversed()));
    calls.put("exits", () -> OPTIONS.withExits(null));
    calls.put("name setting", () -> OPTIONS.withSetting(null, 1));
    calls.put("values", () -> OPTIONS.withSettings(null));
    calls.put("stop", () -> OPTIONS.withStop(null));
    calls.put("stop[1]", () -> OPTIONS.withStop(Arrays.asList("a", null)));
    calls.put(
        "layers[1]", () -> ExitSettings.own().with(ExitSetting.LAYERS, Arrays.asList(2, null)));
    calls.put("policy", () -> ExitSettings.of(null, 0.5));
    calls.put("spelling", () -> ExitSettings.parse(null));
    calls.put("list", () -> ExitSettings.parseList(null));
    calls.put("over", () -> ExitSettings.own().overriddenBy(null));
    assertNamed(calls);
  }

  @Test
  void ofAModel() {
    try (var model = EncoderDecoderModel.open(MODEL, 1)) {
      Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
      calls.put("path", () -> EncoderDecoderModel.open(null, 1));
      calls.put("options open", () -> EncoderDecoderModel.open(MODEL, null));
      calls.put("input", () -> model.generate((Input) null));
      calls.put("options", () -> model.generate(INPUT, null));
      calls.put("listener", () -> model.generate(INPUT, OPTIONS, null));
      calls.put("options check", () -> model.check(null));
      calls.put("input read", () -> model.requireRead(null));
      calls.put("input count", () -> model.countTokens(null));
      calls.put("input encode", () -> model.encode(null));
      calls.put("answer", () -> model.score(INPUT, (String) null));
      calls.put("answer[0]", () -> model.score(INPUT, Arrays.asList((Integer) null)));
      calls.put("requests", () -> model.generate((List<Request>) null));
      calls.put("requests[1]", () -> model.generate(Arrays.asList(Request.of(INPUT), null)));
      assertNamed(calls);
      assertThat(model.generate(INPUT, OPTIONS.withMaxNewTokens(2)).tokenIds()).hasSize(2);
    }
  }
}
