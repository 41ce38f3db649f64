// Serves a folder: each file under its name, or, as Rails' Propshaft does, under its name with a digest alone.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css', '.json': 'application/json' };

/** Names that have a digest already stay as they are. */
const DIGESTED = /-[0-9a-zA-Z]{7,128}\.digested\./;

/** Gives the server, once it listens. Files are read now: what is built later is not there. */
export function serveFolder(folder, { page = 'index.html', hasDigests = false }) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll('\\', '/'))
    .filter((name) => !/(^|\/)node_modules\//.test(name));
  const served = new Map(names.map((name) => [hasDigests ? digestedName(folder, name) : name, name]));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://host');
    const name = pathname === '/' ? page : served.get(pathname.slice(1));
    if (!name) return response.writeHead(404).end();
    const bytes = readFileSync(join(folder, name));
    const body = hasDigests && pathname === '/' ? withDigests(bytes.toString(), served) : bytes;
    return response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(body);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function digestedName(folder, name) {
  if (DIGESTED.test(name)) return name;
  const digest = createHash('sha1').update(readFileSync(join(folder, name))).digest('hex').slice(0, 8);
  return name.replace(/(\.\w+)$/, `-${digest}$1`);
}

/** The page as its template would write it: with the names under which the files are served. */
function withDigests(page, served) {
  return [...served].reduce((text, [digested, name]) => text.replaceAll(`"./${name}"`, `"./${digested}"`), page);
}
