// Writes the tables of attributes, properties, events, parts and custom properties into README.md, between its markers.
//
//   node build/describe.mjs            npm run describe

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { manifestOf } from './manifest.mjs';

const widget = join(dirname(fileURLToPath(import.meta.url)), '..');

const code = (text) => `\`${text}\``;
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (heads, rows) => [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n').replaceAll('| --- ', '|---').replaceAll('---|', '---|');

/** The tables by the name of their marker. */
function tablesOf({ attributes, members, events, cssParts, cssProperties }) {
  const fields = members.filter(({ kind }) => kind === 'field');
  return {
    attributes: table(['attribute', 'meaning'], attributes.map(({ name, description }) => [code(name), description])),
    properties: table(['property', 'type', 'meaning'], fields.map(({ name, type, attribute, description }) => [
      code(name), code(type.text), attribute ? `reflects ${code(attribute)}` : description,
    ])),
    events: table(['event', '`detail`', 'when'], events.map(({ name, fields: names, description }) => [code(name), code(`{${names.join(', ')}}`), description])),
    parts: table(['part', 'what'], cssParts.map(({ name, description }) => [code(name), description])),
    'custom properties': table(['custom property', 'what', 'light', 'dark'], cssProperties.map(({ name, description, default: light, dark }) => [
      code(name), description, code(light), dark ? code(dark) : '',
    ])),
  };
}

/** `readme` with the tables of the sources. */
export function withTables(readme) {
  const [{ declarations: [element] }] = manifestOf(join(widget, 'ui')).modules;
  return Object.entries(tablesOf(element)).reduce((text, [name, rows]) => {
    const marked = new RegExp(`(<!-- ${name}: npm run describe -->\n)[^]*?(\n<!-- end of ${name} -->)`);
    if (!marked.test(text)) throw new Error(`README.md has no marker for ${name}`);
    return text.replace(marked, (_, start, end) => start + rows + end);
  }, readme);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(widget, 'README.md');
  writeFileSync(file, withTables(readFileSync(file, 'utf8')));
}
