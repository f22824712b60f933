/**
 * What an application embeds: {@link dev.deed.EncoderDecoderModel} opens a model folder and
 * answers. Everything that it needs is in {@code dev.deed} and {@code dev.deed.value}; {@code
 * dev.deed.page} reads whole pages, {@code dev.deed.table} their tables, {@code dev.deed.field}
 * their fields, {@code dev.deed.speech} transcribes recordings, {@code dev.deed.watch} sees whether
 * answers keep a promise. {@code dev.deed.data} is for DEED's own doors: a line of a file or of
 * HTTP, and the tasks that answer it.
 */
@SuppressWarnings("module") // Modules that it exports to are compiled later.
module dev.deed.runtime {
  requires com.fasterxml.jackson.databind;
  requires transitive dev.deed.core;
  requires dev.deed.processing;
  requires transitive java.desktop;
  requires static transitive org.jspecify;

  exports dev.deed;
  exports dev.deed.field;
  exports dev.deed.page;
  exports dev.deed.speech;
  exports dev.deed.table;
  exports dev.deed.watch;
  exports dev.deed.data to
      dev.deed.evaluation,
      dev.deed.server;

  uses dev.deed.data.TaskType;

  provides dev.deed.data.TaskType with
      dev.deed.data.GenerateType,
      dev.deed.data.ReadType,
      dev.deed.data.TablesType,
      dev.deed.data.ExtractType,
      dev.deed.data.TranscribeType,
      dev.deed.data.AlignType;
}
