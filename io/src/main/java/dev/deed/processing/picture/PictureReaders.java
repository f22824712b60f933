package dev.deed.processing.picture;

import java.util.Iterator;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The decoders of ImageIO that came with this library. ImageIO has one list for the whole JVM, and
 * fills it once, with what the context class loader of the first thread knows. In a fat jar that
 * may be none of our jars; where applications are loaded anew it is those of an earlier one.
 */
final class PictureReaders {
  private static final ClassLoader OWN = PictureReaders.class.getClassLoader();

  // TIFF's decoder looks for one of JPEG in ImageIO's list too.
  static {
    IIORegistry list = IIORegistry.getDefaultInstance();
    try {
      for (ImageReaderSpi decoder : ServiceLoader.load(ImageReaderSpi.class, OWN)) {
        if (list.getServiceProviderByClass(decoder.getClass()) == null) {
          list.registerServiceProvider(decoder);
        }
      }
    } catch (ServiceConfigurationError e) {
      // A broken decoder of somebody's; formats that then lack theirs say so.
    }
  }

  private PictureReaders() {}

  /** The decoder of a format, by ImageIO's name for it. */
  static Optional<ImageReader> find(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (!isAnothers(reader.getClass())) {
        return Optional.of(reader);
      }
    }
    return Optional.empty();
  }

  /** Whether this library has a class of the same name: that one may be closed with its loader. */
  private static boolean isAnothers(Class<?> reader) {
    try {
      return Class.forName(reader.getName(), false, OWN) != reader;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
