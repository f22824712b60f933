package dev.deed.tika;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.hub.ModelHub;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.tika.config.Field;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.Property;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.metadata.XMPDM;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.XHTMLContentHandler;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.AttributesImpl;

/**
 * Writes down what is said in sound: a paragraph for each segment, with attributes {@code
 * data-start} and {@code data-end} in seconds. The metadata gets the language, the duration and
 * {@link #SEGMENT_TIMES}. How to transcribe is the context's {@link TranscriptionOptions}. Safe for
 * use from many threads; their recordings share one batch.
 *
 * <p>The model is opened for the first recording. Without one, as Tika's service loader makes this
 * where {@value #MODEL_PROPERTY} is not set, it takes no sound.
 */
public final class DeedSpeechParser implements Parser, AutoCloseable {
  /** The system property that names the model where nothing else does. */
  public static final String MODEL_PROPERTY = "deed.tika.model";

  /** Start and end of each segment in seconds, such as {@code 0.00 2.48}. */
  public static final Property SEGMENT_TIMES = Property.internalTextBag("deed:segment-times");

  private static final long serialVersionUID = 1L;

  private static final Set<MediaType> SOUND =
      Set.of(
          MediaType.audio("vnd.wave"),
          MediaType.audio("x-flac"),
          MediaType.audio("x-aiff"),
          MediaType.audio("basic"),
          MediaType.audio("mpeg"),
          MediaType.audio("mp4"),
          MediaType.audio("x-aac"),
          MediaType.audio("vorbis"),
          MediaType.audio("opus"),
          MediaType.audio("x-oggflac"));

  private @Nullable String place = System.getProperty(MODEL_PROPERTY);
  private transient @Nullable EncoderDecoderModel model;
  private transient @Nullable Engine engine;

  /** Makes a parser by the model of {@value #MODEL_PROPERTY}, if that is set. */
  public DeedSpeechParser() {}

  /**
   * Makes a parser by an engine.
   *
   * @param running stays the caller's, who closes it last
   */
  public DeedSpeechParser(Engine running) {
    engine = Objects.requireNonNull(running, "engine");
  }

  /**
   * Names the model, before the first recording; a parameter in Tika's configuration.
   *
   * @param folderOrName a model folder, or the name of a model of the Hub
   */
  @Field
  public void setModel(String folderOrName) {
    place = Objects.requireNonNull(folderOrName, "model");
  }

  private synchronized Transcriber transcriber() {
    if (engine == null) {
      String named = Objects.requireNonNull(place, MODEL_PROPERTY);
      model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(named));
      engine = model.engine(EngineOptions.defaults());
    }
    return Transcriber.of(engine);
  }

  @Override
  public Set<MediaType> getSupportedTypes(ParseContext context) {
    return place == null && engine == null ? Set.of() : SOUND;
  }

  @Override
  public void parse(
      InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
      throws IOException, SAXException, TikaException {
    Transcript transcript;
    try {
      transcript =
          transcriber()
              .transcribe(
                  Recording.of(stream),
                  context.get(TranscriptionOptions.class, TranscriptionOptions.defaults()));
    } catch (InputException e) {
      throw new TikaException(e.getMessage(), e);
    }
    metadata.set(TikaCoreProperties.LANGUAGE, transcript.language());
    metadata.set(XMPDM.DURATION, transcript.seconds());
    String warning = transcript.warning();
    if (warning != null) {
      metadata.add(TikaCoreProperties.TIKA_META_EXCEPTION_WARNING, warning);
    }
    XHTMLContentHandler xhtml = new XHTMLContentHandler(handler, metadata);
    xhtml.startDocument();
    for (TranscriptSegment segment : transcript.segments()) {
      String start = seconds(segment.start());
      String end = seconds(segment.end());
      metadata.add(SEGMENT_TIMES, start + " " + end);
      AttributesImpl times = new AttributesImpl();
      times.addAttribute("", "data-start", "data-start", "CDATA", start);
      times.addAttribute("", "data-end", "data-end", "CDATA", end);
      xhtml.startElement("p", times);
      xhtml.characters(segment.text().strip());
      xhtml.endElement("p");
    }
    xhtml.endDocument();
  }

  private static String seconds(double time) {
    return String.format(Locale.ROOT, "%.2f", time);
  }

  /** The same under the parameters of Tika 4, which calls this one. */
  public void parse(
      TikaInputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
      throws IOException, SAXException, TikaException {
    parse((InputStream) stream, handler, metadata, context);
  }

  /** Closes the model, if it was opened for this. */
  @Override
  public synchronized void close() {
    if (model != null && engine != null) {
      engine.close();
      model.close();
    }
  }
}
