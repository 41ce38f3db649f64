// The exported rules, in the browser and in Node: the same verdicts, and helpful errors for wrong arguments.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, open, test } from '../support/checkout.mjs';
import { pageOrigin } from '../support/stack.mjs';

/** Runs in both; everything it needs comes with its argument. */
async function verdicts(rules) {
  const { validateDomain, checkPicks, checkForwardingUrl, checkPersonas } = rules;
  const fails = (call) => {
    try {
      return call();
    } catch (error) {
      return `${error.name}: ${error.message}`;
    }
  };
  const required = { google: 1, microsoft: 1, total: 2 };
  const picks = [{ domain: 'acme.com', usable_for: ['google'] }, { domain: 'ACME.com' }];
  return {
    good: validateDomain(' Acme.COM. '),
    bad: validateDomain('mail.acme.com'),
    report: JSON.stringify(checkPicks(required, picks)),
    url: checkForwardingUrl(' https://acme.com '),
    noUrl: checkForwardingUrl('https://127.0.0.1'),
    personas: checkPersonas([{ first_name: 'Sam', last_name: '', profile_picture_url: null }]),
    wrong: [
      fails(() => validateDomain(7)),
      fails(() => checkForwardingUrl()),
      fails(() => checkPicks({ google: 1 }, [])),
      fails(() => checkPicks(required, 'acme.com')),
      fails(() => checkPicks(required, [{ domain: 7 }])),
      fails(() => checkPicks(undefined, undefined)),
      fails(() => checkPersonas([{ first_name: 'Sam' }])),
    ],
  };
}

const expected = {
  good: { ok: true, domain: 'acme.com' },
  bad: {
    ok: false,
    code: 'domain_is_subdomain',
    message: 'Give the root domain, such as acme.com. Names with more parts cannot be ordered here.',
  },
  report:
    '{"ok":false,"required":2,"submitted":2,"google":{"required":1,"filled":1},"microsoft":{"required":1,"filled":0},' +
    '"findings":[{"code":"duplicate_domain","field":"domains[1]",' +
    '"message":"acme.com is in the list twice. Remove one of them."}]}',
  url: { ok: true, url: 'https://acme.com' },
  noUrl: {
    ok: false,
    code: 'url_host_not_public',
    message: 'Give an address on the public internet, such as https://acme.com.',
  },
  personas: [{ code: 'name_empty', field: 'personas[0].last_name', message: 'Give a name.' }],
  wrong: [
    'TypeError: name must be a string',
    'TypeError: url must be a string',
    'TypeError: required must be {google, microsoft, total}, all whole numbers',
    'TypeError: picks must be a list of {domain, available?, usable_for?, reason?}',
    'TypeError: picks must be a list of {domain, available?, usable_for?, reason?}',
    'TypeError: required must be {google, microsoft, total}, all whole numbers',
    'TypeError: personas must be a list of {first_name, last_name, profile_picture_url?}',
  ],
};

for (const module of ['peeker-checkout', 'rules']) {
  test(`${module}.js in the browser`, async ({ page }) => {
    await open(page, '', { policy: "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'" });
    const found = await page.evaluate(
      async ({ module, source }) => {
        const rules = await import(`/${module}.js`);
        await rules.ready();
        return new Function(`return ${source}`)()(rules);
      },
      { module, source: String(verdicts) },
    );
    expect(found).toEqual(expected);
  });

  test(`${module}.js in Node, from bytes, without a window`, async () => {
    const found = await inNode(
      module,
      `let early;
       try { rules.validateDomain('acme.com'); } catch (error) { early = error.message; }
       if (early !== 'await ready() before validateDomain()') throw new Error(early);
       await rules.ready(readFileSync(new URL('./${module}.wasm', import.meta.url)));
       rules.define?.();
       return (${verdicts})(rules);`,
    );
    expect(found).toEqual(expected);
  });

  test(`${module}.js starts from whatever its module can be had from, and after a failure`, async ({ page }) => {
    await open(page, '');
    const found = await page.evaluate(async (name) => {
      const where = new URL(`/${name}.wasm`, location.href);
      const bytes = await (await fetch(where)).arrayBuffer();
      const inputs = {
        nothing: undefined,
        address: where.href,
        url: where,
        request: new Request(where),
        response: await fetch(where),
        promise: fetch(where),
        bytes,
        view: new Uint8Array(bytes),
        compiled: await WebAssembly.compile(bytes),
      };
      const verdicts = {};
      for (const [kind, input] of Object.entries(inputs)) {
        // Each address of a script is a module of its own.
        const rules = await import(`/${name}.js?${kind}`);
        await rules.ready(input);
        verdicts[kind] = rules.validateDomain('ACME.com').domain;
      }
      const again = await import(`/${name}.js?again`);
      const failure = await again.ready('/nowhere.wasm').catch((error) => error.message);
      await again.ready();
      return { verdicts, failure, again: again.validateDomain('ACME.com').domain };
    }, module);
    const kinds = ['nothing', 'address', 'url', 'request', 'response', 'promise', 'bytes', 'view', 'compiled'];
    expect(found.verdicts).toEqual(Object.fromEntries(kinds.map((kind) => [kind, 'acme.com'])));
    expect(found.failure).toContain('404');
    expect(found.failure).toContain('/nowhere.wasm');
    expect(found.again).toBe('acme.com');
    page.errors.splice(0);
  });
}

/** What `body` returns in Node, with the served module as `rules`. */
async function inNode(module, body) {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  for (const name of await (await fetch(`${pageOrigin}/integrity.json`)).json().then(Object.keys)) {
    if (name.includes('/')) continue;
    const response = await fetch(`${pageOrigin}/${name}`);
    writeFileSync(join(folder, name), Buffer.from(await response.arrayBuffer()));
  }
  const script = join(folder, 'run.mjs');
  writeFileSync(
    script,
    `import { readFileSync } from 'node:fs';
     import * as rules from './${module}.js';
     process.stdout.write(JSON.stringify(await (async () => { ${body} })()));`,
  );
  return JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' }));
}

/** Runs in both, too: lists and files. */
async function lists(rules) {
  const fails = async (call) => {
    try {
      return await call();
    } catch (error) {
      return `${error.name}: ${error.message}`;
    }
  };
  const [, , again, ...others] = rules.validateDomains([' ACME.com ', 'acme.com', 'acme', 'acme\x1f.com', 'acme-2', '']);
  return {
    none: rules.validateDomains([]),
    shared: again === others[1],
    codes: [again, ...others].map(({ code }) => code),
    names: rules.validateDomains([' ACME.com ', 'acme.com']),
    list: rules.readList('Domain,Price\nACME.com,12.50\nmail.acme.com\n'),
    file: await rules.readFile(new Blob(['\ufeffacme.com;x\r\nacme.com\r\nacme.net'])),
    wrong: [
      await fails(() => rules.validateDomains('acme.com')),
      await fails(() => rules.validateDomains(['acme.com', 7])),
      await fails(() => rules.readList(7)),
      await fails(() => rules.readFile('acme.com')),
      await fails(() => rules.readFile(new Blob(['PK\u0003\u0004\0']))),
      await fails(() => rules.readFile(new Blob([new Uint8Array(2 ** 23 + 1)]))),
      await fails(() => rules.solveSplit({ google: 1, microsoft: 0, total: 1 }, [{ price_cents: 7.5, usable_for: [] }])),
    ],
  };
}

const subdomain = expected.bad;
const expectedLists = {
  none: [],
  shared: true,
  codes: ['domain_without_tld', 'domain_bad_character', 'domain_without_tld', 'domain_empty'],
  names: [{ ok: true, domain: 'acme.com' }, { ok: true, domain: 'acme.com' }],
  list: {
    entries: [{ line: 2, input: 'ACME.com', ok: true, domain: 'acme.com' }, { line: 3, input: 'mail.acme.com', ...subdomain }],
    cut: 0,
  },
  file: {
    entries: [{ line: 1, input: 'acme.com', ok: true, domain: 'acme.com' }, { line: 3, input: 'acme.net', ok: true, domain: 'acme.net' }],
    cut: 0,
  },
  wrong: [
    'TypeError: names must be a list of strings',
    'TypeError: names must be a list of strings',
    'TypeError: text must be a string',
    'TypeError: file must be a File or a Blob',
    'TypeError: file must be text: save the table as CSV first',
    'RangeError: file must have at most 8 MB: split the list',
    'TypeError: candidates must be a list of {price_cents?, usable_for, keep?}: a whole number, a list of strings, true or false',
  ],
};

test('lists and files in the browser', async ({ page }) => {
  await open(page, '', { policy: "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'" });
  const found = await page.evaluate(async (source) => {
    const rules = await import('/rules.js');
    await rules.ready();
    return new Function(`return ${source}`)()(rules);
  }, String(lists));
  expect(found).toEqual(expectedLists);
});

test('lists and files in Node', async () => {
  const body = `await rules.ready(readFileSync(new URL('./rules.wasm', import.meta.url))); return (${lists})(rules);`;
  expect(await inNode('rules', body)).toEqual(expectedLists);
});

test('a table dropped on a page with a strict policy is checked, and nothing but the module is asked for', async ({ page }) => {
  await open(page, '<p id="drop">Drop your domains here</p>', { head: '' });
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const found = await page.evaluate(async () => {
    const rules = await import('/rules.js');
    await rules.ready();
    const drop = document.querySelector('#drop');
    const checked = new Promise((resolve, reject) => {
      drop.addEventListener('drop', ({ dataTransfer }) => rules.readFile(dataTransfer.files[0]).then(resolve, reject));
    });
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['Domain;Owner\r\nacme.com;Sam\r\nmail.acme.com;Sam\r\n'], 'domains.csv', { type: 'text/csv' }));
    drop.dispatchEvent(new DragEvent('drop', { dataTransfer }));
    return checked;
  });
  expect(found).toEqual({
    entries: [{ line: 2, input: 'acme.com', ok: true, domain: 'acme.com' }, { line: 3, input: 'mail.acme.com', ...subdomain }],
    cut: 0,
  });
  expect(asked).toEqual(['/rules.js', expect.stringMatching(/^\/peeker-checkout-\w+\.digested\.wasm$/)]);
});
