import { announce, badge, h, percent, svg } from './dom.js';
import { counts, countsOfDrafts, whatRan } from './method.js';

const GAP = width => (width >= 14 ? 2 : width >= 6 ? 1 : 0.5);
const STEP_MS = 160;
const STREAMED = 48;

/**
 * `<deed-grid>`: layers × tokens, the first layer at the bottom. A cell is run for its own token, filled just in time (a
 * hatched block in the colour of the later token whose step ran it), or never run. Cells of one kind are one path, so
 * that 300 tokens draw at once. With lossless exits a cell is run for a draft that was kept, for a token of full depth,
 * or by the block that verified drafts. A slider and a button replay the steps. Fires `choose` with the index of a
 * token, `step` with that of a step.
 */
class Grid extends HTMLElement {
  connectedCallback() {
    this.axis = h('div', { class: 'axis', 'aria-hidden': 'true' });
    this.drawing = svg('svg', { role: 'img' });
    const point = event => this.point(event);
    this.scroll = h('div', { class: 'scroll', role: 'group', 'aria-label': 'Grid', onpointermove: point,
      onpointerdown: point }, this.drawing);
    this.slider = h('input', { type: 'range', min: 0, value: 0, 'aria-label': 'Step of the replay', oninput: () => {
      this.pause();
      this.goTo(Number(this.slider.value));
    } });
    this.button = h('button', { type: 'button', onclick: () => (this.timer ? this.pause() : this.play()) }, 'Replay');
    this.replay = h('div', { class: 'replay' }, this.button, this.slider);
    this.key = h('ul', { class: 'key' });
    const note = 'Rows are decoder layers, columns are tokens. The line goes round what one step ran.';
    this.append(h('p', { class: 'note' }, note),
      h('div', { class: 'plot' }, this.axis, this.scroll), this.replay, this.key);
    this.answer = { exitLayers: [], layers: 1, texts: [], columns: 1 };
    this.chosen = -1;
    new ResizeObserver(() => this.draw()).observe(this);
  }

  /**
   * Shows an answer of a model with so many layers; `texts` stand below the columns where they fit. While more tokens
   * are to come, columns keep their width for a while. `verified`: tokens that left early are drafts.
   */
  show(exitLayers, layers, texts, whole = true, verified = false) {
    this.pause();
    this.answer = {
      exitLayers: [...exitLayers], layers, texts: [...texts], columns: whole ? 1 : STREAMED, whole, verified,
    };
    this.step = exitLayers.length - 1;
    this.slider.max = Math.max(this.step, 0);
    this.slider.value = this.step;
    this.replay.hidden = exitLayers.length < 2;
    this.schedule();
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  goTo(step) {
    this.step = step;
    this.slider.value = step;
    this.chosen = step;
    this.draw();
    announce(this, 'step', step);
  }

  play() {
    const last = this.answer.exitLayers.length - 1;
    this.button.textContent = 'Pause';
    this.goTo(this.step >= last ? 0 : this.step + 1);
    this.timer = setInterval(() => (this.step >= last ? this.pause() : this.goTo(this.step + 1)), STEP_MS);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.button.textContent = 'Replay';
  }

  mark(index) {
    this.chosen = index;
    this.schedule();
  }

  point(event) {
    const token = Math.floor((event.clientX - this.drawing.getBoundingClientRect().left) / this.width);
    if (this.timer || token < 0 || token > this.step || token === this.chosen) return;
    announce(this, 'choose', token);
  }

  /** What the grid shows: for each token, for each layer, the step that ran it, or -1. */
  get cells() {
    const { exitLayers, layers, whole, verified } = this.answer;
    const ended = whole && this.step === exitLayers.length - 1;
    return whatRan(exitLayers.slice(0, this.step + 1), layers, ended && verified);
  }

  draw() {
    const { exitLayers, layers, texts, verified } = this.answer;
    const tokens = exitLayers.length;
    if (!tokens) {
      this.drawing.replaceChildren();
      this.key.replaceChildren();
      this.axis.replaceChildren();
      this.drawing.setAttribute('height', 0);
      return;
    }
    this.height = Math.min(Math.max(Math.round(168 / layers), 7), 28);
    this.showAxis(layers);
    const room = this.scroll.clientWidth / Math.max(tokens, this.answer.columns);
    this.width = Math.min(Math.max(Math.floor(100 * room) / 100, 2.5), 72);
    const cells = this.cells;
    const paths = new Map();
    const put = (kind, ...box) => paths.set(kind, (paths.get(kind) ?? '') + this.box(...box));
    for (let layer = 0; layer < layers; layer++) {
      let from = 0;
      for (let token = 0; token < tokens; token++) {
        const step = cells[token]?.[layer] ?? -1;
        if (step < 0) put('never', token, token, layer, false);
        else if (step === token) {
          const own = layer < exitLayers[step];
          const deep = verified ? layers : exitLayers[step];
          if (from < token || !own) put(`fill-${deep}`, from, own ? token - 1 : token, layer, own);
          const kind = verified && exitLayers[step] < layers ? 'draft' : 'run';
          if (own) put(`${kind}-${exitLayers[step]}`, token, token, layer, false);
        }
        if (step <= token) from = token + 1;
      }
    }
    const bottom = layers * this.height;
    const width = tokens * this.width;
    this.drawing.setAttribute('viewBox', `0 0 ${width} ${bottom + 20}`);
    this.drawing.setAttribute('width', width);
    this.drawing.setAttribute('height', bottom + 20);
    this.drawing.replaceChildren(hatches(verified ? [layers] : exitLayers),
      ...[...paths].map(([kind, d]) => shape(kind, d)),
      svg('path', { class: 'step', d: this.outline(cells) }), ...this.ticks(tokens, bottom, texts));
    // What scrolls must be reached with the keyboard too.
    this.scroll.tabIndex = this.scroll.scrollWidth > this.scroll.clientWidth ? 0 : -1;
    if (verified) this.showDrafts(countsOfDrafts(cells, exitLayers, layers), tokens * layers);
    else this.showKey(counts(cells), tokens * layers);
  }

  /** One cell or a block of them; a block of filled ones reaches the column whose step ran it. */
  box(from, to, layer, filled) {
    const gap = GAP(Math.min(this.width, this.height));
    const width = (to + 1 - from) * this.width - (filled ? gap / 2 : gap);
    const y = (this.answer.layers - 1 - layer) * this.height + gap / 2;
    const x = (from * this.width + gap / 2).toFixed(2);
    return `M${x} ${y}h${width.toFixed(2)}v${this.height - gap}h${(-width).toFixed(2)}z`;
  }

  /** A line round what the step of the chosen token ran: its own column and, the deeper the longer, what it filled. */
  outline(cells) {
    const step = Math.min(this.chosen, cells.length - 1);
    if (step < 0) return '';
    const y = layer => (this.answer.layers - layer) * this.height;
    const exit = cells[step].findLastIndex(by => by === step) + 1;
    let d = `M${(step + 1) * this.width} ${y(0)}V${y(exit)}`;
    for (let layer = exit; layer > 0; layer--) {
      let from = step;
      while (from > 0 && cells[from - 1][layer - 1] === step) from--;
      d += `H${from * this.width}V${y(layer - 1)}`;
    }
    return `${d}z`;
  }

  ticks(tokens, bottom, texts) {
    const label = (token, content) => svg('text', { x: (token + 0.5) * this.width, y: bottom + 15 }, content);
    if (this.width >= 44) {
      const letters = Math.floor(this.width / 8);
      return texts.map((text, i) => label(i, text.length > letters ? `${text.slice(0, letters - 1)}…` : text));
    }
    const every = [1, 5, 10, 20, 50, 100].find(n => n * this.width >= 28) ?? 100;
    const fits = i => (i + 1) % every === 0 && (tokens - i - 0.5) * this.width >= 10;
    return texts.map((_, i) => i).filter(fits).map(i => label(i, i + 1));
  }

  showAxis(layers) {
    if (this.axis.children.length === layers && this.axis.dataset.height === String(this.height)) return;
    this.axis.dataset.height = this.height;
    this.axis.style.setProperty('--row', `${this.height}px`);
    const every = Math.ceil(16 / this.height);
    this.axis.replaceChildren(...Array.from({ length: layers }, (_, i) => layers - i).map(layer =>
      h('div', {}, layer % every === 0 || layer === 1 ? badge(layer) : '')));
  }

  showKey({ run, filled }, all) {
    const never = all - run - filled;
    this.drawing.setAttribute('aria-label', `Layers by tokens, ${all} cells: ${run} ran for their own token, `
      + `${filled} were filled just in time, ${never} never ran.`);
    const entry = (...about) => keyEntry(all, ...about);
    this.key.replaceChildren(entry('run', run, 'run for their own token'),
      entry('filled', filled, 'filled just in time by a later step'), entry('never', never, 'never run'));
  }

  showDrafts({ draft, run, filled, never }, all) {
    this.drawing.setAttribute('aria-label', `Layers by tokens, ${all} cells: ${draft} ran for drafts that were kept, `
      + `${run} for tokens of full depth, ${filled} verified drafts, ${never} never ran.`);
    const entry = (...about) => keyEntry(all, ...about);
    this.key.replaceChildren(entry('draft', draft, 'run for drafts that were kept'),
      entry('run', run, 'run for tokens that full depth wrote'),
      entry('filled', filled, 'run in blocks that verified drafts'));
  }
}

const keyEntry = (all, kind, count, words) => h('li', { 'data-kind': kind, 'data-count': count },
  h('span', { class: `sample ${kind}` }), h('b', {}, String(count)), ` ${words} (${percent(count / all)})`);

function shape(kind, d) {
  const [what, layer] = kind.split('-');
  const element = svg('path', { class: what, d, 'data-kind': kind });
  if (what === 'run' || what === 'draft') element.style.fill = `var(--exit-${layer})`;
  if (what === 'fill') element.style.fill = `url(#hatch-${layer})`;
  return element;
}

function hatches(exitLayers) {
  return svg('defs', {}, ...[...new Set(exitLayers)].map(layer => {
    const ground = svg('rect', { class: 'ground', width: 6, height: 6 });
    const line = svg('path', { d: 'M0 0V6' });
    ground.style.fill = line.style.stroke = `var(--exit-${layer})`;
    return svg('pattern', { id: `hatch-${layer}`, width: 6, height: 6, patternUnits: 'userSpaceOnUse',
      patternTransform: 'rotate(45)' }, ground, line);
  }));
}

customElements.define('deed-grid', Grid);
