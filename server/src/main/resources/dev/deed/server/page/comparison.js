import { announce, h, ms, percent } from './dom.js';
import { firstDifference } from './method.js';
import { shown } from './tokens.js';

/**
 * `<deed-comparison>`: the answer with exits beside the one at full depth: bars of time and of layers run, and whether
 * the two answers are the same. The two never run at once. Fires `measure` when the times shall be taken again.
 */
class Comparison extends HTMLElement {
  connectedCallback() {
    this.clear();
  }

  clear(words = '') {
    this.replaceChildren(h('p', { class: 'hint' }, words || 'Full depth decodes once the answer with exits is there.'));
  }

  /**
   * @param exits, full: `{timing, layersRun, ids, texts}` or null while it has not begun; `timing` null while it runs
   * @param before `{preprocess_ms, encode_ms}` of this input, the same work for both
   * @param note how the times were taken
   */
  show(exits, full, before, note) {
    const total = run => (run?.timing ? before.preprocess_ms + before.encode_ms + run.timing.decode_ms : 0);
    const longest = Math.max(total(exits), total(full));
    const most = Math.max(exits.layersRun, full?.timing ? full.layersRun : exits.ids.length * exits.layers);
    const rows = [['with exits', exits], ['full depth', full]];
    const time = run => {
      if (!run?.timing) return run ? 'runs …' : '';
      return h('span', {}, h('b', {}, `${ms(run.timing.decode_ms)} ms`), ` of ${ms(total(run))}`);
    };
    this.replaceChildren(
      this.verdict(exits, full),
      h('h3', {}, 'Time'),
      ...rows.map(([name, run]) => this.row(name, run?.timing ? [
        ['prepare', before.preprocess_ms / longest], ['encode', before.encode_ms / longest],
        ['decode', run.timing.decode_ms / longest],
      ] : [], time(run))),
      h('ul', { class: 'key' }, ...['prepare', 'encode', 'decode'].map(kind =>
        h('li', {}, h('span', { class: `sample ${kind}` }), kind))),
      h('h3', {}, 'Layers run'),
      ...rows.map(([name, run]) =>
        this.row(name, [['layers', (run?.layersRun ?? 0) / most]], String(run?.layersRun ?? ''))),
      h('p', { class: 'note' }, note),
      h('div', { class: 'buttons', hidden: !full?.timing },
        h('button', { type: 'button', onclick: () => announce(this, 'measure') }, 'Measure five times')));
  }

  row(name, parts, number) {
    const bars = h('span', { class: 'stack' }, ...parts.map(([kind, share]) => {
      const bar = h('span', { class: `bar ${kind}` });
      bar.style.width = `${100 * share}%`;
      return bar;
    }));
    const figure = h('span', { class: 'number' }, number);
    return h('div', { class: 'row', 'data-run': name }, h('span', {}, name), bars, figure);
  }

  verdict(exits, full) {
    if (!exits.timing || !full?.timing) return h('p', { class: 'verdict' }, full ? 'Full depth decodes …' : '');
    const at = firstDifference(exits.ids, full.ids);
    const time = change(exits.timing.decode_ms, full.timing.decode_ms, 'less', 'more');
    const layers = change(exits.layersRun, full.layersRun, 'fewer', 'more');
    const words = at < 0 ? 'Same answer.' : `First difference at token ${at + 1}:`;
    const piece = texts => shown(texts[at] ?? '');
    const pieces = at < 0 ? '' : ` full depth wrote ${piece(full.texts)}, the exits ${piece(exits.texts)}.`;
    return h('p', { class: 'verdict', 'data-difference': at }, h('b', { class: at < 0 ? 'same' : 'other' }, words),
      `${pieces} Decoding takes ${time} time and runs ${layers} layers.`);
  }
}

const change = (now, before, less, more) => `${percent(Math.abs(1 - now / before))} ${now <= before ? less : more}`;

customElements.define('deed-comparison', Comparison);
