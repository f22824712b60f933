import { h } from './dom.js';

/** A button that copies a text, and what became of that. */
export function copying(words, text) {
  const said = h('span', { role: 'status', class: 'note' });
  const copy = h('button', { type: 'button', onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = 'Copied.';
    } catch {
      said.textContent = 'The browser did not allow it: select the text.';
    }
  } }, words);
  return h('div', { class: 'buttons' }, copy, said);
}

/** `<deed-text>`: an answer as plain text, with a button that copies it; nothing while there is none. */
class Text extends HTMLElement {
  connectedCallback() {
    this.show('');
  }

  show(text) {
    this.hidden = !text;
    this.replaceChildren(...(text ? [h('pre', { tabindex: 0 }, text), copying('Copy the text', text)] : []));
  }
}

customElements.define('deed-text', Text);
