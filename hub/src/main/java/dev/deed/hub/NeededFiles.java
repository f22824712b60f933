package dev.deed.hub;

import dev.deed.checkpoint.AdapterFiles;
import dev.deed.checkpoint.Config;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which files of a repository a model needs: those beside its configuration. */
final class NeededFiles {
  static final String CONFIG = "config.json";
  static final String SAFETENSORS = "model.safetensors";
  static final String SAFETENSORS_INDEX = "model.safetensors.index.json";
  static final String TORCH = "pytorch_model.bin";
  static final String TORCH_INDEX = "pytorch_model.bin.index.json";

  /** Weights by preference; an index stands for its shards. */
  static final List<String> WEIGHTS = List.of(SAFETENSORS, SAFETENSORS_INDEX, TORCH, TORCH_INDEX);

  /** Where Docling's repository keeps the table model that it takes by default. */
  static final String TABLES = "model_artifacts/tableformer/accurate/";

  static final List<String> ADAPTER = List.of(AdapterFiles.CONFIG, AdapterFiles.WEIGHTS);

  /** Besides weights: settings, tokenizer and processors as Transformers names them, and drafts. */
  private static final Set<String> OTHERS =
      Set.of(
          (CONFIG
                  + " generation_config.json preprocessor_config.json processor_config.json "
                  + "video_preprocessor_config.json tokenizer.json tokenizer_config.json "
                  + "special_tokens_map.json added_tokens.json normalizer.json vocab.json "
                  + "target_vocab.json vocab.txt merges.txt spiece.model tokenizer.model "
                  + "sentencepiece.bpe.model source.spm target.spm draft_head.safetensors")
              .split(" "));

  private NeededFiles() {}

  /** Whether Docling's table model is all that a repository, or a folder, has for us. */
  static boolean isTables(Collection<String> files) {
    return files.contains(TABLES + Config.TABLE_MODEL)
        && WEIGHTS.stream().noneMatch(files::contains);
  }

  static String ending(String index) {
    return index.equals(SAFETENSORS_INDEX) ? ".safetensors" : ".bin";
  }

  /**
   * What is needed of a repository's files, without the shards that an index names; sorted. Of an
   * adapter it is the adapter alone: Transformers takes the model that it names, whatever lies
   * beside it.
   */
  static Set<String> of(Collection<String> files) {
    if (files.contains(AdapterFiles.CONFIG)) {
      return new TreeSet<>(ADAPTER);
    }
    Set<String> needed = new TreeSet<>(files);
    if (isTables(files)) {
      needed.removeIf(
          file -> !file.matches(TABLES + "(tm_config\\.json|tableformer_\\w+\\.safetensors)"));
      return needed;
    }
    needed.retainAll(OTHERS);
    WEIGHTS.stream().filter(files::contains).findFirst().ifPresent(needed::add);
    return needed;
  }
}
