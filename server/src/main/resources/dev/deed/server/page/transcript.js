import { badge, h } from './dom.js';

const clock = seconds => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(2).padStart(5, '0')}`;

/** `<deed-transcript>`: a line for each segment: its times, its text, the exit layers of its tokens. */
class Transcript extends HTMLElement {
  /** Words in place of a transcript. */
  say(words) {
    this.replaceChildren(h('p', { class: 'hint' }, words));
  }

  clear() {
    this.list = h('ol', { class: 'segments' });
    this.layers = [];
    this.replaceChildren(this.list);
  }

  add({ delta, start, end, exit_layers: layers }) {
    this.layers.push(...layers);
    this.list.append(h('li', {}, h('span', { class: 'time' }, `${clock(start)} – ${clock(end)}`),
      h('span', { class: 'said' }, delta.trim()),
      h('span', { class: 'badges', role: 'img', 'aria-label': `exit layers ${layers.join(', ')}` },
        ...layers.map(badge))));
  }

  /** What is said of it once it is whole. */
  summary(decoderLayers, seconds) {
    if (!this.layers.length) {
      this.list.append(h('li', {}, 'Nobody speaks.'));
      return `${seconds} s heard, no text.`;
    }
    const mean = this.layers.reduce((sum, layer) => sum + layer, 0) / this.layers.length;
    const count = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;
    return `${seconds} s heard, ${count(this.list.children.length, 'segment')}, ${count(this.layers.length, 'token')}, `
      + `mean exit layer ${mean.toFixed(2)} of ${decoderLayers}.`;
  }
}

customElements.define('deed-transcript', Transcript);
