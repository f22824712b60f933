import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pageBody } from './page.js';
import { formatProgram, parseProgram } from './program.js';
import { Random } from './random.js';
import { resample } from './resample.js';

const PROGRAM =
  'header { btn-inactive , btn-active } ' +
  'row { double { small-title , text , btn-red } double { small-title , text , btn-green } } ' +
  'row { single { small-title , text , btn-orange } }';

const generate = (...options) =>
  execFileSync(process.execPath, [fileURLToPath(new URL('generate.js', import.meta.url)), ...options], {
    encoding: 'utf8',
  });
const targets = (lines) => lines.trim().split('\n').map((line) => JSON.parse(line).target);

test('a program is written as it was read', () => {
  assert.equal(formatProgram(parseProgram(PROGRAM)), PROGRAM);
});

test('a wrong word is named with its place', () => {
  assert.throws(() => parseProgram('header { btn-blue }'), /word 3 is 'btn-blue'/);
  assert.throws(() => parseProgram('header { btn-active }'), /word 5 is 'the end', expected 'row'/);
});

test('equal seeds give equal pages, other seeds other words', () => {
  const page = (seed) => pageBody(parseProgram(PROGRAM), new Random(seed));
  assert.equal(page(1), page(1));
  assert.notEqual(page(1), page(2));
});

test('generated programs are in the language and keep clear of excluded ones', () => {
  const folder = mkdtempSync(join(tmpdir(), 'render-markup-'));
  try {
    const first = targets(generate('--count', '50', '--seed', '3'));
    first.forEach((target) => assert.equal(formatProgram(parseProgram(target)), target));
    const excluded = join(folder, 'excluded.jsonl');
    writeFileSync(excluded, first.map((target) => JSON.stringify({ target })).join('\n'));
    const second = targets(generate('--count', '50', '--seed', '3', '--exclude', excluded));
    assert.deepEqual(second.filter((target) => first.includes(target)), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('resampling interpolates between the nearest pixels only', () => {
  const grey = [0, 10, 20, 30, 40, 50].flatMap((value) => [value, value, value, 255]);
  const { data } = resample({ width: 6, height: 1, data: Uint8Array.from(grey) }, 2, 1);
  assert.deepEqual([...data], [10, 10, 10, 255, 40, 40, 40, 255]);
  const half = resample({ width: 6, height: 1, data: Uint8Array.from(grey) }, 3, 1);
  assert.deepEqual([...half.data].filter((_, index) => index % 4 === 0), [5, 25, 45]);
});
