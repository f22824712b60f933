/** The program {@code ffmpeg} that {@code org.bytedeco:ffmpeg} carries, found as a service. */
module dev.deed.sound {
  requires dev.deed.core;
  requires dev.deed.processing;
  requires org.bytedeco.javacpp;
  requires static transitive org.jspecify;

  provides dev.deed.processing.sound.FfmpegProgram with
      dev.deed.sound.BytedecoFfmpeg;
}
