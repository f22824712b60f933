import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { PageCamera } from './browser.js';
import { readJsonLines } from './jsonl.js';
import { pageBody } from './page.js';
import { parseProgram } from './program.js';
import { Random } from './random.js';
import { resample } from './resample.js';

const PICTURE_SIZE = 256;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' } },
});
if (positionals.length !== 2) {
  console.error('usage: node render.js PROGRAMS.jsonl OUTDIR [--seed N]');
  process.exit(2);
}
const [programsFile, folder] = positionals;

const programs = readJsonLines(programsFile).map(({ id, target }) => {
  if (!/^[\w-]+$/.test(id)) throw new Error(`${programsFile}: id '${id}' is not usable as a file name`);
  return { id, target, program: parseProgram(target) };
});

mkdirSync(folder, { recursive: true });
const camera = await PageCamera.open();
try {
  for (const { id, program } of programs) {
    const body = pageBody(program, new Random(`${values.seed}/${id}`));
    const picture = resample(await camera.photograph(body), PICTURE_SIZE, PICTURE_SIZE);
    const png = new PNG({ width: PICTURE_SIZE, height: PICTURE_SIZE });
    png.data.set(picture.data);
    writeFileSync(join(folder, `${id}.png`), PNG.sync.write(png, { colorType: 2, deflateLevel: 9 }));
  }
} finally {
  await camera.close();
}

const lines = programs.map(({ id, target }) => JSON.stringify({ id, image: `${id}.png`, target }));
writeFileSync(join(folder, basename(programsFile)), `${lines.join('\n')}\n`);
console.error(`${programs.length} pictures in ${folder}`);
