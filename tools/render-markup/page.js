const LOWER_CASE = 'abcdefghijklmnopqrstuvwxyz';

const BOOTSTRAP_BUTTONS = {
  'btn-green': 'btn-success',
  'btn-orange': 'btn-warning',
  'btn-red': 'btn-danger',
};

/**
 * The body of the page for a program. Its words are random, since the markup says nothing about them.
 *
 * @param program a program as parseProgram returns it
 * @param {import('./random.js').Random} random where titles, texts and labels come from
 * @returns {string} HTML
 */
export function pageBody(program, random) {
  const pills = program.header.map(
    (active) => `<li${active ? ' class="active"' : ''}><a href="#">${label(random)}</a></li>`,
  );
  const rows = program.rows.map(
    (columns) => `<section class="panels">${columns.map((c) => panel(c, random)).join('')}</section>`,
  );
  return `<div class="container">
<nav><ul class="nav nav-pills">${pills.join('')}</ul></nav>
${rows.join('\n')}
<footer><p>© Deed Example 2026</p></footer>
</div>`;
}

function panel({ kind, items }, random) {
  return `<div class="panel-${kind}">${items.map((item) => element(item, random)).join('')}</div>`;
}

function element(item, random) {
  switch (item) {
    case 'small-title':
      return `<h4>${capitalised(letters(5, 0, random))}</h4>`;
    case 'text':
      return `<p>${letters(56, 7, random)}</p>`;
    default:
      return `<a class="btn ${BOOTSTRAP_BUTTONS[item]}" href="#">${label(random)}</a>`;
  }
}

/** Two words of ten characters in all, each with a capital: the label of a button. */
function label(random) {
  return letters(10, 1, random).split(' ').map(capitalised).join(' ');
}

/** Lower-case letters, and up to so many spaces in place of some: a place may be drawn twice, but never an end. */
function letters(length, spaces, random) {
  const characters = Array.from({ length }, () => random.pick(LOWER_CASE));
  for (let space = 0; space < spaces; space++) {
    characters[1 + random.below(length - 2)] = ' ';
  }
  return characters.join('');
}

function capitalised(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
