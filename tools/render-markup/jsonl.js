import { readFileSync } from 'node:fs';

/** The objects of a JSON Lines file; empty lines are skipped. */
export function readJsonLines(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      try {
        return [JSON.parse(line)];
      } catch (error) {
        throw new Error(`${file}: line ${index + 1} is not JSON: ${error.message}`);
      }
    });
}
