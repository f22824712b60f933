import { h } from './dom.js';
import { address } from './service.js';

const IMAGE = /"image": "[^"]*"/;
const quoted = name => `'${name.replaceAll("'", "'\\''")}'`;

/** The request for a shell. It reads the picture from the file and a key from the environment, never from the page. */
export function curl(request, file, mime, withKey) {
  const lines = [`curl -sS ${address('v1/generate')} \\`];
  if (withKey) lines.push('  -H "Authorization: Bearer $DEED_API_KEY" \\');
  lines.push("  -H 'Content-Type: application/json' --data-binary @- <<END");
  const escaped = JSON.stringify(request, null, 2).replace(/[\\$`]/g, '\\$&');
  const picture = () => `"image": "data:${mime};base64,$(base64 < ${quoted(file)} | tr -d '\\n')"`;
  return [...lines, file ? escaped.replace(IMAGE, picture) : escaped, 'END'].join('\n');
}

function literal(value, indent = '') {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}    `;
  const line = ([name, each]) => `${inner}${JSON.stringify(name)}: ${literal(each, inner)},\n`;
  return `{\n${Object.entries(value).map(line).join('')}${indent}}`;
}

/** The same for Python's standard library. */
export function python(request, file, mime, withKey) {
  const body = literal(request);
  const headers = withKey
    ? '{"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["DEED_API_KEY"]}'
    : '{"Content-Type": "application/json"}';
  const modules = ['base64', 'json', 'os', 'pathlib', 'urllib.request'].filter(name =>
    (name === 'base64' || name === 'pathlib' ? file : name !== 'os' || withKey));
  return [
    `import ${modules.join(', ')}`,
    '',
    ...(file ? [`picture = base64.b64encode(pathlib.Path(${JSON.stringify(file)}).read_bytes()).decode()`] : []),
    `request = ${file ? body.replace(IMAGE, () => `"image": "data:${mime};base64," + picture`) : body}`,
    `call = urllib.request.Request(${JSON.stringify(address('v1/generate'))}, json.dumps(request).encode(),`,
    `                              ${headers})`,
    'with urllib.request.urlopen(call) as answer:',
    '    print(json.load(answer)["text"])',
  ].join('\n');
}

/** `<deed-snippets>`: the request of the page for curl and for Python, with buttons that copy. */
class Snippets extends HTMLElement {
  show(request, file, mime, withKey) {
    this.replaceChildren(...[['curl', curl], ['Python', python]].map(([name, write]) => {
      const code = write(request, file, mime, withKey);
      const said = h('span', { role: 'status', class: 'note' });
      const copy = h('button', { type: 'button', onclick: async () => {
        try {
          await navigator.clipboard.writeText(code);
          said.textContent = 'Copied.';
        } catch {
          said.textContent = 'The browser did not allow it: select the text.';
        }
      } }, `Copy as ${name}`);
      return h('details', { 'data-snippet': name }, h('summary', {}, name), h('pre', { tabindex: 0 }, code),
        h('div', { class: 'buttons' }, copy, said));
    }));
  }
}

customElements.define('deed-snippets', Snippets);
