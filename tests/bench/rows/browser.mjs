// In Chromium: 10,000 pasted names validated by the rules module and by tldts + validator, and what one keystroke costs.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { unique } from '../lib/stack.mjs';
import { percentile, show, summary } from '../lib/stats.mjs';

const NAMES = 10_000;
/** A laptop of today, slowed to a phone of some years ago. */
const THROTTLE = 4;
/** Letters of a word: the length of a company's name. */
const LETTERS = 9;
/** Selector of the element's search box. */
const LABEL = 'Company name or domains';
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html; charset=utf-8' };

/** Names as people paste them: most are valid, some are subdomains, addresses, or neither. */
function pasted() {
  const endings = ['com', 'net', 'org', 'co', 'io', 'co.uk', 'de', 'dev'];
  return Array.from({ length: NAMES }, (_, index) => {
    const name = `acme-${index}.${endings[index % endings.length]}`;
    const forms = [name, name, name, name.toUpperCase(), `www.${name}`, `mail.${name}`, `https://${name}/`, ` ${name} `,
      `-acme-${index}.com`, `acme${index}`, '192.168.0.1', `acme ${index}.com`];
    return forms[index % forms.length];
  });
}

export function serve(folders) {
  const server = http.createServer((request, response) => {
    const [, folder, file] = request.url.split('/');
    try {
      const bytes = file ? readFileSync(join(folders[folder], file)) : Buffer.from('<!doctype html><title>bench</title>');
      response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': TYPES[/\.\w+$/.exec(file ?? '.html')?.[0]] ?? 'text/html' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Each side creates a result object for every name, and both must accept the same names. */
export async function judging(page, quick) {
  return page.evaluate(
    async ({ names, rounds }) => {
      const ours = await import('/ours/rules.js');
      await ours.ready();
      const peer = await import('/peer/validate.js');
      const sides =  { ours: () => ours.validateDomains(names), peer: () => names.map(peer.validate) };
      const taken = { ours: [], peer: [] };
      const fine = {};
      // The first two rounds warm up the JIT compiler, and are not counted.
      for (let round = -2; round < rounds; round += 1) {
        for (const side of round % 2 ? ['peer', 'ours'] : ['ours', 'peer']) {
          const since = performance.now();
          const results = sides[side]();
          if (round >= 0) taken[side].push(performance.now() - since);
          fine[side] = results.map(({ ok, domain }) => (ok ? domain : ''));
        }
      }
      const other = names.findIndex((_, index) => fine.ours[index] !== fine.peer[index]);
      if (other >= 0) throw new Error(`not the same job: ${names[other]} is ${fine.ours[other]} and ${fine.peer[other]}`);
      return { taken, fine: fine.ours.filter(Boolean).length };
    },
    { names: pasted(), rounds: quick ? 5 : 15 },
  );
}

/** A page with one search box, and what its letters cost: main-thread work in milliseconds, script, style and layout. */
async function typist(browser, stack, { fill, settled }, peer) {
  // The demo's policy allows no scripts of others, such as the peer's.
  const page = await browser.newPage({ bypassCSP: true });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  await page.goto(stack.demo.url);
  const { token } = stack.session();
  await page.evaluate(fill, { endpoint: stack.demo.api, token, peer });
  const field = page.getByLabel(LABEL);
  await field.click();
  // A slowed page keeps a core busy even while nothing happens in it: only the one typed into is slowed.
  const slow = (rate) => cdp.send('Emulation.setCPUThrottlingRate', { rate });
  const work = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    const of = Object.fromEntries(metrics.map(({ name, value }) => [name, value * 1_000]));
    return of.ScriptDuration + of.RecalcStyleDuration + of.LayoutDuration;
  };
  const painted = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  // Measuring has a cost, too: that of a period without keystrokes.
  const looks = [];
  await slow(THROTTLE);
  for (let look = 0; look < 20; look += 1) {
    const before = await work();
    await painted();
    looks.push((await work()) - before);
  }
  await slow(1);
  const looking = percentile(looks, 0.5);
  const samples = [];
  const type = async () => {
    await page.bringToFront();
    await settled(page);
    await slow(THROTTLE);
    await field.fill('');
    await painted();
    for (const letter of unique().slice(0, LETTERS)) {
      const before = await work();
      await page.keyboard.press(letter);
      await painted();
      samples.push((await work()) - before - looking);
    }
    await slow(1);
  };
  return { type, samples };
}

/**
 * The element, and beside it the same step in Preact with tldts. A word is typed once the names of the word before have
 * been checked, as people do.
 */
const BOXES = {
  ours: {
    fill: ({ endpoint, token }) => {
      const element = document.createElement('peeker-checkout');
      element.setAttribute('endpoint', endpoint);
      element.setAttribute('session', token);
      document.body.replaceChildren(element);
    },
    settled: async (page) => {
      if (await page.getByLabel(LABEL).inputValue()) await page.getByRole('option', { name: /Add$/ }).first().waitFor();
    },
  },
  peer: {
    // The picker's file comes from another origin, which a module may: the server of the bench allows it.
    fill: async ({ endpoint, token, peer }) => {
      await import(`${peer}/picker.js`);
      const element = document.createElement('preact-checkout');
      element.setAttribute('endpoint', endpoint);
      element.setAttribute('session', token);
      document.body.replaceChildren(element);
    },
    settled: async (page) => {
      if (await page.getByLabel(LABEL).inputValue()) await page.getByRole('checkbox').first().waitFor();
    },
  },
};

async function typing(browser, stack, quick, peer) {
  const typists = {};
  for (const side in BOXES) typists[side] = await typist(browser, stack, BOXES[side], peer);
  for (let word = 0; word < (quick ? 6 : 60); word += 1) {
    for (const side of word % 2 ? ['peer', 'ours'] : ['ours', 'peer']) await typists[side].type();
  }
  const of = ({ samples }) => {
    // The first letter of a word takes the place of what was found for the word before.
    const later = samples.filter((_, place) => place % LETTERS > 0);
    return { samples: samples.length, p50: percentile(samples, 0.5), p99: percentile(samples, 0.99), later: percentile(later, 0.99) };
  };
  return { ours: of(typists.ours), peer: of(typists.peer) };
}

export async function browserRows({ stack, quick, dist, peers, playwright, chromium }) {
  const { chromium: browserType } = createRequire(join(playwright, 'package.json'))('@playwright/test');
  const server = await serve({ ours: dist, peer: peers });
  const isRoot = process.getuid?.() === 0;
  const args = ['--disable-gpu', '--disable-features=LocalNetworkAccessChecks', ...(isRoot ? ['--no-sandbox'] : [])];
  const browser = await browserType.launch({ executablePath: chromium || undefined, args });
  try {
    const address = `http://127.0.0.1:${server.address().port}`;
    const page = await browser.newPage();
    await page.goto(`${address}/`);
    const { taken, fine } = await judging(page, quick);
    const [ours, peer] = [summary(taken.ours), summary(taken.peer)];
    const times = peer.median / ours.median;
    const letter = await typing(browser, stack, quick, `${address}/peer`);
    const both = ({ p50, p99, later }) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; without the first letter of each word ${later.toFixed(1)} ms`;
    return [
      {
        what: '10,000 pasted names validated in Chromium',
        ours: `${show(ours, 'ms')}, ${fine} fine`,
        peer: `tldts + validator ${show(peer, 'ms')}, the same ${fine}`,
        goal: '≥ 3× faster',
        figure: `${times.toFixed(1)}×`,
        met: times >= 3,
        data: { ours, peer, fine, ratio: times },
      },
      {
        what: `keystroke → painted, ${THROTTLE}× throttled: script, style, layout`,
        ours: both(letter.ours),
        peer: `Preact + tldts: ${both(letter.peer)}`,
        goal: 'p99 not slower',
        figure: `${(letter.peer.p99 / letter.ours.p99).toFixed(1)}×`,
        met: letter.ours.p99 <= letter.peer.p99,
        data: letter,
      },
    ];
  } finally {
    await browser.close();
    server.close();
  }
}
