import { announce, h, svg } from './dom.js';

const count = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;

const size = ([x0, y0, x1, y1]) => ({ x: x0, y: y0, width: Math.max(0, x1 - x0), height: Math.max(0, y1 - y0) });

/** Pixels of a box that is no slip of the pointer. */
const LEAST = 8;

/** Where arrow keys lead. */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Steps of a key from one end of the picture to the other. */
const STEPS = 40;

const within = (value, least, most) => Math.min(most, Math.max(least, value));

/** What sets a cell apart, as classes. */
const kinds = ({ header, row_span: rows, column_span: columns }) =>
  `${header ? 'header' : 'body'}${rows > 1 || columns > 1 ? ' span' : ''}`;

/**
 * `<deed-table>`: the cells of a table, drawn over its picture, and the same as a table, in whose cells stand the words
 * or the pieces of the picture. A cell that is pointed at is marked on both sides. Fires `table` with the box
 * [x0, y0, x1, y1] of the picture that was drawn, with the pointer or by keys.
 */
class Table extends HTMLElement {
  /** @param answer of `/v1/tables` for one table @param picture its element, which has been loaded, or null */
  show({ rows, columns, cells }, picture) {
    const width = picture?.naturalWidth || Math.max(1, ...cells.map(({ box }) => box[2]));
    const height = picture?.naturalHeight || Math.max(1, ...cells.map(({ box }) => box[3]));
    const image = () => picture && svg('image', { href: picture.src, width, height });
    const boxes = cells.map(cell => svg('rect', { class: kinds(cell), ...size(cell.box) }));
    const piece = ({ box }) => svg('svg', { viewBox: Object.values(size(box)).join(' '), 'aria-hidden': 'true' }, image());
    const mark = index => event => {
      for (const side of [boxes[index], places[index]]) side.classList.toggle('chosen', event.type === 'pointerenter');
    };
    const places = cells.map((cell, index) => h(cell.header ? 'th' : 'td', { rowspan: cell.row_span,
      colspan: cell.column_span, class: kinds(cell), title: cell.header && `header: ${cell.header}`, onpointerenter: mark(index), onpointerleave: mark(index) },
      cell.text || piece(cell)));
    boxes.forEach((box, index) => ['enter', 'leave'].forEach(way => box.addEventListener(`pointer${way}`, mark(index))));
    const headers = cells.filter(cell => cell.header).length;
    const spans = cells.filter(cell => cell.row_span > 1 || cell.column_span > 1).length;
    const words = `${count(rows, 'row')}, ${count(columns, 'column')}, ${count(cells.length, 'cell')}`;
    const drawing = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'application', tabindex: 0,
      'aria-label': `${words}, drawn`, 'aria-describedby': 'table-help' }, image(), ...boxes);
    const told = h('output');
    this.marking(drawing, [width, height], told);
    const hadFocus = this.contains(document.activeElement);
    const key = (kind, number, what) => h('li', { 'data-count': number }, h('span', { class: `sample ${kind}` }),
      h('b', {}, number), ` ${what}`);
    this.replaceChildren(
      h('div', { class: 'pair' }, h('figure', {}, drawing, h('figcaption', {}, h('span', { id: 'table-help' },
        'The cells over the picture. Draw a box round a table to read it alone, with the pointer or by arrow keys: these move it, with Shift they size it, Enter reads, Escape leaves. '), told)),
        h('figure', { class: 'scroll', tabindex: 0 }, h('table', {}, h('tbody', {}, ...lines(rows, columns, cells, places))),
          h('figcaption', {}, 'The same as HTML'))),
      h('ul', { class: 'key' }, key('body', cells.length - headers, 'of the body'), key('header', headers, 'headers'),
        key('span', spans, 'over several places')));
    if (hadFocus) drawing.focus();
    return words;
  }

  /** Lets a box be drawn on a picture of a size, and tells where it is. */
  marking(drawing, [width, height], told) {
    const box = svg('rect', { class: 'drawn' });
    let from = null;
    let at = null;
    const place = ({ clientX, clientY }) => new DOMPoint(clientX, clientY).matrixTransform(drawing.getScreenCTM().inverse());
    const edges = to => [Math.min(from.x, to.x), Math.min(from.y, to.y), Math.max(from.x, to.x), Math.max(from.y, to.y)];
    const draw = next => {
      at = next;
      const [x0, y0, x1, y1] = (at ?? []).map(Math.round);
      told.textContent = at ? `Box from ${x0}, ${y0} to ${x1}, ${y1}.` : '';
      if (!at) return box.remove();
      for (const [name, value] of Object.entries(size(at))) box.setAttribute(name, value);
      drawing.append(box);
    };
    const read = () => {
      const drawn = at;
      draw(null);
      if (drawn && drawn[2] - drawn[0] > LEAST && drawn[3] - drawn[1] > LEAST) announce(this, 'table', drawn);
    };
    drawing.addEventListener('pointerdown', event => {
      draw(null);
      from = place(event);
      drawing.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    drawing.addEventListener('pointermove', event => from && draw(edges(place(event))));
    for (const end of ['pointerup', 'pointercancel']) drawing.addEventListener(end, () => {
      from = null;
      if (end === 'pointerup') read();
      else draw(null);
    });
    drawing.addEventListener('keydown', event => {
      const way = WAYS[event.key];
      if (event.key === 'Enter') read();
      if (event.key === 'Escape') draw(null);
      if (!way) return;
      event.preventDefault();
      if (!at) return draw([width / 4, height / 4, width * 3 / 4, height * 3 / 4]);
      const next = [...at];
      [width, height].forEach((most, axis) => {
        const step = way[axis] * most / STEPS;
        if (event.shiftKey) next[axis + 2] = within(at[axis + 2] + step, Math.min(most, at[axis] + 2 * LEAST), most);
        else for (const edge of [axis, axis + 2]) next[edge] += within(step, -at[axis], most - at[axis + 2]);
      });
      draw(next);
    });
  }
}

/** Lines of a table; a place without a cell is an empty one, and of two cells at one place the later stands there. */
function lines(rows, columns, cells, places) {
  const grid = Array.from({ length: rows }, () => new Array(columns).fill(-1));
  cells.forEach(({ row, column, row_span: down, column_span: across }, index) => {
    for (let y = row; y < row + down; y++) grid[y].fill(index, column, column + across);
  });
  return grid.map((line, y) => h('tr', {}, ...line.map((index, x) => {
    if (index < 0) return h('td');
    return cells[index].row === y && cells[index].column === x ? places[index] : null;
  })));
}

customElements.define('deed-table', Table);
