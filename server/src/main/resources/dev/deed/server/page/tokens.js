import { announce, badge, h, paint } from './dom.js';

/** What to show of a text: the end token has none, white space cannot be seen. */
export const shown = text => text.trim() || (text === '' ? 'end' : text.replaceAll('\n', '↵').replaceAll(' ', '␣'));

/** The text of a token as an element. */
export const textOf = text => h('span', { class: text === '' ? 'text end' : 'text' }, shown(text));

/**
 * `<deed-tokens>`: the answer, each token with colour and number of its exit layer, and a legend with counts.
 * One token at a time is in the order of tabs; arrow keys, Home and End walk from it. Fires `choose` with the index.
 */
class Tokens extends HTMLElement {
  connectedCallback() {
    this.legend = h('ul', { class: 'legend', 'aria-label': 'Tokens by exit layer' });
    const choose = event => this.choose(event);
    this.list = h('div', { class: 'tokens', role: 'group', 'aria-label': 'Tokens of the answer',
      onkeydown: event => this.walk(event), onfocusin: choose, onpointerover: choose });
    this.append(this.list, this.legend);
    this.start([]);
  }

  /** Begins an answer of a model with these exits; `depth`: its layers where tokens that left early are drafts. */
  start(exits, depth = 0) {
    this.depth = depth;
    this.counts = new Map(exits.map(layer => [layer, 0]));
    this.list.replaceChildren();
    this.current = 0;
    this.showCounts();
  }

  /** How many tokens are shown. */
  get size() {
    return this.list.children.length;
  }

  add(tokens) {
    this.list.append(...tokens.map((token, i) => this.element(token, this.size + i)));
    for (const { exit_layer: layer } of tokens) this.counts.set(layer, (this.counts.get(layer) ?? 0) + 1);
    this.showCounts();
  }

  element(token, index) {
    const joined = index > 0 && /^\S/.test(token.text);
    const element = h('button', { type: 'button', class: joined ? 'token joined' : 'token',
      tabindex: index === this.current ? 0 : -1, 'data-index': index, 'data-layer': token.exit_layer,
      'aria-describedby': 'about-token',
      'aria-label': `${shown(token.text)}, ${this.origin(token.exit_layer)}` },
      textOf(token.text), badge(token.exit_layer));
    paint(element, token.exit_layer);
    return element;
  }

  origin(layer) {
    if (!this.depth) return layer === 0 ? 'the only one allowed' : `layer ${layer}`;
    if (layer === 0) return 'copied, drafted by narrow layers, or the only one allowed';
    return layer < this.depth ? `drafted at layer ${layer} and kept` : 'written by full depth';
  }

  showCounts() {
    this.legend.replaceChildren(...[...this.counts].sort(([a], [b]) => a - b).map(([layer, count]) =>
      h('li', { 'data-layer': layer, 'data-count': count }, badge(layer), h('span', {}, `${count}`))));
    if (this.depth) this.legend.append(h('li', { 'data-key': 'drafts' }, this.key()));
  }

  key() {
    const copied = this.counts.get(0) ? ' 0: copied, drafted by narrow layers, or the only one allowed.' : '';
    const drafts = this.depth === 2 ? '1' : `1…${this.depth - 1}`;
    return `${drafts}: drafted there and kept. ${this.depth}: written by full depth.${copied}`;
  }

  /** Marks one token, without moving the focus; `walked`: the arrow keys go on from it. */
  mark(index, walked) {
    this.list.querySelector('.chosen')?.classList.remove('chosen');
    const element = this.list.children[index];
    if (!element) return;
    element.classList.add('chosen');
    if (!walked) return;
    this.list.children[this.current]?.setAttribute('tabindex', '-1');
    element.setAttribute('tabindex', '0');
    this.current = index;
  }

  /** Marks where full depth would have gone on otherwise; -1: nowhere. */
  markDifference(index) {
    this.list.querySelector('.differs')?.classList.remove('differs');
    this.list.children[index]?.classList.add('differs');
  }

  /** Fades the tokens after a step of the replay. */
  upTo(step) {
    [...this.list.children].forEach((element, index) => element.classList.toggle('later', index > step));
  }

  choose(event) {
    const element = event.target.closest('.token');
    if (element) announce(this, 'choose', Number(element.dataset.index));
  }

  walk(event) {
    const last = this.list.children.length - 1;
    const to = { ArrowRight: this.current + 1, ArrowDown: this.current + 1, ArrowLeft: this.current - 1,
      ArrowUp: this.current - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.list.children[Math.min(Math.max(to, 0), last)]?.focus();
  }
}

customElements.define('deed-tokens', Tokens);
