package dev.deed.model.family;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.TransformerSpec;
import java.util.Map;

/**
 * Which of a model's three tables of tokens, those of encoder, decoder and head, are one. The files
 * decide: a configuration that ties two of them is not believed where both are stored and differ,
 * as in Transformers 5.
 */
record TokenTables(NameTable names, Map<String, Tensor> files) {
  private static final String DECODER = Names.weight(Names.DECODER.embedding());

  /** The model as its files have it. */
  static ModelDescription asStored(ModelDescription configured, Map<String, Tensor> files) {
    TokenTables tables = new TokenTables(configured.names(), files);
    TransformerSpec spec = configured.spec();
    return configured.with(
        spec.withTables(
            tables.isDecoders(Names.weight(Names.HEAD), spec.decoder().head().tied()),
            !tables.isDecoders(
                Names.weight(Names.ENCODER.embedding()), !spec.encoder().ownTable())));
  }

  private boolean isDecoders(String parameter, boolean configured) {
    String ours = names.stored(parameter, files);
    String decoders = names.stored(DECODER, files);
    if (ours.equals(decoders)) {
      return true;
    }
    Tensor mine = files.get(ours);
    Tensor table = files.get(decoders);
    return mine == null || table == null ? configured : configured && mine.holdsTheSameAs(table);
  }
}
