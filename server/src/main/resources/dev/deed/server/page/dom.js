// Elements without markup in strings: what a model or a server wrote only ever becomes a text node.

/** An element with properties (`class`, `data-…`, `aria-…` and other attributes; `on…` listeners) and children. */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same in SVG. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** A bar with its name before it and its figure behind it; `share` of the longest, `kind` its colour. */
export function bar(name, kind, share, figure) {
  const filled = h('span', { class: `bar ${kind}` });
  filled.style.width = `${100 * share}%`;
  return h('div', { class: 'row', 'data-run': name }, h('span', {}, name), h('span', { class: 'stack' }, filled),
    h('span', { class: 'number' }, figure));
}

/** The small square that names a layer, in the layer's colour; null: a layer that is not known. */
export function badge(layer) {
  const element = h('span', { class: 'badge' }, String(layer ?? '?'));
  if (layer) paint(element, layer);
  return element;
}

/** Gives an element the colours of a layer. The policy of the page allows styles that a script sets. */
export function paint(element, layer) {
  element.style.setProperty('--exit', `var(--exit-${layer})`);
  element.style.setProperty('--exit-ink', `var(--exit-ink-${layer})`);
}

export const announce = (element, name, detail) =>
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));

/** Milliseconds with three digits that count. */
export const ms = value => (value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0));

export const percent = share => `${Math.round(100 * share)} %`;

/** A confidence or probability: four decimals, so that 0.9996 does not read as 1. */
export const probability = value =>
  (value === null ? '–' : value > 0.99995 && value < 1 ? '> 0.9999' : value.toFixed(4));
