// The page: the run of one input, and what the parts tell each other.
import './grid.js';
import './sound.js';
import './transcript.js';
import './fields.js';
import './table.js';
import './token.js';
import './comparison.js';
import './drawn.js';
import './snippets.js';
import './text.js';
import './timing.js';
import { h, percent } from './dom.js';
import { askForKey, listenForKey } from './key.js';
import { measure as measureTimes } from './measure.js';
import { counts, firstDifference, whatRan } from './method.js';
import { dataUrl } from './picture.js';
import {
  decidingThreshold, decoderLayers, exitLayers, measure, policy, readPolicies, reads, verifies,
} from './policies.js';
import { Runs } from './runs.js';
import { blob, generate, json, key, readFields, readTable, transcribe, wantsKey } from './service.js';
import { chooseModel, listen, readAddress, state, writeAddress } from './settings.js';
import { shown } from './tokens.js';

const byId = id => document.getElementById(id);
const [tokens, grid, token, comparison, timing, drawn, picture] =
  ['tokens', 'grid', 'token', 'comparison', 'timing', 'drawn', 'picture'].map(byId);

const runs = new Runs();
/** What the service told: models, and examples of all of them. */
let models = [];
let examples = [];
/** The answer shown: `{tokens, layers, threshold, measure, verified, ran, body, line, full, chosen}`. */
let answer = null;
let later = null;
let frame = null;

// Examples

const examplesOf = model => examples.filter(each => each.model === model.id);

/**
 * What the text of the form is: the encoder's prompt; for a model that reads pictures alone the decoder's, unless
 * its examples do without one; else null.
 */
function promptField(model) {
  const takes = reads(model);
  if (takes.table || takes.fields) return null;
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
    if (image) blob(example.image).then(dataUrl).then(url => (image.src = url), () => image.replaceWith(example.id));
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

/** Does the work of a run, which may be stopped; what goes wrong in it is told while it counts. */
async function begun(words, work) {
  const signal = runs.begin();
  byId('trouble').hidden = true;
  byId('stop').disabled = false;
  byId('status').textContent = words;
  try {
    await work(signal);
  } catch (failure) {
    if (runs.is(signal)) trouble(failure);
  } finally {
    if (runs.is(signal)) byId('stop').disabled = true;
  }
}

/** Transcribes the sound of the form. */
async function listenTo(sound) {
  if (!sound) return trouble({ message: 'There is no sound yet: record some, or pick a file.' });
  byId('transcript').clear();
  byId('said').show('');
  const form = new FormData();
  form.set('file', sound.blob, 'sound.wav');
  form.set('model', state.model.id);
  form.set('response_format', 'verbose_json');
  if (byId('language').value.trim()) form.set('language', byId('language').value.trim());
  const exits = policy(state.policy).exits(state);
  if (exits) form.set('deed', JSON.stringify(exits));
  await begun('Listening …', async signal => {
    const { text, usage } = await transcribe(byId('translate').checked, form, signal, segment => {
      if (!runs.is(signal)) return;
      byId('transcript').add(segment);
      byId('status').textContent = `Listening: ${segment.done_seconds.toFixed(0)} of ${segment.total_seconds.toFixed(0)} s …`;
    });
    byId('status').textContent = byId('transcript').summary(decoderLayers(state.model), usage.seconds);
    byId('said').show(text);
  });
}

/** Reads a picture that is a table, or has one at `table`. */
async function readPicture({ generation, ...body }) {
  if (!body.table) byId('table-section').hidden = true;
  await begun('Reading …', async signal => {
    const table = await readTable(body, signal);
    const image = await picture.loaded();
    if (!runs.is(signal)) return;
    byId('table-section').hidden = false;
    byId('status').textContent = `${byId('table').show(table, image)}, ${table.otsl.length} tags.`;
  });
}

/** Finds the fields of a page. */
async function findFields({ generation, ...body }) {
  byId('fields-section').hidden = true;
  await begun('Reading …', async signal => {
    const fields = await readFields(body, signal);
    const image = await picture.loaded();
    if (!runs.is(signal)) return;
    byId('fields-section').hidden = false;
    byId('status').textContent = `${byId('fields').show(fields, image)}.`;
  });
}

async function run() {
  clearTimeout(later);
  writeAddress();
  const takes = reads(state.model);
  if (takes.sound) return listenTo(byId('sound').value);
  const body = request();
  showSnippets(body);
  if (takes.needsPicture && !body.image) {
    return trouble({ message: 'There is no picture yet, and this model needs one: drop, paste or pick it.' });
  }
  if (takes.table) return readPicture(body);
  if (takes.fields) return findFields(body);
  await begun('Decoding …', async signal => {
    begin(body);
    try {
      await decode(body, signal, answer);
      finish(body);
      if (byId('compare').checked && state.policy !== 'full') await beside(body, signal);
      byId('status').textContent = summary();
    } catch (failure) {
      if (runs.is(signal)) showTokens(true);
      throw failure;
    }
  });
}

function begin(body) {
  const layers = decoderLayers(state.model);
  if (!answer || inputOf(answer.body) !== inputOf(body)) byId('drawn-section').hidden = true;
  answer = { body, tokens: [], layers, threshold: decidingThreshold(state.model, state),
    measure: measure(state.model, state).replace('_', ' '), verified: verifies(state.model, state), ran: [], line: null,
    full: null };
  const exits = exitLayers(state.model);
  tokens.start(exits.length ? exits : [layers], answer.verified ? layers : 0);
  token.clear();
  byId('text').show('');
  grid.show([], layers, []);
  grid.mark(-1);
  comparison.clear();
  timing.hidden = true;
}

/** Decodes into `into.tokens`. */
async function decode(body, signal, into) {
  into.line = await generate({ ...body, trace: true }, signal, event => {
    if (runs.is(signal)) take(event, into);
  });
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
  byId('text').show(answer.line.text);
  compareNow();
  timing.hidden = state.policy === 'full';
  timing.clear();
  const exits = answer.line.exit_layers;
  if (answer.chosen === undefined) choose(exits.indexOf(Math.max(...exits)), false);
  const heading = drawn.show(answer.line.text, body.image ?? null);
  byId('drawn-section').hidden = !heading;
  byId('drawn-title').textContent = heading;
}

async function beside(body, signal) {
  const full = { tokens: [], line: null };
  await decode({ ...body, exits: policy('full').exits() }, signal, full);
  answer.full = full;
  compareNow();
  tokens.markDifference(firstDifference(answer.line.token_ids, full.line.token_ids));
}

function compareNow() {
  const side = run => run && { line: run.line, texts: run.tokens.map(each => each.text) };
  if (state.policy === 'full') comparison.clear('These exits are full depth: choose another policy to compare.');
  else comparison.show(side(answer), side(answer.full));
}

/** Measures the answer shown beside full depth. Traces take time: these runs have none. */
async function measureAgain() {
  const { body } = answer;
  const side = async (name, until) => {
    const exits = name === 'full' ? { exits: policy('full').exits() } : {};
    return (await generate({ ...body, ...exits }, until, () => {})).timing.decode_ms;
  };
  await begun('Measuring …', async signal => {
    signal.addEventListener('abort', () => timing.clear());
    timing.begin();
    try {
      const pairs = await measureTimes(side, signal, (share, word) => timing.advance(share, word));
      if (runs.is(signal)) byId('status').textContent = `Measured. ${timing.show(pairs)} ${summary()}`;
    } catch (failure) {
      if (runs.is(signal)) timing.clear();
      throw failure;
    }
  });
}

function summary() {
  const exits = answer.tokens.map(each => each.exit_layer);
  const mean = exits.reduce((sum, layer) => sum + layer, 0) / exits.length;
  const same = answer.full && firstDifference(answer.line.token_ids, answer.full.line.token_ids) < 0;
  const beside = answer.full ? ` ${same ? 'The same' : 'Not the same'} answer as full depth.` : '';
  return `${exits.length} tokens, ${answer.verified ? drafted(answer) : layersRun(answer, mean)}.${beside}`;
}

function drafted({ line, tokens: all, layers }) {
  const walked = percent(line.layer_passes / (all.length * layers));
  return `${line.accepted} of ${line.drafted} drafts kept; layers were walked through ${walked} as often as at full depth`;
}

function layersRun({ line, ran, layers }, mean) {
  const { layers_run: run, layers_possible: possible } = line;
  const cells = counts(ran);
  const prompt = run - cells.run - cells.filled;
  return `mean exit layer ${mean.toFixed(2)} of ${layers}; ${run} of ${possible} layers run (${percent(run / possible)})`
    + (cells.filled ? `, ${cells.filled} of them filled just in time` : '')
    + (prompt > 0 ? `, ${prompt} for the decoder prompt` : '');
}

function showSnippets(body) {
  byId('snippets').show(body, body.image ? picture.value.name : null, picture.value?.mime, Boolean(key.get()));
}

// What goes wrong

function trouble(failure) {
  byId('status').textContent = '';
  const box = byId('trouble');
  box.hidden = false;
  const again = (words, action) => h('button', { type: 'button', onclick: action }, words);
  if (failure.status === 401) {
    box.replaceChildren('This page works with the key of the service. ', again('Enter the key', askForKey));
    askForKey();
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
    if (!key.get() && await wantsKey()) return trouble({ status: 401 });
    readPolicies(await json('page/exits.json'));
    models = (await json('v1/models')).data.filter(model => model.loaded);
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
  else invite();
}

/** Says what to do where nothing runs by itself. */
function invite() {
  const takes = reads(state.model);
  if (takes.sound) byId('transcript').say('Record, or pick a sound file: its text comes here.');
  else if (takes.needsPicture) byId('status').textContent = 'Drop, paste or pick a picture: the answer comes here.';
  else byId('status').textContent = 'Write a prompt and press Decode: the answer comes here.';
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
byId('sound').addEventListener('sound', run);
byId('table').addEventListener('table', event => readPicture({ ...request(), table: event.detail }));
byId('sound').addEventListener('trouble', event => trouble({ message: event.detail }));
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
listenForKey(() => (state.model ? run() : load()));
byId('theme').addEventListener('change', event => setTheme(event.target.value));
for (const part of [tokens, grid]) part.addEventListener('choose', event => choose(event.detail));
grid.addEventListener('step', event => {
  tokens.upTo(event.detail);
  choose(event.detail);
});
timing.addEventListener('measure', measureAgain);
timing.addEventListener('cancel', () => byId('stop').click());

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId('theme').value = theme;
  localStorage.setItem('deed-theme', theme);
}

setTheme(localStorage.getItem('deed-theme') ?? '');
load();
