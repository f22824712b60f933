/** Columns of each kind that fill a row of the page. */
export const COLUMNS_PER_ROW = { single: 1, double: 2, quadruple: 4 };

export const BUTTON_COLOURS = ['green', 'orange', 'red'];

/**
 * Reads a markup program.
 *
 * @param {string} source words of the 15-word language, separated by white space
 * @returns {{header: boolean[], rows: {kind: string, items: string[]}[][]}} for each header button whether it is
 *     the active one; for each row its columns, and for each column its items in order
 */
export function parseProgram(source) {
  const words = source.trim().split(/\s+/);
  let position = 0;

  const fail = (expected) => {
    const found = words[position] ?? 'the end';
    throw new Error(`markup program: word ${position + 1} is '${found}', expected ${expected}`);
  };
  const expect = (word) => {
    if (words[position] !== word) fail(`'${word}'`);
    position++;
  };
  const oneOf = (allowed) => {
    if (!allowed.includes(words[position])) fail(`one of ${allowed.join(' ')}`);
    return words[position++];
  };
  const list = (allowed) => {
    expect('{');
    const items = [oneOf(allowed)];
    while (words[position] === ',') {
      position++;
      items.push(oneOf(allowed));
    }
    expect('}');
    return items;
  };

  expect('header');
  const header = list(['btn-active', 'btn-inactive']).map((word) => word === 'btn-active');
  const items = ['small-title', 'text', ...BUTTON_COLOURS.map((colour) => `btn-${colour}`)];
  const rows = [];
  do {
    expect('row');
    expect('{');
    const columns = [];
    do {
      const kind = oneOf(Object.keys(COLUMNS_PER_ROW));
      columns.push({ kind, items: list(items) });
    } while (words[position] !== '}');
    position++;
    rows.push(columns);
  } while (position < words.length);
  return { header, rows };
}

/** Writes a program as the data set does: single spaces, commas between the items of a list. */
export function formatProgram({ header, rows }) {
  const list = (items) => `{ ${items.join(' , ')} }`;
  const column = ({ kind, items }) => `${kind} ${list(items)}`;
  return [
    `header ${list(header.map((active) => (active ? 'btn-active' : 'btn-inactive')))}`,
    ...rows.map((columns) => `row { ${columns.map(column).join(' ')} }`),
  ].join(' ');
}
