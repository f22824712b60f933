import { h } from './dom.js';

const BUTTONS = ['btn-active', 'btn-inactive', 'btn-green', 'btn-orange', 'btn-red'];
const PANELS = ['single', 'double', 'quadruple'];
const KNOWN = new Set([...BUTTONS, ...PANELS, 'header', 'row', 'small-title', 'text']);

/** Whether an answer is markup of screenshots. */
export const isMarkup = text => /^\s*(header|row)\s*\{/.test(text);

/** Markup as a tree of `{name, children}`; unknown words are passed over, missing braces closed. */
export function parseMarkup(text) {
  const root = { name: 'page', children: [] };
  const open = [root];
  let last = null;
  for (const word of text.match(/[{}]|[^\s{},]+/g) ?? []) {
    if (word === '{') open.push(last ?? { name: 'unknown', children: [] });
    else if (word === '}') {
      if (open.length > 1) open.pop();
    } else {
      last = { name: word, children: [] };
      if (KNOWN.has(word)) open.at(-1).children.push(last);
    }
  }
  return root;
}

const draw = node => h('div', { class: `page-${node.name}` }, ...node.children.map(draw));

/** JSON indented, where the answer is an object or a list; else null. */
function prettyJson(text) {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

/** `<deed-drawn>`: markup drawn as a page beside its screenshot, JSON indented, anything else (LaTeX too) as text. */
class Drawn extends HTMLElement {
  /** @returns the heading, or null when there is nothing to see that the tokens do not show */
  show(text, picture) {
    if (isMarkup(text)) {
      const page = draw(parseMarkup(text));
      page.setAttribute('role', 'img');
      page.setAttribute('aria-label', `Page drawn from the markup ${text}`);
      const figure = (content, caption) => h('figure', {}, content, h('figcaption', {}, caption));
      this.replaceChildren(h('div', { class: 'pair' },
        picture ? figure(h('img', { src: picture, alt: 'The screenshot' }), 'The screenshot') : null,
        figure(h('div', { class: 'sheet' }, page), 'Drawn from the answer')));
      return 'The answer, drawn';
    }
    const json = prettyJson(text);
    this.replaceChildren(h('pre', { tabindex: 0 }, json ?? text));
    return json ? 'The answer as JSON' : text?.length > 40 ? 'The answer as text' : null;
  }
}

customElements.define('deed-drawn', Drawn);
