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
    message: 'Give the root domain, such as acme.com, not a name below it.',
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

test('in the browser', async ({ page }) => {
  await open(page, '', { policy: "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'" });
  const found = await page.evaluate(async (source) => {
    const rules = await import('/peeker-checkout.js');
    await rules.ready();
    return new Function(`return ${source}`)()(rules);
  }, String(verdicts));
  expect(found).toEqual(expected);
});

test('in Node, from bytes, without a window', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  for (const name of ['peeker-checkout.js', 'peeker-checkout.wasm']) {
    const response = await fetch(`${pageOrigin}/${name}`);
    const file = name.replace(/\.js$/, '.mjs');
    writeFileSync(join(folder, file), Buffer.from(await response.arrayBuffer()));
  }
  const script = join(folder, 'run.mjs');
  writeFileSync(
    script,
    `import { readFileSync } from 'node:fs';
     import * as rules from './peeker-checkout.mjs';
     let early;
     try { rules.validateDomain('acme.com'); } catch (error) { early = error.message; }
     if (early !== 'await ready() before validateDomain()') throw new Error(early);
     await rules.ready(readFileSync(new URL('./peeker-checkout.wasm', import.meta.url)));
     rules.define();
     process.stdout.write(JSON.stringify(await (${verdicts})(rules)));`,
  );
  expect(JSON.parse(execFileSync(process.execPath, [script], { encoding: 'utf8' }))).toEqual(expected);
});
