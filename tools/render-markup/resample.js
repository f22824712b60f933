/**
 * Shrinks a picture to a size without keeping its aspect ratio, by bilinear interpolation between the four pixels
 * around each sampling point. There is deliberately no smoothing before it: the data set's pictures were made this
 * way, and the broken letters are part of their look.
 *
 * @param {{width: number, height: number, data: Uint8Array}} source RGBA, row-major
 * @returns {{width: number, height: number, data: Uint8Array}} RGBA, row-major
 */
export function resample(source, width, height) {
  const data = new Uint8Array(width * height * 4);
  const columns = neighbours(source.width, width);
  const rows = neighbours(source.height, height);
  let out = 0;
  for (const row of rows) {
    for (const column of columns) {
      const topLeft = (row.first * source.width + column.first) * 4;
      const topRight = (row.first * source.width + column.second) * 4;
      const bottomLeft = (row.second * source.width + column.first) * 4;
      const bottomRight = (row.second * source.width + column.second) * 4;
      for (let channel = 0; channel < 4; channel++) {
        const top = mix(source.data[topLeft + channel], source.data[topRight + channel], column.share);
        const bottom = mix(source.data[bottomLeft + channel], source.data[bottomRight + channel], column.share);
        data[out++] = Math.round(mix(top, bottom, row.share));
      }
    }
  }
  return { width, height, data };
}

/** For each target position the two source positions around its centre, and the share of the second. */
function neighbours(sourceLength, targetLength) {
  return Array.from({ length: targetLength }, (_, target) => {
    const centre = ((target + 0.5) * sourceLength) / targetLength - 0.5;
    const first = Math.max(0, Math.floor(centre));
    return { first, second: Math.min(first + 1, sourceLength - 1), share: Math.max(0, centre - first) };
  });
}

function mix(first, second, share) {
  return first + (second - first) * share;
}
