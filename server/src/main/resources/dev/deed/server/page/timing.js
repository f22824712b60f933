import { announce, bar, h, ms, percent } from './dom.js';
import { LEAST, MOST_SECONDS, judge } from './measure.js';

const NOTHING_YET = 'One run each says little. Measuring decodes both ways by turns, for about ten seconds.';

/**
 * `<deed-timing>`: what exits save of the decoder's time, measured when the user asks. Fires `measure`, and `cancel`
 * while it measures.
 */
class Timing extends HTMLElement {
  connectedCallback() {
    this.words = h('p', { class: 'words' });
    this.rows = h('div');
    this.note = h('p', { class: 'note' });
    this.progress = h('progress', { max: 1, 'aria-label': 'Measuring' });
    this.button = h('button', { type: 'button', onclick: () => announce(this, this.measuring ? 'cancel' : 'measure') });
    this.append(h('h3', {}, 'Decode time'), this.words, this.rows, this.note,
      h('div', { class: 'buttons' }, this.button, this.progress));
    this.clear();
  }

  /** Nothing was measured of the answer shown. */
  clear() {
    this.say('', NOTHING_YET);
    this.idle('Measure');
  }

  begin() {
    this.say('');
    this.measuring = true;
    this.progress.hidden = false;
    this.button.textContent = 'Cancel';
    this.advance(0, 'Warming up');
  }

  advance(share, word) {
    this.progress.value = share;
    this.words.textContent = `${word} …`;
  }

  /** Shows pairs `{exits, full}` of milliseconds. @returns what they say in a sentence */
  show(pairs) {
    const found = judge(pairs);
    const sentence = found ? verdict(found)
      : `Too slow to measure: ${pairs.length} pairs of runs in ${MOST_SECONDS} s; it takes ${LEAST}.`;
    this.say(sentence, found ? `Medians of ${pairs.length} pairs of runs by turns, after a warm-up, with the 90 % interval. `
      + 'The decoder alone: reading and encoding the input takes the same with exits and without.' : '');
    if (found) {
      const longest = Math.max(found.exits, found.full);
      const row = (name, time) => bar(name, 'decode', time / longest, `${ms(time)} ms`);
      this.rows.append(row('with exits', found.exits), row('full depth', found.full));
    }
    this.idle('Measure again');
    return sentence;
  }

  say(words, note = '') {
    this.words.textContent = words;
    this.note.textContent = note;
    this.rows.replaceChildren();
  }

  idle(button) {
    this.measuring = false;
    this.progress.hidden = true;
    this.button.textContent = button;
  }
}

/** In words; without a difference where the interval holds none. */
function verdict({ ratio, low, high }) {
  if (low <= 1 && high >= 1) {
    return `No measurable difference (between ${percent(1 - low)} less and ${percent(high - 1)} more time).`;
  }
  const [word, from, to] = high < 1 ? ['less', 1 - high, 1 - low] : ['more', low - 1, high - 1];
  return `Decoding takes ${percent(Math.abs(1 - ratio))} ${word} time (${percent(from)} to ${percent(to)}).`;
}

customElements.define('deed-timing', Timing);
