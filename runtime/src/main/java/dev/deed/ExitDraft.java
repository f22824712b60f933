package dev.deed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Exit settings in the making. Not thread-safe. */
final class ExitDraft {
  @Nullable String policy;
  @Nullable Double threshold;
  @Nullable Integer exitAt;
  @Nullable List<Integer> layers;
  @Nullable Integer minLayer;
  @Nullable Double decay;
  @Nullable Double gate;
  @Nullable Integer shortlist;
  @Nullable ExitHistory history;

  ExitDraft() {}

  ExitDraft(ExitSettings settings) {
    take(settings);
  }

  /** Takes what the settings say. */
  void take(ExitSettings said) {
    policy = said.policy() == null ? policy : said.policy();
    threshold = said.threshold() == null ? threshold : said.threshold();
    exitAt = said.exitAt() == null ? exitAt : said.exitAt();
    layers = said.layers() == null ? layers : said.layers();
    minLayer = said.minLayer() == null ? minLayer : said.minLayer();
    decay = said.decay() == null ? decay : said.decay();
    gate = said.gate() == null ? gate : said.gate();
    shortlist = said.shortlist() == null ? shortlist : said.shortlist();
    history = said.history() == null ? history : said.history();
  }

  /** Drops what says how the head is asked. */
  void forgetAsking() {
    decay = null;
    gate = null;
    shortlist = null;
  }

  ExitSettings build() {
    return new ExitSettings(
        policy, threshold, exitAt, layers, minLayer, decay, gate, shortlist, history);
  }
}
