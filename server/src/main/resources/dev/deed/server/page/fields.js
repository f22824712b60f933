import { h, svg } from './dom.js';

const size = ([x0, y0, x1, y1]) => ({ x: x0, y: y0, width: Math.max(0, x1 - x0), height: Math.max(0, y1 - y0) });

const kind = ({ review }) => (review ? 'doubtful' : 'sure');

/** Why a field is marked, and where its tokens left. */
function why({ confidence, review, exit_layers: layers, value }) {
  const run = layers.filter(layer => layer > 0);
  const forced = layers.length - run.length;
  const deepest = run.length ? `the deepest token left at layer ${Math.max(...run)}` : 'no layer had to run';
  const mark = review ? 'no promise covers it, so look at it' : 'a promise covers it';
  return `Confidence ${confidence.toFixed(3)}: ${mark}. Exit layers ${layers.join(' ')}: ${deepest}, `
    + `${forced} of ${layers.length} tokens were the only ones that the page allowed.${value ? ` Value: ${value}.` : ''}`;
}

/**
 * `<deed-fields>`: the fields of a page, their words marked on its picture. A click on a field tells its words, its exit
 * layers and why it is marked.
 */
class Fields extends HTMLElement {
  /** @param fields of `/v1/extract` @param picture its element, which has been loaded */
  show(fields, picture) {
    const { naturalWidth: width, naturalHeight: height } = picture;
    const names = Object.keys(fields);
    const about = h('p', { role: 'status' });
    const groups = names.map(name => svg('g', { class: fields[name] ? kind(fields[name]) : '' },
      ...(fields[name]?.boxes ?? []).map(box => svg('rect', size(box)))));
    const choose = index => {
      groups.forEach((group, each) => group.classList.toggle('chosen', each === index));
      about.textContent = `${names[index]}: ${why(fields[names[index]])}`;
    };
    const rows = names.map((name, index) => h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, fields[name]
      ? h('button', { type: 'button', class: kind(fields[name]), onclick: () => choose(index) },
        `${fields[name].text}${fields[name].review ? ' (look at it)' : ''}`) : 'not on the page')));
    groups.forEach((group, index) => group.addEventListener('click', () => choose(index)));
    this.replaceChildren(h('div', { class: 'pair' },
      h('figure', {}, svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'The page with its fields' },
        svg('image', { href: picture.src, width, height }), ...groups)),
      h('div', {}, h('table', {}, h('tbody', {}, ...rows)), about)));
    return `${names.filter(name => fields[name]).length} of ${names.length} fields`;
  }
}

customElements.define('deed-fields', Fields);
