/** The data format, its reader, and answers for the lines of a file. */
module dev.deed.data {
  requires com.fasterxml.jackson.databind;
  requires dev.deed.core;
  requires dev.deed.processing;
  requires transitive dev.deed.runtime;
  requires static transitive org.jspecify;

  exports dev.deed.data;
  exports dev.deed.data.generate;
  exports dev.deed.data.transcript;

  uses dev.deed.data.generate.TaskType;

  provides dev.deed.data.generate.TaskType with
      dev.deed.data.generate.GenerateType,
      dev.deed.data.generate.ReadType,
      dev.deed.data.generate.TablesType,
      dev.deed.data.transcript.TranscribeType;
}
