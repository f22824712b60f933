// Sets formulas with KaTeX or MathJax in Chromium. Reads a job of JSON from the file named first: kind, hinting, scale
// (device pixels of a CSS pixel), chromium, modules (folder of node_modules), formulas [{tex, em, display}] with em in
// device pixels. Writes page.png and boxes.json beside it: a box of device pixels for each formula, or null.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const file = process.argv[2];
const folder = dirname(file);
const job = JSON.parse(readFileSync(file, 'utf8'));
const require = createRequire(join(job.modules, 'x.js'));

function katex() {
  const engine = require('katex');
  const options = { throwOnError: true, output: 'html', strict: false };
  return ({ tex, display }) => engine.renderToString((display ? '\\displaystyle ' : '') + tex, options);
}

function mathjax() {
  const { mathjax } = require('mathjax-full/js/mathjax.js');
  const { TeX } = require('mathjax-full/js/input/tex.js');
  const { SVG } = require('mathjax-full/js/output/svg.js');
  const { liteAdaptor } = require('mathjax-full/js/adaptors/liteAdaptor.js');
  const { RegisterHTMLHandler } = require('mathjax-full/js/handlers/html.js');
  const { AllPackages } = require('mathjax-full/js/input/tex/AllPackages.js');
  const adaptor = liteAdaptor();
  RegisterHTMLHandler(adaptor);
  const fail = (_, error) => { throw error; };
  const packages = AllPackages.filter((name) => name !== 'noerrors' && name !== 'noundefined');
  const page = mathjax.document('', {
    InputJax: new TeX({ packages, formatError: fail }), OutputJax: new SVG({ fontCache: 'none' }) });
  return ({ tex, em, display }) => {
    const svg = adaptor.innerHTML(page.convert(tex, { display }));
    const [, , width, height] = svg.match(/viewBox="([^"]+)"/)[1].split(' ').map(Number);
    const pixels = (units) => `${(units / 1000) * (em / job.scale)}px`;
    return svg.replace(/width="[^"]*"/, `width="${pixels(width)}"`)
      .replace(/height="[^"]*"/, `height="${pixels(height)}"`).replace(/style="[^"]*"/, '');
  };
}

const set = job.kind === 'katex' ? katex() : mathjax();
const parts = job.formulas.map((formula, at) => {
  try {
    return `<div id=f${at} style="font-size:${formula.em / job.scale}px">${set(formula)}</div>`;
  } catch (error) {
    return '';
  }
});
const styles = pathToFileURL(join(job.modules, 'node_modules/katex/dist/katex.min.css'));
writeFileSync(join(folder, 'page.html'), `<!doctype html><meta charset=utf-8><link rel=stylesheet href="${styles}">
<style>body{margin:0;background:#fff}div{display:inline-block;padding:9px;margin:2px;vertical-align:top}
.katex{font-size:1em;white-space:nowrap}svg{display:block}</style>${parts.join('\n')}`);

const { chromium } = require('playwright-core');
const browser = await chromium.launch({
  executablePath: job.chromium, args: [`--font-render-hinting=${job.hinting}`, '--allow-file-access-from-files'] });
const page = await browser.newPage({ viewport: { width: 1100, height: 800 }, deviceScaleFactor: job.scale });
await page.goto(pathToFileURL(join(folder, 'page.html')).href);
await page.evaluate(() => document.fonts.ready);
const boxes = await page.evaluate((count) => Array.from({ length: count }, (_, at) => {
  const box = document.getElementById(`f${at}`)?.getBoundingClientRect();
  return box ? [box.left, box.top, box.right, box.bottom] : null;
}), parts.length);
await page.screenshot({ path: join(folder, 'page.png'), fullPage: true });
await browser.close();
writeFileSync(join(folder, 'boxes.json'), JSON.stringify(boxes.map((box) => box?.map((at) => at * job.scale) ?? null)));
