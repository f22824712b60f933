// What is chosen: model, example, policy, threshold, layer; in the form and in the address.
import { h } from './dom.js';
import { paintLayers } from './method.js';
import {
  POLICIES, decidingThreshold, decoderLayers, draftThreshold, exitLayers, measure, nearestStop, plainThreshold,
  policy, reads, verifies,
} from './policies.js';

const byId = id => document.getElementById(id);

/** The choice. `example` is null once picture or prompt are the user's own. */
export const state = { model: null, example: null, policy: 'own', threshold: 0.9, layer: 1 };

/** Takes model and exits from the address. @returns the id of the example named there, or null */
export function readAddress(models) {
  const asked = new URLSearchParams(location.hash.slice(1));
  chooseModel(models.find(each => each.id === asked.get('model')) ?? models[0]);
  if (policy(asked.get('policy'))?.offered(state.model)) state.policy = asked.get('policy');
  if (state.policy === 'lossless') state.threshold = draftThreshold(state.model);
  const threshold = Number(asked.get('threshold'));
  if (asked.has('threshold') && Number.isFinite(threshold)) state.threshold = threshold;
  const layer = Number(asked.get('layer'));
  if (exitLayers(state.model).includes(layer)) state.layer = layer;
  byId('compare').checked = asked.get('compare') !== 'no';
  showSettings();
  return asked.get('example');
}

/** Writes the choice into the address, so that it can be sent to others. */
export function writeAddress() {
  const hash = new URLSearchParams({ model: state.model.id });
  if (state.example) hash.set('example', state.example.id);
  hash.set('policy', state.policy);
  if (policy(state.policy).stops) hash.set('threshold', state.threshold);
  if (policy(state.policy).layer) hash.set('layer', state.layer);
  if (!byId('compare').checked) hash.set('compare', 'no');
  history.replaceState(null, '', `#${hash}`);
}

/** Chooses a model, with its own exits. */
export function chooseModel(model) {
  state.model = model;
  state.example = null;
  byId('model').value = model.id;
  const exits = exitLayers(model);
  const layers = decoderLayers(model);
  paintLayers(document.documentElement, layers);
  const where = exits.length > 1 ? `exits at ${spans(exits)}` : 'no exits';
  byId('facts').textContent = `${model.family}, ${layers} decoder layers; ${where}.`;
  byId('policy').replaceChildren(...POLICIES.filter(each => each.offered(model)).map(each =>
    h('option', { value: each.id }, each.label)));
  state.policy = policy('own').offered(model) ? 'own' : exits.length > 1 ? 'max_prob' : 'full';
  state.threshold = plainThreshold(model);
  state.layer = exits[0] ?? layers;
  byId('picture').offer(reads(model));
  byId('sound').offer(reads(model));
  const { sound: hears, table, fields } = reads(model);
  byId('speech-fields').hidden = !hears;
  byId('transcript-section').hidden = !hears;
  byId('table-section').hidden = true;
  byId('fields-section').hidden = true;
  for (const section of document.querySelectorAll('.decoded')) section.hidden = hears || table || fields;
  byId('run').textContent = hears ? 'Transcribe' : table ? 'Read the table' : fields ? 'Find the fields' : 'Decode';
  // Nothing stands beside full depth where there is nothing else; a recording is not heard twice.
  const alone = hears || table || fields || byId('policy').options.length === 1;
  byId('compare').parentElement.hidden = alone;
  byId('comparison').parentElement.hidden = alone;
  showSettings();
}

/** `1, 2, 3, 6` as `1–3, 6`. */
function spans(layers) {
  const parts = [];
  for (const layer of layers) {
    if (parts.at(-1)?.[1] === layer - 1) parts.at(-1)[1] = layer;
    else parts.push([layer, layer]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}

function showSettings() {
  const chosen = policy(state.policy);
  const deciding = decidingThreshold(state.model, state);
  byId('policy').value = state.policy;
  byId('policy-note').textContent = ['own', 'lossless'].includes(state.policy)
    ? `${chosen.note} Here: ${measure(state.model, state)} at ${deciding}.` : chosen.note;
  byId('threshold-field').hidden = deciding === null;
  if (deciding !== null) {
    const stops = policy(measure(state.model, state)).stops;
    byId('threshold').max = stops.length - 1;
    byId('threshold').value = nearestStop(stops, deciding);
    byId('threshold').setAttribute('aria-valuetext', String(deciding));
    byId('threshold-number').value = deciding;
  }
  byId('layer-field').hidden = !chosen.layer;
  byId('layer').max = exitLayers(state.model).length - 1;
  byId('layer').value = exitLayers(state.model).indexOf(state.layer);
  byId('layer-number').textContent = state.layer;
}

/** Listens to the form; `changed` is called when exits were chosen anew. */
export function listen(changed) {
  // A moved threshold is no longer the model's own: the measure stays, and drafts stay drafts.
  const setThreshold = value => {
    if (state.policy === 'own') state.policy = verifies(state.model, state) ? 'lossless' : measure(state.model, state);
    state.threshold = value;
    showSettings();
    changed();
  };
  byId('policy').addEventListener('change', event => {
    const drafts = verifies(state.model, state);
    const before = decidingThreshold(state.model, state);
    state.policy = event.target.value;
    if (state.policy === 'lossless') state.threshold = draftThreshold(state.model);
    else if (drafts) state.threshold = plainThreshold(state.model);
    else if (before !== null) state.threshold = before;
    showSettings();
    changed();
  });
  byId('threshold').addEventListener('input', event =>
    setThreshold(policy(measure(state.model, state)).stops[event.target.valueAsNumber]));
  byId('threshold-number').addEventListener('change', event => {
    if (Number.isFinite(event.target.valueAsNumber)) setThreshold(event.target.valueAsNumber);
  });
  byId('compare').addEventListener('change', changed);
  byId('layer').addEventListener('input', event => {
    state.layer = exitLayers(state.model)[event.target.valueAsNumber];
    showSettings();
    changed();
  });
}
