// How two policies' times compare: runs by turns, bounded in number and seconds, and what they tell.

const WARM_UP = { pairs: 10, seconds: 2 };
const MEASURED = { pairs: 30, seconds: 8 };
/** Fewer pairs than these tell nothing: all of them lie on one side by chance in more than 5 % of cases. */
export const LEAST = 5;
/** Whatever the runs take, measuring ends then. */
export const MOST_SECONDS = 60;
const TAIL = 0.05;

/**
 * Runs both sides by turns, first to warm up, then for the record.
 *
 * @param side takes `exits` or `full` and a signal; decodes once, and gives the milliseconds that the decoder took
 * @param signal ends it
 * @param onProgress takes the share of what is done and a word about it
 * @returns pairs `{exits, full}` of milliseconds; few or none where runs are long
 */
export async function measure(side, signal, onProgress) {
  const late = AbortSignal.timeout(1000 * MOST_SECONDS);
  const both = AbortSignal.any([signal, late]);
  const pairs = [];
  try {
    await repeat(WARM_UP, 1, async turn => void await pair(side, turn, both), share => onProgress(share, 'Warming up'));
    await repeat(MEASURED, LEAST, async turn => pairs.push(await pair(side, turn, both)),
      share => onProgress(share, 'Measuring'));
  } catch (failure) {
    if (signal.aborted || !late.aborted) throw failure;
  }
  return pairs;
}

async function repeat({ pairs, seconds }, least, work, onProgress) {
  const begin = performance.now();
  for (let turn = 0; turn < pairs; turn++) {
    const spent = (performance.now() - begin) / 1000;
    if (turn >= least && spent > seconds) return;
    onProgress(Math.max(turn / pairs, Math.min(spent / seconds, turn / least, 1)));
    await work(turn);
  }
}

/** The side that comes first changes: it would gain or lose by what the run before it left behind. */
async function pair(side, turn, signal) {
  const times = {};
  for (const name of turn % 2 ? ['full', 'exits'] : ['exits', 'full']) times[name] = await side(name, signal);
  return times;
}

/**
 * What pairs tell: the median of their ratios with a 90 % interval. Its ends are order statistics (sign test), so it
 * holds for noise of any shape.
 *
 * @returns `{exits, full, ratio, low, high}`: medians in milliseconds; or null where there are too few pairs
 */
export function judge(pairs) {
  const ratios = ascending(pairs.map(each => each.exits / each.full));
  const count = ratios.length;
  let probability = 2 ** -count;
  let below = probability;
  let cut = 0;
  while (below <= TAIL) {
    cut++;
    probability *= (count - cut + 1) / cut;
    below += probability;
  }
  if (!cut) return null;
  return { exits: median(pairs.map(each => each.exits)), full: median(pairs.map(each => each.full)),
    ratio: median(ratios), low: ratios[cut - 1], high: ratios[count - cut] };
}

const ascending = values => [...values].sort((a, b) => a - b);

function median(values) {
  const sorted = ascending(values);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}
