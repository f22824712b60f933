import { bar, h, percent } from './dom.js';
import { firstDifference } from './method.js';
import { shown } from './tokens.js';

/**
 * `<deed-comparison>`: the answer with exits beside the one at full depth: whether they are the same, and what ran, in
 * counts, which are the same on every machine. The two never run at once.
 */
class Comparison extends HTMLElement {
  connectedCallback() {
    this.clear();
  }

  clear(words = 'Full depth decodes once the answer with exits is there.') {
    this.replaceChildren(h('p', { class: 'hint' }, words));
  }

  /** @param exits, full: `{line, texts}`: the output line and the text of each token; `full` null where it has not run */
  show(exits, full) {
    const counts = [['Layers run', 'layers_run']];
    if (exits.line.drafted !== undefined) counts.push(['Walks through the weights of layers', 'layer_passes']);
    this.replaceChildren(full ? verdict(exits, full) : '', ...counts.flatMap(([title, field]) => {
      const most = Math.max(exits.line[field], full?.line[field] ?? exits.line.layers_possible);
      const row = (name, { line }) => bar(name, 'layers', line[field] / most, String(line[field]));
      return [h('h3', {}, title), row('with exits', exits), full ? row('full depth', full) : ''];
    }));
  }
}

function verdict(exits, full) {
  const at = firstDifference(exits.line.token_ids, full.line.token_ids);
  const piece = ({ texts }) => shown(texts[at] ?? '');
  const words = at < 0 ? 'Same answer.' : `First difference at token ${at + 1}:`;
  const pieces = at < 0 ? '' : ` full depth wrote ${piece(full)}, the exits ${piece(exits)}.`;
  return h('p', { class: 'verdict', 'data-difference': at }, h('b', { class: at < 0 ? 'same' : 'other' }, words),
    `${pieces} ${exits.line.drafted === undefined ? fewerLayers(exits.line, full.line) : drafts(exits.line)}`);
}

function fewerLayers({ layers_run: run }, { layers_run: full }) {
  if (run === full) return 'As many layers ran.';
  return `${percent(Math.abs(1 - run / full))} ${run < full ? 'fewer' : 'more'} layers ran.`;
}

const drafts = ({ drafted, accepted }) => `Full depth kept ${accepted} of ${drafted} drafts.`;

customElements.define('deed-comparison', Comparison);
