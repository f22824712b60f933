/**
 * What an application embeds: {@link dev.deed.EncoderDecoderModel} opens a model folder and
 * answers. Everything that it needs is in {@code dev.deed} and {@code dev.deed.value}; {@code
 * dev.deed.page} reads whole pages, {@code dev.deed.table} their tables, {@code dev.deed.speech}
 * transcribes recordings, {@code dev.deed.watch} sees whether answers keep a promise.
 */
module dev.deed.runtime {
  requires com.fasterxml.jackson.databind;
  requires transitive dev.deed.core;
  requires dev.deed.processing;
  requires transitive java.desktop;
  requires static transitive org.jspecify;

  exports dev.deed;
  exports dev.deed.page;
  exports dev.deed.speech;
  exports dev.deed.table;
  exports dev.deed.watch;
}
