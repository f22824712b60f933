// The policies one can choose: those that the service tells of, and what the page calls them.

const FINE = [0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999, 1.01];
const FROM_ZERO = [0, 0.1, 0.2, ...FINE];
const FROM_BELOW = [-1.01, -0.5, ...FROM_ZERO];

const hasExits = model => exitLayers(model).length > 1;

// What is said of policies with a threshold; one that is not here goes by its name.
const WORDS = {
  max_prob: { label: 'probability', note: 'A token leaves when its probability reaches the threshold.' },
  margin: { label: 'margin', note: 'A token leaves when it leads the second by the threshold.' },
  entropy: { label: 'entropy', note: 'A token leaves when 1 − entropy / ln V reaches the threshold.' },
  similarity: { label: 'similarity', note: 'A token leaves when two layers agree: cosine of their outputs.',
    stops: FROM_BELOW },
  gate: { label: 'learned gate', note: 'A small trained layer says when to leave.',
    offered: model => hasExits(model) && model.exits.gate === true },
};

const measured = id => ({
  id, label: id, note: 'A token leaves when its confidence reaches the threshold.', stops: FROM_ZERO, offered: hasExits,
  exits: ({ threshold }) => ({ policy: id, threshold }), ...WORDS[id],
});

/**
 * Each policy: `id`, `label`, `note` (one sentence), `stops` (thresholds of the slider; absent: none), `layer` (true: a
 * layer is chosen), `offered` (for which models), `exits` (what a request carries; null: nothing).
 */
export let POLICIES = [];

/** Makes the policies of the settings that the service lists at `/page/exits.json`. */
export const readPolicies = settings => (POLICIES = [
  { id: 'own', label: "model's own", note: 'The model folder states measure and threshold.',
    offered: model => hasExits(model) && Boolean(ownPolicy(model)), exits: () => null },
  ...settings.threshold['x-policies'].map(measured),
  { id: 'lossless', label: 'lossless', stops: FROM_BELOW, offered: hasExits,
    note: 'Tokens that leave early are drafts, which full depth verifies: the answer is its own.',
    exits: ({ model, threshold }) =>
      ({ ...(draftPolicy(model) ? {} : { policy: MEASURE }), threshold, lossless: true }) },
  { id: 'static', label: 'one layer for all', note: 'Every token leaves at the same layer.', layer: true,
    offered: hasExits, exits: ({ layer }) => ({ policy: 'static', exit_at: layer }) },
  { id: 'full', label: 'full depth', note: 'Every token runs all layers.',
    offered: () => true, exits: () => ({ policy: 'full' }) },
]);

export const policy = id => POLICIES.find(each => each.id === id);

/** Exit layers of a model as `/v1/models` lists it; empty without exits. */
export const exitLayers = model => model?.exits?.layers ?? [];

/** `{policy, threshold}` of the model itself, or null. */
export const ownPolicy = model => (model?.policy?.policy ? model.policy : null);

// By which drafts leave where the model states nothing.
const MEASURE = 'max_prob';
const DRAFT_THRESHOLD = 0.5;
// Of plain exits where the model states none.
const THRESHOLD = 0.9;

/** `{policy, threshold}` by which drafts of lossless exits leave, or null. */
const draftPolicy = model => (model.lossless_policy?.threshold === undefined ? null : model.lossless_policy);

/** The threshold by which drafts leave unless another is chosen. */
export const draftThreshold = model => draftPolicy(model)?.threshold ?? DRAFT_THRESHOLD;

/** The threshold of plain exits unless another is chosen: the model's own, if it is not one of drafts. */
export const plainThreshold = model => (ownPolicy(model)?.lossless ? null : ownPolicy(model)?.threshold) ?? THRESHOLD;

/** Whether tokens that leave early are drafts, which full depth verifies. */
export const verifies = (model, settings) => settings.policy === 'lossless'
  || (settings.policy === 'own' && ownPolicy(model).lossless === true);

/** Decoder layers of a model. */
export const decoderLayers = model => model.sizes.decoder_layers;

const PICTURES = ['pixel_values', 'flattened_patches'];

/** What a model reads: `{picture, prompt, sound, table, fields, needsPicture}`. */
export const reads = ({ reads: needed = [], may_read: more = [], family, fields }) => ({
  picture: Boolean(fields) || PICTURES.some(each => [...needed, ...more].includes(each)),
  prompt: !fields && needed.includes('input_ids'),
  sound: needed.includes('input_features'),
  table: family === 'TableFormer',
  fields: Boolean(fields),
  needsPicture: Boolean(fields) || PICTURES.some(each => needed.includes(each)),
});

/** The threshold that decides under the chosen settings, or null where none does. */
export function decidingThreshold(model, settings) {
  if (settings.policy === 'own') return ownPolicy(model)?.threshold ?? null;
  return policy(settings.policy).stops ? settings.threshold : null;
}

export function measure(model, settings) {
  if (settings.policy === 'lossless') return draftPolicy(model)?.policy ?? MEASURE;
  return settings.policy === 'own' ? ownPolicy(model).policy : settings.policy;
}

/** Index of the stop nearest to a threshold. */
export function nearestStop(stops, threshold) {
  let best = 0;
  stops.forEach((stop, i) => {
    if (Math.abs(stop - threshold) < Math.abs(stops[best] - threshold)) best = i;
  });
  return best;
}
