/**
 * Decoders of compressed sound (MP3, AAC, Vorbis, Opus) for the Java Sound API, which finds them as
 * a service.
 */
module dev.deed.sound {
  requires java.desktop;
  requires java.logging;
  requires concentus;
  requires javasound.aac;
  requires jlayer;
  requires jorbis;
  requires static transitive org.jspecify;

  provides javax.sound.sampled.spi.AudioFileReader with
      dev.deed.sound.CompressedSoundReader;
}
