import { announce, h, ms, percent } from './dom.js';
import { firstDifference } from './method.js';

/**
 * `<deed-comparison>`: the answer with exits beside the one at full depth: bars of time and of layers run, and whether the two
 * answers are the same. The two never run at once. Fires `measure` when the times shall be taken again.
 */
class Comparison extends HTMLElement {
  connectedCallback() {
    this.clear();
  }

  clear(words = '') {
    this.replaceChildren(h('p', { class: 'hint' }, words || 'Full depth decodes after the answer with exits has come.'));
  }

  /**
   * @param exits, full: `{timing, layersRun, ids, texts}` or null while it has not begun; `timing` null while it runs
   * @param encode milliseconds of the encoder, which ran once for both
   * @param note how the times were taken
   */
  show(exits, full, encode, note) {
    const total = run => (run?.timing ? run.timing.preprocess_ms + encode + run.timing.decode_ms : 0);
    const longest = Math.max(total(exits), total(full));
    const most = Math.max(exits.layersRun, full?.layersRun ?? 0, exits.ids.length * exits.layers);
    const rows = [['with exits', exits], ['full depth', full]];
    this.replaceChildren(
      this.verdict(exits, full),
      h('h3', {}, 'Time'),
      ...rows.map(([name, run]) => this.row(name, run?.timing ? [
        ['prepare', run.timing.preprocess_ms / longest], ['encode', encode / longest], ['decode', run.timing.decode_ms / longest],
      ] : [], run?.timing ? h('span', {}, h('b', {}, `${ms(run.timing.decode_ms)} ms`), ` of ${ms(total(run))}`) : run ? 'runs …' : 'waits')),
      h('ul', { class: 'key' }, ...['prepare', 'encode', 'decode'].map(kind =>
        h('li', {}, h('span', { class: `sample ${kind}` }), kind))),
      h('h3', {}, 'Layers run'),
      ...rows.map(([name, run]) => this.row(name, [['layers', (run?.layersRun ?? 0) / most]], String(run?.layersRun ?? ''))),
      h('p', { class: 'note' }, note),
      full?.timing ? h('div', { class: 'buttons' },
        h('button', { type: 'button', onclick: () => announce(this, 'measure') }, 'Measure five times')) : null);
  }

  row(name, parts, number) {
    const bars = h('span', { class: 'stack' }, ...parts.map(([kind, share]) => {
      const bar = h('span', { class: `bar ${kind}` });
      bar.style.width = `${100 * share}%`;
      return bar;
    }));
    return h('div', { class: 'row', 'data-run': name }, h('span', { class: 'name' }, name), bars, h('span', { class: 'number' }, number));
  }

  verdict(exits, full) {
    if (!exits.timing || !full?.timing) return h('p', { class: 'verdict' }, full ? 'Full depth decodes …' : 'The answer comes …');
    const at = firstDifference(exits.ids, full.ids);
    const less = share => (share >= 0 ? `${percent(share)} less` : `${percent(-share)} more`);
    const saved = `${less(1 - exits.timing.decode_ms / full.timing.decode_ms)} time to decode, ${less(1 - exits.layersRun / full.layersRun)} layers run.`;
    const piece = texts => (texts[at] ?? '').trim() || 'the end';
    return h('p', { class: 'verdict', 'data-difference': at },
      h('b', { class: at < 0 ? 'same' : 'other' }, at < 0 ? 'Same answer.' : `First difference at token ${at + 1}:`),
      at < 0 ? ` ${capital(saved)}` : ` full depth wrote ${piece(full.texts)}, the exits ${piece(exits.texts)}. ${capital(saved)}`);
  }
}

const capital = words => words[0].toUpperCase() + words.slice(1);

customElements.define('deed-comparison', Comparison);
