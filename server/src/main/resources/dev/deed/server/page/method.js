// The method as plain functions: which step ran which layer for which token, and the colours of layers.

/**
 * Which step ran each layer of each token, when missing layers are filled just in time.
 *
 * A step that goes to layer n runs, at every layer up to n, all positions that have not run there yet, as one block.
 *
 * With lossless exits tokens that left early are drafts, and a token of full depth ends the block that verifies them.
 *
 * @param exitLayers exit layer of each token, from 1; 0 of one that was copied, or alone is allowed
 * @param layers number of decoder layers
 * @param verified whether the last tokens, drafts all of them, were verified too
 * @returns array of tokens, each an array of layers: the index of the token whose step ran it, or -1
 */
export function whatRan(exitLayers, layers, verified = false) {
  const ran = exitLayers.map(() => new Array(layers).fill(-1));
  const filled = new Array(layers).fill(0);
  exitLayers.forEach((exit, step) => {
    const last = verified && step === exitLayers.length - 1;
    for (let layer = 0; layer < (last ? layers : exit); layer++) {
      for (let token = filled[layer]; token <= step; token++) ran[token][layer] = step;
      filled[layer] = step + 1;
    }
  });
  return ran;
}

/** Cells of the grid by kind: run for their own token, filled just in time, never run. */
export function counts(ran) {
  const sum = { run: 0, filled: 0, never: 0 };
  ran.forEach((column, token) => {
    for (const step of column) sum[step === token ? 'run' : step < 0 ? 'never' : 'filled']++;
  });
  return sum;
}

/** The same with lossless exits: run by drafts that were kept, by full depth for its own tokens, to verify, never. */
export function countsOfDrafts(ran, exitLayers, layers) {
  const sum = { draft: 0, run: 0, filled: 0, never: 0 };
  ran.forEach((column, token) => column.forEach((step, layer) => {
    const own = step === token && layer < exitLayers[token];
    sum[own ? (exitLayers[token] < layers ? 'draft' : 'run') : step < 0 ? 'never' : 'filled']++;
  }));
  return sum;
}

/** For a token: ranges of layers `{from, to, step}` that the step of a later token ran. */
export function filledLater(ran, token) {
  const ranges = [];
  ran[token].forEach((step, index) => {
    if (step < 0 || step === token) return;
    const last = ranges.at(-1);
    if (last && last.step === step) last.to = index + 1;
    else ranges.push({ from: index + 1, to: index + 1, step });
  });
  return ranges;
}

/** For a token: how many cells its step filled for earlier ones. */
export function filledBy(ran, token) {
  let cells = 0;
  for (let earlier = 0; earlier < token; earlier++) for (const step of ran[earlier]) if (step === token) cells++;
  return cells;
}

/** Where two answers part: index of the first token that differs, or -1. */
export function firstDifference(ids, others) {
  const length = Math.max(ids.length, others.length);
  for (let i = 0; i < length; i++) if (ids[i] !== others[i]) return i;
  return -1;
}

/** 0…1 on a scale of nines, on which 0.9, 0.99 and 0.999 stand apart: four nines fill it. */
export const nines = value => (value <= 0 ? 0 : value >= 1 ? 1 : Math.min(1, -Math.log10(1 - value) / 4));

// Viridis at even distances: it gets lighter all the way, for every kind of colour blindness.
const VIRIDIS = [
  [68, 1, 84], [72, 36, 117], [65, 68, 135], [53, 95, 141], [42, 120, 142], [33, 145, 140], [34, 168, 132],
  [68, 191, 112], [122, 209, 81], [189, 223, 38], [253, 231, 37],
];

function viridis(share) {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return VIRIDIS[low].map((value, i) => Math.round(value + (at - low) * (VIRIDIS[low + 1][i] - value)));
}

function luminance(rgb) {
  const [r, g, b] = rgb.map(value => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * Sets the colours of layers 1…N on the root: the deeper a layer, the further it stands off the ground, so the ramp
 * gets darker in the light theme and lighter in the dark one. The number on it is black or white, whichever reads
 * better: the contrast is at least 4.5.
 */
export function paintLayers(root, layers) {
  const css = rgb => `rgb(${rgb.join(' ')})`;
  const ink = rgb => (luminance(rgb) > 0.179 ? '#000' : '#fff');
  for (let layer = 1; layer <= layers; layer++) {
    const depth = layers === 1 ? 1 : (layer - 1) / (layers - 1);
    const light = viridis(0.7 - 0.68 * depth);
    const dark = viridis(0.36 + 0.62 * depth);
    root.style.setProperty(`--exit-${layer}`, `light-dark(${css(light)}, ${css(dark)})`);
    root.style.setProperty(`--exit-ink-${layer}`, `light-dark(${ink(light)}, ${ink(dark)})`);
  }
}
