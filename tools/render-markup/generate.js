import { parseArgs } from 'node:util';
import { readJsonLines } from './jsonl.js';
import { BUTTON_COLOURS, COLUMNS_PER_ROW, formatProgram } from './program.js';
import { Random } from './random.js';

const KINDS = Object.keys(COLUMNS_PER_ROW);

// 70 % of the 1,117 training programs hold each kind of row once. All their row counts and orders fit this mixture: a
// random order of the three kinds with this share, otherwise one to three rows of any kinds.
const SHARE_WITH_EACH_KIND_ONCE = 0.68;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    exclude: { type: 'string', multiple: true, default: [] },
  },
});
const count = Number(values.count);
if (!Number.isSafeInteger(count) || count < 1) {
  console.error('usage: node generate.js [--count N] [--seed S] [--exclude FILE.jsonl]... > PROGRAMS.jsonl');
  process.exit(2);
}

const excluded = new Set(values.exclude.flatMap((file) => readJsonLines(file).map(({ target }) => target)));
const random = new Random(values.seed);
for (let written = 0; written < count; ) {
  const target = formatProgram(randomProgram(random));
  if (excluded.has(target)) continue;
  written++;
  console.log(JSON.stringify({ id: `made-${values.seed}-${String(written).padStart(5, '0')}`, target }));
}

function randomProgram(random) {
  const kinds =
    random.next() < SHARE_WITH_EACH_KIND_ONCE
      ? random.shuffle(KINDS)
      : Array.from({ length: 1 + random.below(3) }, () => random.pick(KINDS));
  return { header: randomHeader(random), rows: kinds.map((kind) => randomRow(kind, random)) };
}

/** Two to five buttons, one of them active. */
function randomHeader(random) {
  const buttons = 2 + random.below(4);
  const active = random.below(buttons);
  return Array.from({ length: buttons }, (_, index) => index === active);
}

function randomRow(kind, random) {
  return Array.from({ length: COLUMNS_PER_ROW[kind] }, () => ({
    kind,
    items: ['small-title', 'text', `btn-${random.pick(BUTTON_COLOURS)}`],
  }));
}
