// The element on pages with habits of their own: shortcuts, password managers, translators, colour schemes, broken storage
// and broken handlers; and what it tells a page of the customer's way.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { ENDPOINT, POLICY, answerWith, canned, order, usual } from '../support/canned.mjs';

const routes = (more) => usual({
  'POST /v1/orders': () => ({ status: 201, json: { data: { id: 'ord_1', status: 'in_progress' } } }),
  ...more,
});

async function opens(page, more = {}, { attributes = '', head, policy = POLICY, body = canned(attributes) } = {}) {
  const calls = await answerWith(page, routes(more));
  await open(page, body, { policy, ...(head === undefined ? {} : { head: head + '<script type="module" src="/peeker-checkout.js"></script>' }) });
  return { customer: new Customer(page), calls };
}

async function toPeople(page, more, options) {
  const { customer, calls } = await opens(page, more, options);
  await customer.picksFrom('Nordic');
  await customer.goesToPeople();
  return { customer, calls };
}

test('keys that are typed into a field are no shortcuts of the page, and those with a modifier are', async ({ page }) => {
  const { customer } = await toPeople(page);
  await page.evaluate(() => {
    window.keys = [];
    addEventListener('keydown', (event) => {
      window.keys.push(event.key);
      if (event.key === 's' && !event.ctrlKey) event.preventDefault();
    });
  });
  await page.getByLabel('First name').pressSequentially('Jess');
  await expect(page.getByLabel('First name')).toHaveValue('Jess');
  expect(await page.evaluate(() => window.keys)).toEqual([]);
  await page.getByLabel('First name').press('Control+k');
  expect(await page.evaluate(() => window.keys)).toEqual(['Control', 'k']);
  await customer.heading('Who is sending?').press('s');
  expect(await page.evaluate(() => window.keys), 'outside of a field a key is the page\'s').toEqual(['Control', 'k', 's']);
});

test('what a password manager writes stays, though it dispatches nothing but a change', async ({ page }) => {
  await toPeople(page);
  const field = page.getByLabel('First name');
  await field.evaluate((node) => {
    node.value = 'Sam';
    node.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await page.getByLabel('Last name').fill('Lee');
  await expect(field).toHaveValue('Sam');
  await expect(page.getByText('Sends as, for example,')).toContainText('sam.lee@');
});

for (const [system, page_, attribute, dark] of [
  ['dark', 'light', '', false],
  ['light', 'dark', '', true],
  ['dark', 'light dark', '', true],
  ['light', 'light dark', '', false],
  ['dark', '', '', true],
  ['light', 'light', 'color-scheme="dark"', true],
  ['dark', '', 'color-scheme="light"', false],
]) {
  test(`a ${system} system with a page "${page_}" and ${attribute || 'no attribute'} is ${dark ? 'dark' : 'light'}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: system });
    const head = page_ ? `<style>:root { color-scheme: ${page_}; }</style>` : '';
    const { customer } = await opens(page, {}, { attributes: attribute, head, policy: POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'") });
    await expect(customer.search).toBeVisible();
    await expect(page.locator('peeker-checkout .card')).toHaveCSS('background-color', dark ? 'rgb(20, 23, 29)' : 'rgb(255, 255, 255)');
  });
}

test('the colours follow a page that changes its scheme', async ({ page }) => {
  const { customer } = await opens(page, {}, { head: '<meta name="color-scheme" content="light">' });
  await expect(customer.search).toBeVisible();
  const card = page.locator('peeker-checkout .card');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(card).toHaveCSS('background-color', 'rgb(255, 255, 255)');
  await page.evaluate(() => (document.documentElement.style.colorScheme = 'dark'));
  await expect(card).toHaveCSS('background-color', 'rgb(20, 23, 29)');
});

test('what a translator has replaced is not shown beside what comes next', async ({ page }) => {
  const { customer } = await opens(page);
  await customer.picksFrom('Nordic');
  await page.locator('peeker-checkout').evaluate(({ shadowRoot }) => {
    const walker = document.createTreeWalker(shadowRoot.querySelector('.root'), NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const font = document.createElement('font');
      font.append(`«${text.data}»`);
      text.replaceWith(font);
    }
  });
  await page.getByRole('button', { name: /^«?Remove / }).first().click();
  await expect(customer.heading(/^Picked/)).toHaveText('Picked (3 of 4)');
  const text = await page.locator('peeker-checkout').evaluate(({ shadowRoot }) => shadowRoot.textContent);
  expect(text).not.toContain('«');
});

for (const stored of ['{"picks":[null]}', '{"picks":[{"name":7}]}', '{"picks":{}}', '[]', 'null', '7', '{', '{"picks":[],"jobs":[7],"step":"nowhere","forwarding":{}}']) {
  test(`a stored draft ${stored} is ignored`, async ({ page }) => {
    await page.addInitScript((value) => {
      const read = Storage.prototype.getItem;
      Storage.prototype.getItem = function (key) {
        return key.startsWith('peeker-checkout|') ? value : read.call(this, key);
      };
    }, stored);
    const { customer } = await opens(page);
    await customer.picksFrom('Nordic');
  });
}

test('a browser that forbids its store is ordered in', async ({ page }) => {
  await page.addInitScript(() => {
    for (const name of ['getItem', 'setItem', 'removeItem']) {
      Storage.prototype[name] = () => {
        throw new DOMException('Forbidden.', 'SecurityError');
      };
    }
  });
  const { customer } = await opens(page);
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
});

test('handlers of the page that throw stop nothing', async ({ page }) => {
  await page.addInitScript(() => {
    for (const kind of ['change', 'step', 'before-order', 'ordered', 'status', 'error']) {
      document.addEventListener(`peeker-${kind}`, () => {
        throw new Error('of the page');
      });
    }
  });
  const { customer } = await opens(page);
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  expect(new Set(page.errors)).toEqual(new Set(['of the page']));
  page.errors.splice(0);
});

for (const [what, answer] of [
  ['a page of HTML', { status: 200, contentType: 'text/html', body: '<!doctype html><title>Hello</title>' }],
  ['a page of HTML with an error', { status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }],
  ['half of an answer', { status: 200, contentType: 'application/json', body: '{"data":{"id":"ses_1","pl' }],
]) {
  test(`an endpoint that answers with ${what} is said in words, and can be tried again`, async ({ page }) => {
    await page.route(`${ENDPOINT}/**`, (route) => route.fulfill({ ...answer, headers: { 'access-control-allow-origin': '*' } }));
    await open(page, canned(), { policy: POLICY });
    const customer = new Customer(page);
    await expect(customer.heading('The checkout could not be opened')).toBeVisible();
    await expect(page.getByRole('alert')).not.toBeEmpty();
    await page.unrouteAll();
    await answerWith(page, routes());
    await customer.button('Try again').click();
    await expect(customer.search).toBeVisible();
  });
}

test('the page hears how far a customer has come, step by step, and nothing of a person', async ({ page }) => {
  await page.addInitScript(() => {
    window.steps = [];
    document.addEventListener('peeker-step', ({ detail }) => window.steps.push(detail));
  });
  const { customer } = await opens(page);
  await customer.comesToReview('Nordic');
  await expect(customer.button('Place order')).toBeEnabled();
  await customer.button('Back').click();
  await customer.goesToReview();
  await expect(customer.button('Place order')).toBeEnabled();
  await customer.places();
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  const steps = await page.evaluate(() => window.steps);
  expect(steps.map(({ step }) => step)).toEqual(['shown', 'searched', 'picked', 'quoted', 'ordered']);
  for (const step of steps) {
    expect(Object.keys(step)).toEqual(['step', 'milliseconds']);
    expect(step.milliseconds).toBeGreaterThanOrEqual(0);
  }
});

const PEOPLE = [
  ['lines with commas', 'Sam,Lee\nZoë,O\'Brien,https://acme.com/zoe.png\n', ['Sam Lee', "Zoë O'Brien"]],
  ['a table with a heading', 'E-mail;Last name;First name\nsam@x.com;Lee;Sam\njane@x.com;Doe;Jane\n', ['Sam Lee', 'Jane Doe']],
  ['full names', 'Name\nSam Lee\nMary Jane Watson\n', ['Sam Lee', 'Mary Jane Watson']],
  ['quoted cells', '"Lee, Jr.","O\'Neil"\r\n"Sam ""Sammy""",Lee', ["Lee, Jr. O'Neil", 'Sam "Sammy" Lee']],
];

for (const [what, text, names] of PEOPLE) {
  test(`people are taken from ${what}`, async ({ page }) => {
    const { customer } = await toPeople(page);
    await customer.button('Paste a list of people').click();
    await expect(page.getByLabel('List of people')).toBeFocused();
    await page.getByLabel('List of people').fill(text);
    await customer.button('Add these people').click();
    await expect(page.getByLabel('First name').first()).toBeFocused();
    const shown = await page.getByRole('group', { name: /^Person/ }).evaluateAll((all) => all.map((group) => [...group.querySelectorAll('input[type=text]')].map(({ value }) => value).join(' ')));
    expect(shown).toEqual(names);
  });
}

test('more people than an order takes are said, and a file that is not text is refused', async ({ page }) => {
  const { customer } = await toPeople(page);
  await customer.button('Paste a list of people').click();
  const box = page.getByLabel('List of people');
  await box.fill(Array.from({ length: 13 }, (_, index) => `Sam${'abcdefghijklm'[index]},Lee`).join('\n'));
  await customer.button('Add these people').click();
  await expect(page.getByText('One order has at most 10 people: 3 people were left out, and are still in this box.')).toBeVisible();
  await expect(page.getByRole('group', { name: /^Person/ })).toHaveCount(10);
  await box.evaluate((node) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['PK\u0003\u0004\0\0'], 'people.xlsx'));
    node.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  });
  await expect(page.getByText('This file is not text. Save the table as CSV first.')).toBeVisible();
});

test('a spreadsheet that is dropped on the search box is refused, and a table is read', async ({ page }) => {
  const { customer } = await opens(page);
  const drop = (parts, name) =>
    page.locator('[data-field=query]').evaluate(
      (node, [bytes, fileName]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(bytes)], fileName));
        node.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      [[...parts], name],
    );
  await customer.search.waitFor();
  await drop(Buffer.from('PK\u0003\u0004\0\0'), 'names.xlsx');
  await expect(page.getByRole('alert')).toHaveText('This file is not text. Save the table as CSV first.');
  await drop(Buffer.from('\ufeffdomain;owner\r\nnordic-one.com;Sam\r\nnordic-two.com;Sam\r\n', 'utf16le'), 'names.csv');
  await expect(page.getByRole('option')).toHaveCount(2);
  await expect(customer.option('nordic-one.com')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await drop(Buffer.from(''), 'empty.csv');
  await expect(page.getByRole('alert')).toHaveText('No names were found in this file.');
  await expect(page.getByRole('option')).toHaveCount(2);
  await customer.list.fill('nordic-three.com');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a refused file is said also where a text was typed before, until another one is', async ({ page }) => {
  const { customer } = await opens(page);
  await customer.search.fill('nordic-one.com');
  await customer.search.evaluate((node) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['PK\u0003\u0004\0\0'], 'names.xlsx'));
    node.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  });
  // The message takes the focus, and the field reports its text once more.
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page.getByRole('alert')).toHaveText('This file is not text. Save the table as CSV first.');
  await customer.search.fill('nordic-two.com');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('messages that are no words leave those of the element', async ({ page }) => {
  const { customer } = await opens(page);
  await expect(customer.search).toBeVisible();
  for (const word of [null, undefined, 7, {}, [], { one: 'Name' }, { other: 7 }]) {
    await page.locator('peeker-checkout').evaluate((host, given) => (host.messages = { search_label: given, choose_domains: given, add: 'Take' }), word);
    await expect(customer.heading('Choose 4 domains'), String(word)).toBeVisible();
    await expect(customer.search, String(word)).toBeVisible();
  }
  await page.locator('peeker-checkout').evaluate((host) => (host.messages = { choose_domains: { other: 'Take {count}' } }));
  await expect(customer.heading('Take 4')).toBeVisible();
});

test('what is sent is what was shown, whatever a handler makes of its copy', async ({ page }) => {
  await page.addInitScript(() => {
    document.addEventListener('peeker-before-order', ({ detail }) => {
      detail.domains.length = 1;
      detail.personas[0].first_name = 'Mallory';
    });
  });
  let sent;
  const { customer } = await opens(page, {
    'POST /v1/orders': (body) => {
      sent = body;
      return { status: 201, json: { data: { id: 'ord_1', status: 'in_progress' } } };
    },
  });
  await customer.comesToReview('Nordic');
  await customer.places();
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  expect(sent.domains).toHaveLength(4);
  expect(sent.personas[0].first_name).toBe('Sam');
});

test('attributes are read under the names that a server gives to properties', async ({ page }) => {
  const { customer } = await opens(page, {}, { attributes: 'noDraft="" orderLink="/orders/{id}" colorScheme="dark"' });
  await customer.picksFrom('Nordic');
  const host = page.locator('peeker-checkout');
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(await host.evaluate(({ noDraft, orderLink, colorScheme }) => [noDraft, orderLink, colorScheme])).toEqual([true, '/orders/{id}', 'dark']);
  await host.evaluate((element) => Object.assign(element, { noDraft: false, orderLink: null, colorScheme: 'light' }));
  expect(await host.evaluate(({ noDraft, orderLink, colorScheme }) => [noDraft, orderLink, colorScheme])).toEqual([false, '', 'light']);
});
