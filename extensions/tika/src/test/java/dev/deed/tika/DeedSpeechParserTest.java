package dev.deed.tika;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.testing.TinyWhisper;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.tika.config.TikaConfig;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.metadata.XMPDM;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.DefaultParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.ToXMLContentHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound that Tika finds, beside its own parsers of sound. */
final class DeedSpeechParserTest {
  /** Nobody speaks in these sounds. */
  private static final TranscriptionOptions ALL = TranscriptionOptions.defaults().withVoice(null);

  private static final String PROPERTY = "deed.tika.model";

  private static final Path COMPRESSED =
      Path.of(System.getProperty("deed.root", ".."))
          .resolve("extensions/sound/src/test/resources/sounds");

  @TempDir Path folder = Path.of("");

  /** What a parser makes of a file. */
  private record Parsed(String text, Metadata metadata) {
    static Parsed of(Parser parser, Path file) throws Exception {
      ParseContext context = new ParseContext();
      context.set(TranscriptionOptions.class, ALL.withLanguage("de"));
      Metadata metadata = new Metadata();
      ToXMLContentHandler text = new ToXMLContentHandler();
      try (InputStream stream = TikaInputStream.get(file, metadata)) {
        parser.parse(stream, text, metadata, context);
      }
      return new Parsed(text.toString(), metadata);
    }

    List<String> paragraphs() {
      return Pattern.compile("<p>(.*?)</p>", Pattern.DOTALL)
          .matcher(text)
          .results()
          .map(one -> one.group(1).strip())
          .toList();
    }
  }

  @Test
  void soundOfEveryKindIsFoundAndWrittenDown() throws Exception {
    TinyWhisper.thatTranscribes(folder);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder);
        Engine engine = model.engine(EngineOptions.defaults());
        DeedSpeechParser parser = new DeedSpeechParser(engine)) {
      AutoDetectParser all = new AutoDetectParser(new DefaultParser(), parser);
      for (Path sound :
          List.of(
              TinyWhisper.sound("f32_8k.wav"),
              TinyWhisper.sound("s16.flac"),
              TinyWhisper.sound("s16.aiff"),
              TinyWhisper.sound("s16.au"),
              COMPRESSED.resolve("first.m4a"),
              COMPRESSED.resolve("mpeg1.mp3"),
              COMPRESSED.resolve("voip.opus"),
              COMPRESSED.resolve("vorbis.ogg"))) {
        Transcript expected =
            Transcriber.of(engine).transcribe(Recording.of(sound), ALL.withLanguage("de"));
        Parsed parsed = Parsed.of(all, sound);
        assertThat(expected.segments()).as(sound.toString()).isNotEmpty();
        assertThat(parsed.paragraphs())
            .as(sound.toString())
            .isEqualTo(expected.segments().stream().map(one -> one.text().strip()).toList());
        assertThat(parsed.metadata.get(TikaCoreProperties.LANGUAGE)).isEqualTo("de");
        assertThat(Double.parseDouble(parsed.metadata.get(XMPDM.DURATION)))
            .isEqualTo(expected.seconds());
        assertThat(parsed.metadata.getValues("deed:segment-times"))
            .containsExactlyElementsOf(
                expected.segments().stream().map(one -> one.start() + " " + one.end()).toList());
      }
    }
  }

  @Test
  void withoutAModelSoundIsLeftToTika() throws Exception {
    Parsed parsed = Parsed.of(new AutoDetectParser(), COMPRESSED.resolve("mpeg1.mp3"));
    assertThat(parsed.metadata.get("deed:segment-times")).isNull();
    assertThat(parsed.metadata.get(XMPDM.AUDIO_SAMPLE_RATE)).isNotNull();
  }

  @Test
  void aSystemPropertyNamesTheModel() throws Exception {
    System.setProperty(PROPERTY, TinyWhisper.thatTranscribes(folder).toString());
    try {
      Parsed parsed = Parsed.of(new AutoDetectParser(), COMPRESSED.resolve("mpeg1.mp3"));
      assertThat(parsed.metadata.get("deed:segment-times")).isNotNull();
    } finally {
      System.clearProperty(PROPERTY);
    }
  }

  @Test
  void aConfigurationNamesTheModel() throws Exception {
    String xml =
        """
        <properties>
          <parsers>
            <parser class="org.apache.tika.parser.DefaultParser"/>
            <parser class="dev.deed.tika.DeedSpeechParser">
              <params><param name="model" type="string">%s</param></params>
            </parser>
          </parsers>
        </properties>
        """
            .formatted(TinyWhisper.thatTranscribes(folder));
    TikaConfig config =
        new TikaConfig(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    Parsed parsed = Parsed.of(new AutoDetectParser(config), COMPRESSED.resolve("first.m4a"));
    assertThat(parsed.metadata.get("deed:segment-times")).isNotNull();
  }

  @Test
  void soundThatCannotBeReadIsRefusedInALine() throws Exception {
    DeedSpeechParser parser = new DeedSpeechParser();
    parser.setModel(TinyWhisper.thatTranscribes(folder).toString());
    Path sound = folder.resolve("broken.wav");
    Files.write(sound, new byte[] {'R', 'I', 'F', 'F', 9, 0, 0, 0, 'W', 'A', 'V', 'E', 0, 0});
    assertThatExceptionOfType(TikaException.class)
        .isThrownBy(() -> Parsed.of(new AutoDetectParser(parser), sound))
        .withMessageContaining("sound");
  }
}
