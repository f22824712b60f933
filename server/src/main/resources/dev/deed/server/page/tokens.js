import { announce, badge, h, paint } from './dom.js';

/** What to show for a token that has no text: the end token. */
export const shown = token => (token.text.trim() === '' ? (token.text === '' ? '⏹' : '␣') : token.text);

/**
 * `<deed-tokens>`: the answer, each token on the colour and with the number of its exit layer, and a legend with counts.
 * One token at a time is in the order of tabs; arrow keys, Home and End walk from it. Fires `choose` with the index.
 */
class Tokens extends HTMLElement {
  connectedCallback() {
    this.legend = h('ul', { class: 'legend', 'aria-label': 'Tokens by exit layer' });
    this.list = h('div', { class: 'tokens', role: 'group', 'aria-label': 'Tokens of the answer',
      onkeydown: event => this.walk(event), onfocusin: event => this.choose(event), onpointerover: event => this.choose(event) });
    this.append(this.list, this.legend);
    this.start([]);
  }

  /** Begins an answer of a model with these exit layers. */
  start(exits) {
    this.counts = new Map(exits.map(layer => [layer, 0]));
    this.list.replaceChildren();
    this.current = 0;
    this.showCounts();
  }

  add(token) {
    const index = this.list.children.length;
    const element = h('button', { type: 'button', class: 'token', tabindex: index === this.current ? 0 : -1,
      'data-index': index, 'data-layer': token.exit_layer,
      'aria-label': `${shown(token) === '⏹' ? 'end' : token.text.trim() || 'space'}, layer ${token.exit_layer}` },
    h('span', { class: 'text' }, shown(token).trim() || '␣'), badge(token.exit_layer));
    paint(element, token.exit_layer);
    this.list.append(element);
    this.counts.set(token.exit_layer, (this.counts.get(token.exit_layer) ?? 0) + 1);
    this.showCounts();
  }

  showCounts() {
    this.legend.replaceChildren(...[...this.counts].sort(([a], [b]) => a - b).map(([layer, count]) =>
      h('li', { 'data-layer': layer, 'data-count': count }, badge(layer), h('span', {}, `${count}`))));
  }

  /** Marks one token, without moving the focus. */
  mark(index) {
    this.list.querySelector('.chosen')?.classList.remove('chosen');
    const element = this.list.children[index];
    if (!element) return;
    element.classList.add('chosen');
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
