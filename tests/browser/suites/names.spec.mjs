// The search box: what is said of names while they are typed, and what can be picked.

import { element, expect, open, test } from '../support/checkout.mjs';
import { unique } from '../support/stack.mjs';

const said = {
  'N/A': 'Give the domain name alone, without http:// or a path.',
  'co.in': 'This is an ending, not a domain.',
  'sam@acme.com': 'Give the domain name alone: the part after the @.',
  'mail.acme.com': 'Give the root domain, such as acme.com. Names with more parts cannot be ordered here.',
  '10.0.0.1': 'Give a domain name, not an IP address.',
  'acme..com': 'Remove the extra dot.',
  '-acme.com': 'A hyphen cannot be at the start or end of a part',
  'tést.com': 'Use the letters a to z, digits and hyphens',
};

test('each entry that is not a name says why, while it is typed', async ({ page, customer }) => {
  await customer.button('Paste a list').click();
  await customer.list.fill(Object.keys(said).join('\n'));
  const rows = page.getByRole('listbox').getByRole('option');
  await expect(rows).toHaveCount(Object.keys(said).length);
  for (const [name, message] of Object.entries(said)) {
    await expect(rows.filter({ has: page.getByText(name, { exact: true }) })).toContainText(message);
  }
});

test('a web address is read for its host, and what was left out is said', async ({ page, customer }) => {
  const word = unique();
  await customer.search.fill(`https://www.${word}.com/pricing?x=1`);
  const row = page.getByRole('option');
  await expect(row).toContainText(`${word}.com`);
  await expect(row).toContainText('Left out: https:// www. /pricing?x=1');
  await expect(row).toContainText('Add');
  for (const width of [320, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await row.evaluate((node) => {
      const boxes = [...node.children].map((child) => child.getBoundingClientRect());
      return boxes.some((one, index) => boxes.slice(index + 1).some((other) => one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1));
    });
    expect(over, `nothing is printed over something else at ${width} px`).toBe(false);
  }
});

test('a long name goes on in the next line before its ending, and is copied without a break', async ({ page, customer }) => {
  await page.setViewportSize({ width: 320, height: 900 });
  const name = `${unique()}${'northern'.repeat(3)}.com`;
  await customer.search.fill(name);
  await customer.adds(name);
  for (const row of [page.getByRole('option'), page.getByRole('list', { name: /^Picked/ }).getByRole('listitem')]) {
    const shown = await row.locator('.row-name').evaluate((node) => {
      getSelection().selectAllChildren(node);
      const { length } = node.querySelector('.ending').getClientRects();
      return { length, copied: getSelection().toString(), text: node.textContent };
    });
    expect(shown).toEqual({ length: 1, copied: name, text: name });
  }
});

test('company names with legal forms and letters beyond a to z have ideas', async ({ page, customer }) => {
  const first = page.getByRole('option').first();
  for (const [company, idea] of [['Acme B.V.', 'acme.com'], ['J.P. Morgan', 'jpmorgan.com'], ['Brașov Software', 'brasovsoftware.com'], ['ACME GmbH & Co. KG', 'acme.com']]) {
    await customer.search.fill(company);
    await expect(first).toContainText(idea);
  }
  await customer.search.fill('Яндекс');
  await expect(page.getByText('No name can be made of this.')).toBeVisible();
});

test('the line of a bad name is the one on which it stands now', async ({ page, customer }) => {
  const row = page.getByRole('option');
  await customer.search.fill('-acme.com');
  await expect(row).toHaveText(/^-acme\.com\s*A hyphen/);
  await customer.button('Paste a list').click();
  await expect(row).toContainText('Line 1: A hyphen');
  await customer.list.fill('\n\n-acme.com');
  await expect(row).toContainText('Line 3: A hyphen');
});

test('an empty box finds nothing: no list to read, to tab to or to pick from', async ({ page, customer }) => {
  const word = unique();
  await customer.search.fill(word);
  await expect(page.getByRole('option').first()).toContainText('Add');
  await customer.search.fill('');
  await expect(page.getByRole('listbox')).toHaveCount(0);
  await expect(customer.search).toHaveAttribute('aria-expanded', 'false');
  await customer.search.press('ArrowDown');
  await customer.search.press('Enter');
  await expect(page.getByRole('heading', { name: /^Picked \(0 of/ })).toBeVisible();
  await customer.search.press('Tab');
  await expect(page.locator('summary')).toBeFocused();
  await customer.search.fill(`${word}s`);
  await expect(customer.option(`${word}s.com`)).toBeVisible();
});

test('a company name has the ideas in sight at once, all of them after the check, and at once when it is typed again', async ({ page, customer }) => {
  const word = unique();
  const checks = [];
  // However slow the machine is: the check is answered when the test has looked, and that of another name never.
  let answer;
  const looked = new Promise((done) => (answer = done));
  await page.route('**/v1/domains/availability', async (route) => {
    const { domains } = route.request().postDataJSON();
    checks.push(domains);
    if (!domains.includes(`${word}.com`)) return;
    await looked;
    await route.continue();
  });
  const ideas = page.getByRole('option');
  await customer.search.fill(word);
  expect(await ideas.count()).toBe(6);
  answer();
  await expect(ideas.filter({ hasText: 'Add' })).toHaveCount(24);
  expect(checks.map((names) => names.length)).toEqual([24]);
  await customer.search.fill('another');
  expect(await ideas.filter({ hasText: 'Add' }).count()).toBe(0);
  await customer.search.fill(word);
  expect(await ideas.filter({ hasText: 'Add' }).count()).toBe(24);
  expect(checks.filter((names) => names.includes(`${word}.com`))).toHaveLength(1);
});

test('ideas follow each letter, can be walked through, and cannot be picked before they are checked', async ({ page, customer }) => {
  const word = unique();
  const ideas = page.getByRole('option');
  await page.route('**/v1/domains/availability', () => {});
  await customer.search.fill(word);
  const first = await ideas.allTextContents();
  await customer.search.press('x');
  expect(await ideas.allTextContents()).toEqual(first.map((text) => text.replace(word, `${word}x`)));
  await customer.search.press('ArrowDown');
  await expect(ideas.first()).toHaveAttribute('aria-disabled', 'true');
  const marked = await ideas.first().getAttribute('id');
  await expect(customer.search).toHaveAttribute('aria-activedescendant', marked);
  await customer.search.press('Enter');
  await ideas.first().click({ force: true });
  await expect(customer.heading('Picked (0 of 4)')).toBeVisible();
  await customer.search.press('End');
  await customer.search.press('y');
  await expect(customer.search).not.toHaveAttribute('aria-activedescendant', /./);
  expect(await ideas.allTextContents()).toEqual(first.map((text) => text.replace(word, `${word}xy`)));
  await page.locator('peeker-checkout').evaluate((element) => element.setAttribute('lang', 'de'));
  await expect(page.getByRole('heading', { name: 'Vorschläge' })).toBeVisible();
});

test('a letter typed over what was found has its ideas, and nothing of what stood there', async ({ page, customer }) => {
  const ideas = page.getByRole('option');
  await customer.search.fill(unique());
  await expect(ideas.filter({ hasText: 'Add' })).toHaveCount(24);
  await customer.search.press('ArrowDown');
  await expect(customer.search).toHaveAttribute('aria-activedescendant', /./);
  await customer.search.press('ControlOrMeta+a');
  await customer.search.press('q');
  expect(await ideas.count()).toBe(6);
  await expect(ideas.first()).toHaveText(/^q\.com\s*Checking/);
  await expect(customer.search).toHaveAttribute('aria-expanded', 'true');
  await expect(customer.search).toHaveAttribute('aria-controls', await page.getByRole('listbox').getAttribute('id'));
  await expect(customer.search).not.toHaveAttribute('aria-activedescendant', /./);
  await customer.search.press('ArrowDown');
  await expect(customer.search).toHaveAttribute('aria-activedescendant', await ideas.first().getAttribute('id'));
});

test('an emptied box keeps the room below it for the next word, and offers nothing in it', async ({ page, customer }) => {
  const ideas = page.getByRole('option');
  const below = page.getByText('Use domains that you own');
  const place = () => below.evaluate((node) => node.getBoundingClientRect().top + scrollY);
  // The height is that of names that are being checked: what cannot be had is listed below them later.
  await page.route('**/v1/domains/availability', (route) => (route.request().postDataJSON().domains.includes('q.com') ? undefined : route.continue()));
  const before = await place();
  await customer.search.press('q');
  const y = await place();
  expect(y).toBeGreaterThan(before);
  await customer.search.press('Backspace');
  await expect(page.getByRole('listbox')).toHaveCount(0);
  expect(await place()).toBe(y);
  await customer.search.fill(unique());
  await expect(ideas.filter({ hasText: 'Add' })).toHaveCount(24);
  expect(await place()).toBe(y);
  for (const empty of ['', '   ']) {
    await customer.search.fill(empty);
    await expect(page.getByRole('listbox')).toHaveCount(0);
    expect(await place()).toBe(y);
    for (const words of ['Ideas', 'Checking']) await expect(page.getByText(words, { exact: true }).filter({ visible: true })).toHaveCount(0);
  }
  await expect(customer.search).toHaveAttribute('aria-expanded', 'false');
  await expect(customer.search).not.toHaveAttribute('aria-controls', /./);
  await customer.search.press('ArrowDown');
  await expect(customer.search).not.toHaveAttribute('aria-activedescendant', /./);
  await customer.search.press('Tab');
  await expect(below).toBeFocused();
  await customer.search.press('q');
  expect(await place()).toBe(y);
  await expect(page.getByRole('listbox')).toHaveAttribute('tabindex', '0');
  expect(await ideas.count()).toBe(6);
  await customer.search.fill('!?');
  await expect(page.getByText('No name can be made of this.')).toBeVisible();
  expect(await place()).toBeLessThan(y);
  await customer.search.fill('');
  await customer.button('Paste a list').click();
  expect(await place()).toBeLessThan(y);
});

test('ideas speak the language that the page took up while they were out of sight', async ({ page, customer }) => {
  const ideas = page.getByRole('option');
  await customer.search.fill(unique());
  await expect(ideas.filter({ hasText: 'Add' })).toHaveCount(24);
  await page.locator('peeker-checkout').evaluate((element) => element.setAttribute('lang', 'de'));
  await expect(ideas.filter({ hasText: 'Hinzufügen' })).toHaveCount(24);
  const box = page.getByRole('combobox');
  await box.press('ControlOrMeta+a');
  await box.press('q');
  await expect(ideas.first()).toHaveText(/^q\.com\s*Wird geprüft/);
  await expect(page.getByRole('listbox', { name: 'Vorschläge' })).toBeVisible();
});

test('what is found for another word is shown from its start', async ({ page, customer }) => {
  const ideas = page.getByRole('option');
  await customer.search.fill(unique());
  await expect(ideas.filter({ hasText: 'Add' })).toHaveCount(24);
  await page.getByRole('listbox').evaluate((list) => (list.scrollTop = 300));
  await customer.search.fill(unique());
  await expect(ideas.filter({ hasText: 'Add' })).toHaveCount(24);
  expect(await page.getByRole('listbox').evaluate((list) => list.scrollTop)).toBe(0);
});

test('what was said of the names before is not said anew of the next ones', async ({ page, customer }) => {
  await customer.search.fill(unique());
  const status = page.locator('peeker-checkout [role=status]').first();
  await expect(status).toHaveText(/names can be ordered/);
  const text = await status.textContent();
  await customer.search.press('x');
  await expect(page.getByRole('option').filter({ hasText: 'Checking' }).first()).toBeVisible();
  expect(await status.textContent()).toBe(text);
});

test('a name reads from left to right in a language that does not, whatever it begins with', async ({ page, session }) => {
  await open(page, `<div lang="ar">${element(session.token)}</div>`);
  await page.getByLabel('اسم الشركة أو النطاقات').fill('-acme.com');
  const row = page.getByRole('option');
  await expect(row).toBeVisible();
  const [hyphen, end, edges] = await row.locator('span').first().evaluate((name) => {
    const at = (from, to) => {
      const range = document.createRange();
      range.setStart(name.firstChild, from);
      range.setEnd(name.firstChild, to);
      return range.getBoundingClientRect();
    };
    const text = name.firstChild.data;
    return [at(0, 1).left, at(text.length - 1, text.length).left, name.getBoundingClientRect().right - at(0, text.length).right];
  });
  expect(hyphen).toBeLessThan(end);
  expect(Math.abs(edges), 'it stands where a line of this language begins').toBeLessThan(1);
});
