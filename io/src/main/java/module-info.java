/**
 * Texts, pictures, pages and sound as models read them. Applications use {@code dev.deed.runtime};
 * only DEED's own modules see these packages, which change without notice.
 */
@SuppressWarnings("module") // Modules that it exports to are compiled later.
module dev.deed.processing {
  requires dev.deed.core;
  requires ai.djl.api;
  requires static ai.djl.sentencepiece; // Optional, and webp-imageio, which ImageIO finds.
  requires ai.djl.tokenizers;
  requires com.fasterxml.jackson.databind;
  requires com.twelvemonkeys.imageio.core;
  requires com.twelvemonkeys.imageio.jpeg;
  requires com.twelvemonkeys.imageio.tiff;
  requires java.desktop;
  requires org.slf4j; // DJL logs to it, and an automatic module cannot say so.
  requires static transitive org.jspecify;

  uses javax.imageio.spi.ImageReaderSpi;
  uses dev.deed.processing.sound.FfmpegProgram;

  exports dev.deed.processing.grammar to
      dev.deed.runtime;
  exports dev.deed.processing.page to
      dev.deed.runtime;
  exports dev.deed.processing.picture to
      dev.deed.runtime;
  exports dev.deed.processing.sound to
      dev.deed.runtime,
      dev.deed.sound;
  exports dev.deed.processing.table to
      dev.deed.runtime;
  exports dev.deed.processing.tokenizer to
      dev.deed.runtime,
      dev.deed.evaluation,
      dev.deed.server;
}
