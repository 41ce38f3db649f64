// Opens a page with the checkout and does what a customer would: looks, types, reads it in another language.

import assert from 'node:assert/strict';

const ENDPOINT = 'https://checkout.example';
const CORS = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
const SESSION = {
  id: 'ses_1',
  customer: 'client@example.com',
  plan: { name: 'Starter', required_domains: { google: 3, microsoft: 1, total: 4 } },
  limits: { availability_names: 200, personas: 10 },
  tlds: ['com', 'net'],
  order: null,
  expires_at: '2099-01-01T00:00:00Z',
};
const WAIT = { timeout: 30_000 };

/** Where the WASM module came from: its `file`, or a `copy` inside a script. Throws when something is not as it should be. */
export async function visit(browser, url) {
  const page = await browser.newPage();
  const problems = [];
  let modules = 0;
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(`${message.text()} (${message.location().url})`));
  page.on('response', (response) => {
    if (/\.wasm\b/.test(response.url()) && response.ok()) modules += 1;
  });
  await page.route(`${ENDPOINT}/**`, (route) => route.fulfill({ headers: CORS, json: answerTo(route.request()) }));
  try {
    await page.goto(url);
    const search = page.getByLabel('Company name or domains');
    await search.waitFor(WAIT);
    await search.fill('Mail Acme');
    await page.getByRole('option', { name: /^\w*acme\w*\.com / }).first().waitFor(WAIT);
    await page.waitForFunction(() => document.documentElement.dataset.verdict, undefined, WAIT);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.verdict), 'domain_is_subdomain');
    await page.evaluate(() => document.querySelector('peeker-checkout').setAttribute('lang', 'de'));
    await page.getByLabel('Firmenname oder Domains').waitFor(WAIT);
    assert.deepEqual(problems, []);
    return modules > 0 ? 'file' : 'copy';
  } catch (error) {
    throw new Error([error.message, ...problems].join('\n'));
  } finally {
    await page.close();
  }
}

function answerTo(request) {
  if (request.url().endsWith('/v1/session')) return { data: SESSION };
  const { domains = [] } = request.postDataJSON() ?? {};
  return { data: { domains: domains.map((domain) => ({ domain, available: true, usable_for: ['google', 'microsoft'], checked: true })) } };
}
