// The page: the run of one input, and what the parts tell each other.
import './grid.js';
import './token.js';
import './comparison.js';
import './drawn.js';
import './snippets.js';
import { h, percent } from './dom.js';
import { firstDifference, whatRan } from './method.js';
import { dataUrl } from './picture.js';
import { decidingThreshold, decoderLayers, exitLayers, measure, policy, reads, verifies } from './policies.js';
import { Runs } from './runs.js';
import { blob, generate, json, key } from './service.js';
import { chooseModel, listen, readAddress, state, writeAddress } from './settings.js';
import { shown } from './tokens.js';

const byId = id => document.getElementById(id);
const [tokens, grid, token, comparison, drawn, picture] =
  ['tokens', 'grid', 'token', 'comparison', 'drawn', 'picture'].map(byId);

const runs = new Runs();
/** What the service told: models, and examples of all of them. */
let models = [];
let examples = [];
/** The answer shown: `{tokens, layers, threshold, measure, verified, ran, input, line, full, chosen}`. */
let answer = null;
let later = null;
let frame = null;
/** Time before the decoder by input: a later run of an input finds the encoder's output in the service's cache. */
const before = new Map();

// Examples

const examplesOf = model => examples.filter(each => each.model === model.id);

/**
 * What the text of the form is: the encoder's prompt; for a model that reads pictures alone the decoder's, unless
 * its examples do without one; else null.
 */
function promptField(model) {
  const takes = reads(model);
  if (takes.prompt) return 'prompt';
  const mine = examplesOf(model);
  return takes.picture && (!mine.length || mine.some(each => each.decoder_prompt)) ? 'decoder_prompt' : null;
}

function showExamples() {
  const field = promptField(state.model);
  byId('prompt-field').hidden = !field;
  byId('prompt-name').textContent = field === 'decoder_prompt' ? 'Decoder prompt (optional)' : 'Prompt';
  const mine = examplesOf(state.model);
  byId('examples').hidden = !mine.length;
  byId('examples').replaceChildren(h('legend', {}, 'Examples'), ...mine.map(example => {
    const image = example.image ? h('img', { alt: '', class: 'thumbnail' }) : null;
    if (image) blob(example.image).then(dataUrl).then(url => (image.src = url), () => image.remove());
    const prompt = example[field];
    const name = prompt ? `${example.id}: ${prompt}` : example.id;
    return h('button', { type: 'button', class: 'example', 'data-example': example.id, title: name,
      'aria-label': name, onclick: () => useExample(example) }, image ?? name);
  }));
}

async function useExample(example) {
  runs.stop();
  state.example = example;
  byId('prompt').value = example[promptField(state.model)] ?? '';
  markExample();
  try {
    const value = example.image ? await fetched(example.image) : null;
    if (state.example !== example) return;
    picture.show(value);
    run();
  } catch (failure) {
    trouble(failure);
  }
}

async function fetched(path) {
  const data = await blob(path);
  return { name: path.split('/').at(-1), mime: data.type, url: await dataUrl(data) };
}

function markExample() {
  for (const button of byId('examples').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', button.dataset.example === state.example?.id);
  }
}

// Runs

/** The request of the form. With several beams there would be no one grid, so it asks for one. */
function request() {
  const body = { model: state.model.id, generation: { num_beams: 1, num_return_sequences: 1 } };
  const takes = reads(state.model);
  if (takes.picture && picture.value) body.image = picture.value.url;
  const field = promptField(state.model);
  const text = byId('prompt').value;
  if (field === 'prompt' || (field && text.trim())) body[field] = text;
  const exits = policy(state.policy).exits(state);
  if (exits) body.exits = exits;
  return body;
}

/** Runs again soon: a slider that moves asks once, for where it stops. */
function rerun() {
  runs.stop();
  clearTimeout(later);
  later = setTimeout(run, 120);
}

async function run() {
  clearTimeout(later);
  writeAddress();
  const body = request();
  showSnippets(body);
  if (reads(state.model).picture && !reads(state.model).prompt && !body.image) {
    return trouble({ message: 'There is no picture yet: drop, paste or pick one.' });
  }
  const signal = runs.begin();
  byId('trouble').hidden = true;
  byId('stop').disabled = false;
  byId('status').textContent = 'Decoding …';
  begin(inputOf(body));
  try {
    await decode(body, signal, answer);
    finish(body);
    if (byId('compare').checked && state.policy !== 'full') await beside(body, signal);
    byId('status').textContent = summary();
  } catch (failure) {
    if (runs.is(signal)) {
      showTokens(true);
      trouble(failure);
    }
  } finally {
    if (runs.is(signal)) byId('stop').disabled = true;
  }
}

function begin(input) {
  const layers = decoderLayers(state.model);
  if (answer?.input !== input) byId('drawn-section').hidden = true;
  answer = { input, tokens: [], layers, threshold: decidingThreshold(state.model, state),
    measure: measure(state.model, state).replace('_', ' '), verified: verifies(state.model, state), ran: [], line: null,
    full: null };
  const exits = exitLayers(state.model);
  tokens.start(exits.length ? exits : [layers], answer.verified ? layers : 0);
  token.clear();
  grid.show([], layers, []);
  grid.mark(-1);
  comparison.clear();
}

/** Decodes into `into.tokens`. */
async function decode(body, signal, into) {
  const line = await generate({ ...body, trace: true }, signal, event => {
    if (runs.is(signal)) take(event, into);
  });
  const known = before.get(answer.input);
  if (before.size > 20) before.clear();
  if (!known || known.encode_ms < line.timing.encode_ms) before.set(answer.input, line.timing);
  into.line = line;
}

const inputOf = ({ model, image, prompt, decoder_prompt: start }) => JSON.stringify([model, image, prompt, start]);

/** Tokens may come faster than the screen is drawn: those of one frame are shown together. */
function take(event, into) {
  into.tokens.push(event);
  if (into === answer) frame ??= requestAnimationFrame(() => showTokens(false));
}

function showTokens(whole) {
  cancelAnimationFrame(frame);
  frame = null;
  tokens.add(answer.tokens.slice(tokens.size));
  const exits = answer.tokens.map(each => each.exit_layer);
  answer.ran = whatRan(exits, answer.layers, whole && answer.verified);
  grid.show(exits, answer.layers, answer.tokens.map(each => shown(each.text)), whole, answer.verified);
}

function finish(body) {
  showTokens(true);
  compareNow();
  const exits = answer.line.exit_layers;
  if (answer.chosen === undefined) choose(exits.indexOf(Math.max(...exits)), false);
  const heading = drawn.show(answer.line.text, body.image ?? null);
  byId('drawn-section').hidden = !heading;
  byId('drawn-title').textContent = heading;
}

async function beside(body, signal) {
  const deep = { ...body, exits: policy('full').exits() };
  answer.full = { tokens: [], line: null };
  compareNow();
  await decode(deep, signal, answer.full);
  compareNow();
  tokens.markDifference(firstDifference(answer.line.token_ids, answer.full.line.token_ids));
  const once = { exits: answer.line.timing, full: answer.full.line.timing };
  if (once.exits.decode_ms + once.full.decode_ms > SHORT_MS) return;
  const faster = (a, b) => (a.decode_ms < b.decode_ms ? a : b);
  const again = async request => (await generate({ ...request, trace: true }, signal, () => {})).timing;
  const exits = faster(once.exits, await again(body));
  compareNow({ exits, full: faster(once.full, await again(deep)) }, TWICE);
}

/** Short answers decode twice: a service that just began is slower at first, which would count against the first run. */
const SHORT_MS = 1000;
const ONCE = 'One run each, one after the other, both traced.';
const TWICE = 'The faster of two runs each, in turn, all traced.';
const MEDIANS = 'Medians of five runs each, in turn, untraced.';

const earlier = ({ encode_ms: encode }) => (encode > 0.05 ? 'Picture and encoder count once for both.'
  : "The encoder's output was in the service's cache.");

function compareNow(times = {}, note = ONCE) {
  const side = (run, timing) => run && {
    timing: timing ?? run.line?.timing ?? null,
    layersRun: run.line?.layers_run ?? run.tokens.length * answer.layers,
    ids: run.line?.token_ids ?? [], texts: run.tokens.map(each => each.text), layers: answer.layers,
  };
  if (state.policy === 'full') comparison.clear('These exits are full depth: choose another policy to compare.');
  else comparison.show(side(answer, times.exits), side(answer.full, times.full), before.get(answer.input),
    `${note} ${earlier(before.get(answer.input))}`);
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
    const median = all => ({ decode_ms: all.map(each => each.decode_ms).sort((a, b) => a - b)[2] });
    compareNow({ exits: median(times.exits), full: median(times.full) }, MEDIANS);
    byId('status').textContent = `Measured. ${summary()}`;
  } catch (failure) {
    if (runs.is(signal)) trouble(failure);
  } finally {
    if (runs.is(signal)) byId('stop').disabled = true;
  }
}

function summary() {
  const exits = answer.tokens.map(each => each.exit_layer);
  const mean = exits.reduce((sum, layer) => sum + layer, 0) / exits.length;
  const same = answer.full && firstDifference(answer.line.token_ids, answer.full.line.token_ids) < 0;
  const beside = answer.full ? ` ${same ? 'The same' : 'Not the same'} answer as full depth.` : '';
  const of = count => percent(count / (exits.length * answer.layers));
  const { drafted, accepted, layers_run: run, layer_passes: passes } = answer.line;
  const how = answer.verified
    ? `${accepted} of ${drafted} drafts kept; layers were walked through ${of(passes)} as often as at full depth`
    : `mean exit layer ${mean.toFixed(2)} of ${answer.layers}; ${of(run)} of the layers ran`;
  return `${exits.length} tokens, ${how}.${beside}`;
}

function showSnippets(body) {
  const short = body.image ? { ...body, image: '' } : body;
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
    const words = key.get() ? 'The service refuses this key' : 'The service needs a key';
    box.replaceChildren(`${words}: enter one under Key. `, again('Go to the key', () => byId('key').focus()));
  } else if (failure.status === 429 || failure.status === 503) {
    wait(box, failure, again);
  } else {
    const retry = failure.status === 0 ? again('Try again', state.model ? run : load) : '';
    box.replaceChildren(`${failure.message} `, retry);
  }
}

/** Counts down to the next try, which the service named; Stop ends it. */
function wait(box, failure, again) {
  let seconds = failure.retryAfter ?? 5;
  const signal = runs.begin();
  const retry = state.model ? run : load;
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

function choose(index, walked = true) {
  if (!answer?.tokens[index]) return;
  answer.chosen = index;
  tokens.mark(index, walked);
  grid.mark(index);
  token.show(answer, index);
}

async function load() {
  runs.stop();
  byId('trouble').hidden = true;
  try {
    models = (await json('v1/models')).data;
    examples = (await json('page/examples.json')).map((each, index) => ({ ...each, id: each.id ?? String(index + 1) }));
  } catch (failure) {
    return trouble(failure);
  }
  if (!models.length) return trouble({ message: 'The service has no model.' });
  byId('model').replaceChildren(...models.map(model => h('option', { value: model.id }, model.id)));
  useFirst(readAddress(models));
}

/** Shows the examples of the model and decodes the one asked for, else the first. */
function useFirst(id) {
  showExamples();
  const mine = examplesOf(state.model);
  const first = mine.find(each => each.id === id) ?? mine[0];
  if (first) useExample(first);
}

byId('model').addEventListener('change', event => {
  runs.stop();
  chooseModel(models.find(each => each.id === event.target.value));
  byId('prompt').value = '';
  useFirst(null);
});
listen(rerun);
addEventListener('hashchange', () => useFirst(readAddress(models)));
picture.addEventListener('picture', () => {
  state.example = null;
  markExample();
  run();
});
byId('prompt').addEventListener('input', () => {
  state.example = null;
  markExample();
});
byId('prompt').addEventListener('keydown', event => {
  if (event.key === 'Enter' && event.ctrlKey) run();
});
byId('controls').addEventListener('submit', event => {
  event.preventDefault();
  run();
});
byId('stop').addEventListener('click', () => {
  runs.stop();
  byId('stop').disabled = true;
  byId('trouble').hidden = true;
  byId('status').textContent = 'Stopped.';
});
function useKey() {
  key.set(byId('key').value);
  load();
}

byId('key-use').addEventListener('click', useKey);
byId('key').addEventListener('keydown', event => {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  useKey();
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
