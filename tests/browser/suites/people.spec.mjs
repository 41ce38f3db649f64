// People from a list: how its lines are read, what happens with what was not added, and what is dropped on the box.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, quote, rows, session } from '../support/canned.mjs';

/** A customer who names people, with the box for a list open. */
async function opensList(page) {
  await answerWith(page, {
    'GET /v1/session': () => ({ json: { data: session() } }),
    'GET /v1/orders': () => ({ json: { data: [], links: { next: null } } }),
    'POST /v1/domains/availability': ({ domains }) => ({ json: { data: { domains: rows(domains) } } }),
    'POST /v1/quotes': ({ domains }) => ({ json: { data: quote(domains) } }),
  });
  await open(page, canned(), { policy: POLICY });
  const customer = new Customer(page);
  await customer.picksFrom('Nordic');
  await customer.goesToPeople();
  await customer.button('Paste a list of people').click();
  return { customer, box: page.getByLabel('List of people') };
}

/** First name, last name and picture of each person in the form. */
const shown = (page) => page.getByRole('group', { name: /^Person/ }).evaluateAll((all) => all.map((group) => [...group.querySelectorAll('input')].map(({ value }) => value)));

const drops = (box, bytes, name) =>
  box.evaluate(
    (node, [content, fileName]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(content)], fileName));
      node.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    },
    [[...bytes], name],
  );

const READ = {
  'Vorname;Name\nHans;Müller': [['Hans', 'Müller', '']],
  'Name;Vorname\nMüller;Hans\nDe Vries;Jan': [['Hans', 'Müller', ''], ['Jan', 'De Vries', '']],
  'Sam Lee <sam@x.com>\nann@x.com Ann Poe': [['Sam', 'Lee', ''], ['Ann', 'Poe', '']],
  'Sam Lee <sam@x.com>; "Poe, Ann" <ann@x.com>': [['Sam', 'Lee', ''], ['Ann', 'Poe', '']],
  'Sam,Lee,not a url': [['Sam', 'Lee', 'not a url']],
  'Sam,Lee,acme.com/sam.png': [['Sam', 'Lee', 'acme.com/sam.png']],
  'Sam,Lee,https://acme.com/a;b.png': [['Sam', 'Lee', 'https://acme.com/a;b.png']],
  '1. Sam Lee\n- Ann Poe\n• Zoë Bell': [['Sam', 'Lee', ''], ['Ann', 'Poe', ''], ['Zoë', 'Bell', '']],
  '7,Sam,Lee': [['Sam', 'Lee', '']],
  'Dr Jane Doe PhD\nProf. Dr. Max Frisch': [['Jane', 'Doe', ''], ['Max', 'Frisch', '']],
  'Dr. Sam, Lee\nProf. Dr. Ann, von Stein': [['Sam', 'Lee', ''], ['Ann', 'von Stein', '']],
  'Dr. Sam\tLee\nDr. med. Ann Poe': [['Sam', 'Lee', ''], ['Ann', 'Poe', '']],
  'first name,last name\nDr. Sam,Lee': [['Sam', 'Lee', '']],
  'Max;Dr. Frisch\nFrau;Ann;Poe\nProf.Dr.Zoë;Bell': [['Max', 'Frisch', ''], ['Ann', 'Poe', ''], ['Zoë', 'Bell', '']],
  '"Lee, Dr. Sam"\nJack Ma': [['Sam', 'Lee', ''], ['Jack', 'Ma', '']],
  'Ludwig van Beethoven\nMary Jane Watson': [['Ludwig', 'van Beethoven', ''], ['Mary Jane', 'Watson', '']],
};

for (const [text, people] of Object.entries(READ)) {
  test(`people are read from ${JSON.stringify(text).slice(1, 32)}`, async ({ page }) => {
    const { customer, box } = await opensList(page);
    await box.fill(text);
    await customer.button('Add these people').click();
    await expect(box).toHaveCount(0);
    expect(await shown(page)).toEqual(people);
  });
}

test('a third cell that is no address is blamed at its field', async ({ page }) => {
  const { customer, box } = await opensList(page);
  await box.fill('Sam,Lee,data:image/png;base64,AAAA');
  await customer.button('Add these people').click();
  expect(await shown(page)).toEqual([['Sam', 'Lee', 'data:image/png;base64']]);
  await customer.button('Continue').click();
  await expect(page.getByRole('alert')).toContainText('One thing needs attention:');
});

test('a list that was not added is taken up on the way on', async ({ page }) => {
  const { customer, box } = await opensList(page);
  await box.fill('Sam,Lee\nAnn,Poe');
  await customer.goesToReview();
  await expect(page.getByText('Sam Lee')).toBeVisible();
  await expect(page.getByText('Ann Poe')).toBeVisible();
});

test('a list that was left on another step is taken up, too', async ({ page }) => {
  const { customer, box } = await opensList(page);
  await box.fill('Sam,Lee');
  await page.getByRole('button', { name: 'Domains', exact: true }).click();
  await page.getByRole('button', { name: 'Review', exact: true }).click();
  await expect(customer.heading('Review your order')).toBeVisible();
  await expect(page.getByText('Sam Lee')).toBeVisible();
});

test('a list without names stops the customer, and closing the box lets go', async ({ page }) => {
  const { customer, box } = await opensList(page);
  await customer.names('Sam', 'Lee');
  await box.fill('??? @x');
  await page.getByRole('button', { name: 'Review', exact: true }).click();
  await expect(page.getByText('No names were found in this list.')).toBeVisible();
  await expect(box).toBeFocused();
  await customer.button('Close').click();
  await customer.button('Paste a list of people').click();
  await expect(box).toHaveValue('??? @x');
  await customer.button('Close').click();
  await customer.goesToReview();
});

test('people beyond the most of an order stay in the box', async ({ page }) => {
  const { customer, box } = await opensList(page);
  const lines = [...'abcdefghijklmn'].map((letter) => `Sam${letter},"Lee, ${letter}"`);
  await box.fill(lines.join('\n'));
  await customer.button('Continue').click();
  await expect(page.getByText('One order has at most 10 people: 4 people were left out, and are still in this box.')).toBeVisible();
  await expect(box).toHaveValue(lines.slice(10).join('\n'));
  await customer.goesToReview();
});

test('a file that is dropped comes after what was typed, whatever its columns are', async ({ page }) => {
  const { customer, box } = await opensList(page);
  await box.fill('Sam,Lee');
  await drops(box, Buffer.from('PK\u0003\u0004\0\0'), 'people.xlsx');
  await expect(page.getByText('This file is not text. Save the table as CSV first.')).toBeVisible();
  await expect(box).toHaveValue('Sam,Lee');
  await drops(box, Buffer.from('\ufeff\r\n'), 'empty.csv');
  await expect(page.getByText('No names were found in this file.')).toBeVisible();
  await drops(box, Buffer.from('\ufeffNachname;Vorname\r\nPoe;Ann\r\n'), 'people.csv');
  await expect(box).toHaveValue('Sam,Lee\nAnn,Poe');
  await customer.button('Add these people').click();
  expect(await shown(page)).toEqual([['Sam', 'Lee', ''], ['Ann', 'Poe', '']]);
});

test('a table of Windows-1252 has its letters', async ({ page }) => {
  const { customer, box } = await opensList(page);
  // As Excel saves CSV in Western Europe: é is E9, ü is FC, € is 80.
  await drops(box, Buffer.from('Jos\xe9;M\xfcller\r\n', 'latin1'), 'people.csv');
  await expect(box).toHaveValue('José;Müller\n');
  await customer.button('Add these people').click();
  expect(await shown(page)).toEqual([['José', 'Müller', '']]);
});
