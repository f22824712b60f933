import { badge, h, paint, probability } from './dom.js';
import { filledBy, filledLater, nines } from './method.js';
import { textOf } from './tokens.js';

const NINES = [0, 0.9, 0.99, 0.999];

/** `<deed-token>`: where one token left, the confidence of each layer beside the threshold, what filled it later. */
class Token extends HTMLElement {
  connectedCallback() {
    this.clear();
  }

  clear() {
    this.replaceChildren(h('p', { class: 'hint' },
      'Point at a token or a column; or go to the answer with Tab and walk it with the arrow keys.'));
  }

  /** @param answer `{tokens, layers, threshold, measure, verified, ran}` */
  show(answer, index) {
    const token = answer.tokens[index];
    this.replaceChildren(
      h('div', { class: 'about', id: 'about-token' }, this.title(answer, token, index),
        ...this.sentences(answer, token, index)),
      this.asked(answer, token), this.alternatives(token));
  }

  title(answer, token, index) {
    const box = h('span', { class: 'token still' }, textOf(token.text), badge(token.exit_layer));
    paint(box, token.exit_layer);
    return h('h3', {}, box, h('span', { class: 'note' }, ` ${index + 1} of ${answer.tokens.length}`));
  }

  sentences(answer, token, index) {
    if (answer.verified) return this.draft(answer, token, index);
    const { layers, ran } = answer;
    const sure = probability(Math.exp(token.log_prob));
    const lines = token.exit_layer === 0 ? ['No other token is allowed here, so no layer was asked.']
      : [`It left at layer ${token.exit_layer} of ${layers} with probability ${sure}.`];
    const filled = filledBy(ran, index);
    if (filled) lines.push(`Its step also filled ${filled} ${filled === 1 ? 'cell' : 'cells'} of earlier tokens.`);
    const later = filledLater(ran, index);
    for (const { from, to, step } of later) {
      lines.push(`The step of token ${step + 1} ran ${range(from, to)} for it, just in time.`);
    }
    const deepest = later.at(-1)?.to ?? token.exit_layer;
    if (deepest < layers) lines.push(`${capital(range(deepest + 1, layers))} never ran for it.`);
    return lines.map(line => h('p', {}, line));
  }

  /** Of a token of lossless exits. */
  draft({ layers, ran }, token, index) {
    const sure = `Full depth gives it probability ${probability(Math.exp(token.log_prob))}.`;
    const block = filledBy(ran, index);
    const later = filledLater(ran, index).at(-1);
    const by = `${later ? `The step of token ${later.step + 1}` : 'The last block'} verified it.`;
    const lines = token.exit_layer === 0 ? ['It was copied, drafted by narrow layers, or the only one allowed.', by]
      : token.exit_layer < layers ? [`It was drafted at layer ${token.exit_layer} of ${layers} and kept.`, by]
      : [`Full depth wrote it, at layer ${layers}.`,
        ...(block ? [`Its step also ran ${block} ${block === 1 ? 'cell' : 'cells'} of drafts, to verify them.`] : [])];
    return [...lines, sure].map(line => h('p', {}, line));
  }

  asked(answer, token) {
    const box = h('div', { class: answer.layers > 10 ? 'asked many' : 'asked' },
      h('h4', {}, answer.threshold === null ? 'Confidence' : `Confidence (${answer.measure})`));
    if (!token.consulted?.length) {
      box.append(h('p', { class: 'note' }, 'No layer was asked.'));
      return box;
    }
    const threshold = answer.threshold;
    for (const { layer, confidence } of token.consulted) {
      const bar = h('span', { class: 'bar' });
      bar.style.width = `${100 * nines(confidence)}%`;
      const row = h('div', { class: 'row', 'data-layer': layer }, badge(layer), track(bar, threshold),
        h('span', { class: 'number' }, probability(confidence)));
      if (layer) paint(row, layer);
      box.append(row);
    }
    const scale = h('span', { class: 'scale', 'aria-hidden': 'true' }, ...NINES.map(value => {
      const tick = h('span', {}, String(value));
      tick.style.left = `${100 * nines(value)}%`;
      return tick;
    }));
    box.append(h('div', { class: 'row ticks' }, h('span', {}), scale, h('span', {})));
    if (threshold !== null) box.append(h('p', { class: 'note threshold' }, `Threshold ${threshold}`));
    return box;
  }

  alternatives(token) {
    const box = h('div', { class: 'alternatives' }, h('h4', {}, 'Most likely here'));
    for (const { text, probability: p } of token.alternatives ?? []) {
      const bar = h('span', { class: 'bar' });
      bar.style.width = `${100 * p}%`;
      box.append(h('div', { class: 'row' }, textOf(text), track(bar, null),
        h('span', { class: 'number' }, probability(p))));
    }
    return box;
  }
}

function track(bar, threshold) {
  const line = threshold === null ? null : h('span', { class: 'line' });
  if (line) line.style.left = `${100 * nines(threshold)}%`;
  return h('span', { class: 'track' }, bar, line);
}

const range = (from, to) => (from === to ? `layer ${from}` : `layers ${from} to ${to}`);
const capital = words => words[0].toUpperCase() + words.slice(1);

customElements.define('deed-token', Token);
