package dev.deed.model;

import dev.deed.tensor.WorkerTeam;

/** Turns a picture into the first hidden states of an encoder. */
sealed interface PictureFront permits PatchFront, StemFront {
  /** Pixels [channels, height, width] to hidden states [positions, width]. */
  float[] apply(float[] pixels, WorkerTeam team);
}
