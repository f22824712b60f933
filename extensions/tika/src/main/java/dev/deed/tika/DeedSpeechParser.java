package dev.deed.tika;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.hub.ModelHub;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.apache.tika.config.Field;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.metadata.XMPDM;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.XHTMLContentHandler;
import org.jspecify.annotations.Nullable;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Writes down what is said in sound, a paragraph for each segment. The metadata gets the language,
 * the duration in seconds and, as {@code deed:segment-times}, where each paragraph begins and ends.
 * How to transcribe is the context's {@link TranscriptionOptions}. Safe for use from many threads.
 * The model is opened for the first recording; without one this takes no sound.
 */
public final class DeedSpeechParser implements Parser, AutoCloseable {
  private static final Set<MediaType> SOUND =
      MediaType.set(
          new String[] {
            "audio/vnd.wave", "audio/x-flac", "audio/x-aiff", "audio/basic", "audio/mpeg",
            "audio/mp4", "audio/x-aac", "audio/vorbis", "audio/opus", "audio/x-oggflac"
          });

  private String place = System.getProperty("deed.tika.model", "");
  private transient @Nullable EncoderDecoderModel model;
  private transient @Nullable Engine engine;

  /** Makes a parser by the model that the system property {@code deed.tika.model} names. */
  public DeedSpeechParser() {}

  /** Makes a parser by an engine, which stays the caller's: closed last. */
  public DeedSpeechParser(Engine running) {
    engine = running;
  }

  /** Names the model, before the first recording: a folder, or a name of the Hub. */
  @Field
  public void setModel(String folderOrName) {
    place = folderOrName;
  }

  private synchronized Transcriber transcriber() {
    if (engine == null) {
      model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(place));
      engine = model.engine(EngineOptions.defaults());
    }
    return Transcriber.of(engine);
  }

  @Override
  public Set<MediaType> getSupportedTypes(ParseContext context) {
    return place.isEmpty() && engine == null ? Set.of() : SOUND;
  }

  @Override
  public void parse(InputStream in, ContentHandler handler, Metadata metadata, ParseContext context)
      throws IOException, SAXException, TikaException {
    Transcript transcript;
    try {
      var options = context.get(TranscriptionOptions.class, TranscriptionOptions.defaults());
      transcript = transcriber().transcribe(Recording.of(in), options);
    } catch (InputException e) {
      throw new TikaException(e.getMessage(), e);
    }
    metadata.set(TikaCoreProperties.LANGUAGE, transcript.language());
    metadata.set(XMPDM.DURATION, transcript.seconds());
    for (var one : transcript.segments()) {
      metadata.add("deed:segment-times", one.start() + " " + one.end());
    }
    if (transcript.warning() != null) {
      metadata.add(TikaCoreProperties.TIKA_META_EXCEPTION_WARNING, transcript.warning());
    }
    XHTMLContentHandler xhtml = new XHTMLContentHandler(handler, metadata);
    xhtml.startDocument();
    for (var one : transcript.segments()) {
      xhtml.element("p", one.text().strip());
    }
    xhtml.endDocument();
  }

  /** The same under the types that Tika 4 calls. */
  public void parse(
      TikaInputStream in, ContentHandler handler, Metadata metadata, ParseContext context)
      throws IOException, SAXException, TikaException {
    parse((InputStream) in, handler, metadata, context);
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
