// The page: state, the run of one input, and what the parts tell each other.
import './tokens.js';
import './grid.js';
import './token.js';
import './comparison.js';
import './drawn.js';
import './snippets.js';
import { dataUrl } from './picture.js';
import { h, percent } from './dom.js';
import { firstDifference, paintLayers, whatRan } from './method.js';
import { POLICIES, decidingThreshold, decoderLayers, exitLayers, measure, nearestStop, ownPolicy, policy, reads } from './policies.js';
import { Runs } from './runs.js';
import { blob, generate, json, key } from './service.js';

const byId = id => document.getElementById(id);
const [tokens, grid, token, comparison, drawn, picture] = ['tokens', 'grid', 'token', 'comparison', 'drawn', 'picture'].map(byId);

const state = { models: [], examples: [], model: null, example: null, policy: 'own', threshold: 0.9, layer: 1 };
const runs = new Runs();
let answer = null;
let encodeMs = null;
let later = null;

// Settings

function readAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  chooseModel(state.models.find(each => each.id === asked.get('model')) ?? state.models[0]);
  if (POLICIES.some(each => each.id === asked.get('policy') && each.offered(state.model))) state.policy = asked.get('policy');
  const threshold = Number(asked.get('threshold'));
  if (asked.has('threshold') && Number.isFinite(threshold)) state.threshold = threshold;
  const layer = Number(asked.get('layer'));
  if (exitLayers(state.model).includes(layer)) state.layer = layer;
  showSettings();
  const mine = examplesOf(state.model);
  return mine.find(each => each.id === asked.get('example')) ?? mine[0];
}

function writeAddress() {
  const hash = new URLSearchParams({ model: state.model.id });
  if (state.example) hash.set('example', state.example.id);
  hash.set('policy', state.policy);
  if (policy(state.policy).stops) hash.set('threshold', state.threshold);
  if (policy(state.policy).layer) hash.set('layer', state.layer);
  history.replaceState(null, '', `#${hash}`);
}

const examplesOf = model => state.examples.filter(each => each.model === model.id);

function chooseModel(model) {
  runs.stop();
  state.model = model;
  state.example = null;
  encodeMs = null;
  byId('model').value = model.id;
  const exits = exitLayers(model);
  const layers = decoderLayers(model);
  paintLayers(document.documentElement, layers);
  byId('facts').textContent = `${model.family}, ${layers} decoder layers; ${exits.length > 1 ? `exits at ${spans(exits)}` : 'no exits'}.`;
  byId('policy').replaceChildren(...POLICIES.filter(each => each.offered(model)).map(each => h('option', { value: each.id }, each.label)));
  state.policy = policy('own').offered(model) ? 'own' : exits.length > 1 ? 'max_prob' : 'full';
  state.threshold = ownPolicy(model)?.threshold ?? 0.9;
  state.layer = exits[0] ?? layers;
  const takes = reads(model);
  picture.hidden = !takes.picture;
  byId('prompt-field').hidden = !takes.prompt;
  showExamples();
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
  byId('policy-note').textContent = state.policy === 'own'
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

/** A moved threshold is no longer the model's own: the measure stays, the policy is the plain one. */
function setThreshold(value) {
  state.policy = measure(state.model, state);
  state.threshold = value;
  showSettings();
  rerun();
}

function showExamples() {
  const mine = examplesOf(state.model);
  byId('examples').hidden = !mine.length;
  byId('examples').replaceChildren(h('legend', {}, 'Examples'), ...mine.map(example => {
    const image = example.image ? h('img', { alt: '', class: 'thumbnail' }) : null;
    if (image) blob(example.image).then(dataUrl).then(url => (image.src = url), () => image.remove());
    return h('button', { type: 'button', class: 'example', 'data-example': example.id, title: example.prompt ?? example.id,
      'aria-label': example.prompt ? `${example.id}: ${example.prompt}` : example.id, onclick: () => useExample(example) },
    image, image ? null : example.prompt ?? example.id);
  }));
}

async function useExample(example) {
  runs.stop();
  state.example = example;
  byId('prompt').value = example.prompt ?? '';
  markExample();
  try {
    await picture.set(example.image ? await blob(example.image) : null, example.image?.split('/').at(-1));
  } catch (failure) {
    return trouble(failure);
  }
  if (state.example === example) run(true);
}

function markExample() {
  for (const button of byId('examples').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', button.dataset.example === state.example?.id);
  }
}

// Runs

function request() {
  const body = { model: state.model.id };
  const takes = reads(state.model);
  if (takes.picture && picture.value) body.image = picture.value.url;
  if (takes.prompt) body.prompt = byId('prompt').value;
  const exits = policy(state.policy).exits(state);
  if (exits) body.exits = exits;
  return body;
}

/** Runs again soon: a slider that moves asks once, for where it stops. */
function rerun() {
  runs.stop();
  clearTimeout(later);
  later = setTimeout(() => run(false), 120);
}

async function run(newInput) {
  clearTimeout(later);
  writeAddress();
  const body = request();
  showSnippets(body);
  if (reads(state.model).picture && !reads(state.model).prompt && !body.image) {
    return trouble({ message: 'There is no picture yet: drop, paste or pick one.' });
  }
  const signal = runs.begin();
  if (newInput) encodeMs = null;
  byId('trouble').hidden = true;
  byId('stop').disabled = false;
  byId('status').textContent = 'Decoding …';
  begin();
  try {
    const exits = await decode(body, signal, answer);
    finish(exits, body);
    if (byId('compare').checked && state.policy !== 'full') await beside(body, signal);
    byId('status').textContent = summary();
  } catch (failure) {
    if (failure.name !== 'AbortError') trouble(failure);
  } finally {
    if (runs.is(signal)) {
      byId('stop').disabled = true;
      if (byId('status').textContent === 'Decoding …') byId('status').textContent = '';
    }
  }
}

function begin() {
  const layers = decoderLayers(state.model);
  answer = { tokens: [], layers, threshold: decidingThreshold(state.model, state),
    measure: measure(state.model, state).replace('_', ' '), ran: [], line: null, full: null };
  tokens.start(exitLayers(state.model).length ? exitLayers(state.model) : [layers]);
  token.clear();
  grid.show([], layers, []);
  grid.mark(-1);
  comparison.clear();
}

/** Decodes into `into.tokens`; the times of the encoder count once for an input. */
async function decode(body, signal, into) {
  const line = await generate({ ...body, trace: true }, signal, event => {
    if (runs.is(signal)) take(event, into);
  });
  encodeMs = Math.max(encodeMs ?? 0, line.timing.encode_ms);
  into.line = line;
  return line;
}

function take(event, into) {
  into.tokens.push(event);
  if (into !== answer) return;
  tokens.add(event);
  showGrid();
}

function showGrid() {
  const exits = answer.tokens.map(each => each.exit_layer);
  answer.ran = whatRan(exits, answer.layers);
  grid.show(exits, answer.layers, answer.tokens.map(each => each.text.trim() || '⏹'));
}

function finish(line, body) {
  compareNow();
  const more = drawn.show(line.text, body.image ?? null);
  byId('drawn-section').hidden = !more;
}

async function beside(body, signal) {
  answer.full = { tokens: [], line: null };
  compareNow();
  await decode({ ...body, exits: policy('full').exits() }, signal, answer.full);
  compareNow();
  tokens.markDifference(firstDifference(answer.line.token_ids, answer.full.line.token_ids));
}

function compareNow(times = {}, note = 'One run each, one after the other, both traced. The encoder ran once for both.') {
  const side = (run, timing) => run && {
    timing: timing ?? run.line?.timing ?? null,
    layersRun: run.line?.layers_run ?? run.tokens.length * answer.layers,
    ids: run.line?.token_ids ?? [], texts: run.tokens.map(each => each.text), layers: answer.layers,
  };
  if (state.policy === 'full') comparison.clear('These exits are full depth: choose another policy to compare.');
  else comparison.show(side(answer, times.exits), side(answer.full, times.full), encodeMs, note);
}

/** Five pairs of untraced runs, the order turned round each time; the medians count. */
async function measureAgain() {
  const body = request();
  const signal = runs.begin();
  byId('stop').disabled = false;
  const times = { exits: [], full: [] };
  try {
    for (let pair = 0; pair < 5; pair++) {
      byId('status').textContent = `Measuring, pair ${pair + 1} of 5 …`;
      for (const side of pair % 2 ? ['full', 'exits'] : ['exits', 'full']) {
        const exits = side === 'full' ? { exits: policy('full').exits() } : {};
        times[side].push((await generate({ ...body, ...exits }, signal, () => {})).timing);
      }
    }
    const median = (all, name) => all.map(each => each[name]).sort((a, b) => a - b)[2];
    const medians = all => ({ preprocess_ms: median(all, 'preprocess_ms'), decode_ms: median(all, 'decode_ms') });
    compareNow({ exits: medians(times.exits), full: medians(times.full) },
      'Medians of five runs each, in turn, untraced. The encoder ran once for both.');
    byId('status').textContent = 'Measured.';
  } catch (failure) {
    if (failure.name !== 'AbortError') trouble(failure);
  } finally {
    if (runs.is(signal)) byId('stop').disabled = true;
  }
}

function summary() {
  const exits = answer.tokens.map(each => each.exit_layer);
  const mean = exits.reduce((sum, layer) => sum + layer, 0) / exits.length;
  const share = answer.line.layers_run / (exits.length * answer.layers);
  return `${exits.length} tokens, mean exit layer ${mean.toFixed(2)} of ${answer.layers}; ${percent(share)} of the layers ran.`;
}

function showSnippets(body) {
  const short = body.image ? { image: '', ...body, ...{ image: '' } } : body;
  byId('snippets').show(short, body.image ? picture.value.name : null, picture.value?.mime, Boolean(key.get()));
}

// What goes wrong

function trouble(failure) {
  byId('status').textContent = '';
  const box = byId('trouble');
  box.hidden = false;
  const again = (words, action) => h('button', { type: 'button', onclick: action }, words);
  if (failure.status === 401) {
    byId('key-section').hidden = false;
    box.replaceChildren(`${key.get() ? 'The service refuses this key' : 'The service needs a key'}: enter one under Key. `,
      again('Go to the key', () => byId('key').focus()));
  } else if (failure.status === 429 || failure.status === 503) {
    wait(box, failure, again);
  } else {
    box.replaceChildren(`${failure.message} `, ...(failure.status === 0 ? [again('Try again', state.model ? () => run(false) : load)] : []));
  }
}

/** Counts down to the next try, which the service named; Stop ends it. */
function wait(box, failure, again) {
  let seconds = failure.retryAfter ?? 5;
  const signal = runs.begin();
  const retry = state.model ? () => run(false) : load;
  const left = h('span', { 'aria-hidden': 'true' }, `${seconds} s`);
  box.replaceChildren(`${failure.message} The page tries again by itself in `, left, '. ', again('Try now', retry));
  byId('stop').disabled = false;
  const timer = setInterval(() => {
    left.textContent = `${--seconds} s`;
    if (seconds <= 0) retry();
  }, 1000);
  signal.addEventListener('abort', () => clearInterval(timer));
}

// Wiring

function choose(index) {
  if (!answer?.tokens[index]) return;
  answer.chosen = index;
  tokens.mark(index);
  grid.mark(index);
  token.show(answer, index);
}

async function load() {
  byId('trouble').hidden = true;
  try {
    state.models = (await json('v1/models')).data;
    state.examples = await json('page/examples.json');
  } catch (failure) {
    return trouble(failure);
  }
  if (!state.models.length) return trouble({ message: 'The service has no model.' });
  byId('model').replaceChildren(...state.models.map(model => h('option', { value: model.id }, model.id)));
  const first = readAddress();
  if (first) useExample(first);
}

byId('model').addEventListener('change', event => {
  chooseModel(state.models.find(each => each.id === event.target.value));
  const [first] = examplesOf(state.model);
  if (first) useExample(first);
});
byId('policy').addEventListener('change', event => {
  const before = decidingThreshold(state.model, state);
  state.policy = event.target.value;
  if (before !== null) state.threshold = before;
  showSettings();
  rerun();
});
byId('threshold').addEventListener('input', event =>
  setThreshold(policy(measure(state.model, state)).stops[event.target.valueAsNumber]));
byId('threshold-number').addEventListener('change', event => {
  if (Number.isFinite(event.target.valueAsNumber)) setThreshold(event.target.valueAsNumber);
});
byId('layer').addEventListener('input', event => {
  state.layer = exitLayers(state.model)[event.target.valueAsNumber];
  showSettings();
  rerun();
});
picture.addEventListener('picture', () => {
  state.example = null;
  markExample();
  run(true);
});
byId('prompt').addEventListener('input', () => {
  state.example = null;
  markExample();
});
byId('prompt').addEventListener('keydown', event => {
  if (event.key === 'Enter' && event.ctrlKey) run(true);
});
byId('controls').addEventListener('submit', event => {
  event.preventDefault();
  run(true);
});
byId('stop').addEventListener('click', () => {
  runs.stop();
  byId('stop').disabled = true;
  byId('trouble').hidden = true;
  byId('status').textContent = 'Stopped.';
});
byId('key-use').addEventListener('click', () => {
  key.set(byId('key').value);
  load();
});
byId('theme').addEventListener('change', event => setTheme(event.target.value));
for (const part of [tokens, grid]) part.addEventListener('choose', event => choose(event.detail));
grid.addEventListener('step', event => {
  tokens.upTo(event.detail);
  choose(event.detail);
});
comparison.addEventListener('measure', measureAgain);

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId('theme').value = theme;
  localStorage.setItem('deed-theme', theme);
}

setTheme(localStorage.getItem('deed-theme') ?? '');
load();
