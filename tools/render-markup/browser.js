import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { PNG } from 'pngjs';

// The data set's screenshots are of 1200 x 690 CSS pixels on a screen with two device pixels to each. A CSS zoom of 2
// stands for that screen: with a device scale factor, Chromium's screenshots snap lines to whole CSS pixels instead.
const VIEWPORT = { width: 2400, height: 1380 };
const ZOOM = 'html { zoom: 2; }';

const require = createRequire(import.meta.url);

/** One headless Chromium with the page's style sheets loaded once; bodies are swapped in for each screenshot. */
export class PageCamera {
  #browser;
  #page;
  #session;

  constructor(browser, page, session) {
    this.#browser = browser;
    this.#page = page;
    this.#session = session;
  }

  static async open() {
    const browser = await chromium.launch({
      executablePath: findOnPath('chromium', 'chromium-browser', 'google-chrome'),
      env: { ...process.env, FONTCONFIG_FILE: require.resolve('./fonts.conf') },
    });
    const context = await browser.newContext({ viewport: VIEWPORT });
    const page = await context.newPage();
    const sheets = ['bootstrap/dist/css/bootstrap.css', 'bootstrap/dist/css/bootstrap-theme.css', './page.css'];
    const css = [...sheets.map((sheet) => readFileSync(require.resolve(sheet), 'utf8')), ZOOM].join('\n');
    await page.setContent(`<!doctype html><html lang="en"><head><style>${css}</style></head><body></body></html>`);
    return new PageCamera(browser, page, await context.newCDPSession(page));
  }

  /** A screenshot of the page with this body: {width, height, data}, RGBA, row-major. */
  async photograph(body) {
    await this.#page.evaluate(async (html) => {
      document.body.innerHTML = html;
      await document.fonts.ready;
    }, body);
    const shot = await this.#session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
    return PNG.sync.read(Buffer.from(shot.data, 'base64'));
  }

  async close() {
    await this.#browser.close();
  }
}

function findOnPath(...names) {
  for (const name of names) {
    for (const folder of process.env.PATH.split(delimiter)) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        continue;
      }
    }
  }
  throw new Error(`no browser: none of ${names.join(', ')} is on the PATH; install Debian's package chromium`);
}
