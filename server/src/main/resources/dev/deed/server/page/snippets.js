import { h } from './dom.js';
import { address } from './service.js';
import { copying } from './text.js';

// What a folder, a model or a user named may hold anything. In a snippet it is data: file names keep harmless
// characters alone, all else is a JSON string, in which whatever ends a quotation or a line stands as \uXXXX.

const UNSAFE = /[^\n\x20-\x26\x28-\x7e\p{L}\p{M}\p{N}]/gu;
const escaped = text => text.replace(UNSAFE, character =>
  character.split('').map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''));

/** JSON without `'`: between two of them a shell takes every other character as it stands. */
const literal = (value, indent) => escaped(JSON.stringify(value, null, indent));

/** The name of a file as a snippet writes it. */
export const harmless = name => name.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[.-]+/, '') || 'picture';

const dataUrl = mime => `data:${/^[a-z]+\/[a-z0-9.+-]+$/.test(mime) ? mime : 'application/octet-stream'};base64,`;

const service = () => address('v1/generate').replaceAll("'", '%27');

/** The request for a shell. It reads the picture from the file and a key from the environment, never from the page. */
export function curl(request, file, mime, withKey) {
  const { image, ...rest } = request;
  const options = [`curl -sS '${service()}'`];
  if (withKey) options.push('-H "Authorization: Bearer $DEED_API_KEY"');
  options.push("-H 'Content-Type: application/json'");
  const call = data => [...options, `--data-binary ${data}`].join(' \\\n  ');
  const body = literal(rest, 2);
  if (!file) return call(`'${body}'`);
  return [
    '{',
    `  printf '{"image": "${dataUrl(mime)}'`,
    `  base64 < ${harmless(file)} | tr -d '\\n'`,
    `  printf '%s' '",${body.slice(1)}'`,
    `} | ${call('@-')}`,
  ].join('\n');
}

function python3(value, indent) {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value !== 'object') return literal(value);
  const inner = `${indent}    `;
  const line = ([name, each]) => `${inner}${literal(name)}: ${python3(each, inner)},\n`;
  return `{\n${Object.entries(value).map(line).join('')}${indent}}`;
}

/** The same for Python's standard library. */
export function python(request, file, mime, withKey) {
  const { image, ...rest } = request;
  const headers = withKey
    ? '{"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["DEED_API_KEY"]}'
    : '{"Content-Type": "application/json"}';
  const modules = ['base64', 'json', 'os', 'pathlib', 'urllib.request'].filter(name =>
    (name === 'base64' || name === 'pathlib' ? file : name !== 'os' || withKey));
  const picture = file ? [
    `picture = base64.b64encode(pathlib.Path("${harmless(file)}").read_bytes()).decode()`,
    `request["image"] = "${dataUrl(mime)}" + picture`,
  ] : [];
  return [
    `import ${modules.join(', ')}`,
    '',
    `request = ${python3(rest, '')}`,
    ...picture,
    `call = urllib.request.Request('${service()}', json.dumps(request).encode(),`,
    `                              ${headers})`,
    'with urllib.request.urlopen(call) as answer:',
    '    print(json.load(answer)["text"])',
  ].join('\n');
}

/** `<deed-snippets>`: the request of the page for curl and for Python, with buttons that copy. */
class Snippets extends HTMLElement {
  show(request, file, mime, withKey) {
    const renamed = file && harmless(file) !== file
      ? h('p', { class: 'note' }, `The picture is expected as ${harmless(file)}.`) : null;
    this.replaceChildren(...[['curl', curl], ['Python', python]].map(([name, write]) => {
      const code = write(request, file, mime, withKey);
      return h('details', { 'data-snippet': name }, h('summary', {}, name), h('pre', { tabindex: 0 }, code),
        renamed?.cloneNode(true), copying(`Copy as ${name}`, code));
    }));
  }
}

customElements.define('deed-snippets', Snippets);
