// What the server refuses is shown where it can be mended.

import { expect, test, whenOrdered } from '../support/checkout.mjs';
import { sandbox, unique } from '../support/stack.mjs';

test('names and addresses are checked while they are typed', async ({ page, customer }) => {
  await customer.picksFrom(unique());
  await customer.goesToPeople();
  await customer.names('Sam', 'L33t <>');
  await page.getByLabel('Forwarding URL (optional)').fill('https://localhost/x');
  await page.getByLabel('First name').focus();
  await expect(page.getByLabel('Last name')).toHaveAccessibleDescription(/Use letters, spaces, hyphens/);
  await expect(page.getByLabel('Forwarding URL (optional)')).toHaveAccessibleDescription(/public internet/);
  await customer.button('Continue').click();
  await expect(page.getByRole('alert')).toContainText('Person 1, last name');
  await page.getByRole('button', { name: /^Person 1, last name/ }).click();
  await expect(page.getByLabel('Last name')).toBeFocused();
  await page.getByLabel('Last name').fill('Lee');
  await page.getByLabel('Forwarding URL (optional)').fill('https://acme.com');
  await customer.goesToReview();
});

test('people are added and removed, up to the limit of the session', async ({ page, customer }) => {
  await customer.picksFrom(unique());
  await customer.goesToPeople();
  for (let count = 2; count <= 10; count += 1) {
    await customer.button('Add another person').click();
    await expect(page.getByRole('group', { name: `Person ${count}` }).getByLabel('First name')).toBeFocused();
  }
  await expect(customer.button('Add another person')).toHaveCount(0);
  await customer.button('Remove person 10').click();
  await expect(page.getByRole('group', { name: 'Person 9' }).getByLabel('First name')).toBeFocused();
  await expect(customer.button('Add another person')).toBeVisible();
});

test('a domain that was taken meanwhile is blamed in the list of picks', async ({ page, customer }) => {
  const word = unique();
  await customer.picksFrom(word);
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await customer.goesToReview();
  // The price is there: from now on only the order can find out.
  await expect(customer.button('Place order')).toBeEnabled();
  await sandbox('PUT', `/domains/${word}.com`, { outcome: 'taken' });
  await customer.places();
  await expect(customer.heading('Choose 4 domains')).toBeVisible();
  const pick = page.getByRole('list', { name: /^Picked/ }).getByRole('listitem').filter({ hasText: `${word}.com` }).first();
  await expect(pick).toContainText(/taken|cannot be ordered/);
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page.getByRole('alert').getByText(`${word}.com is taken`)).toHaveCount(1);
  await customer.button('Continue').click();
  await expect(customer.heading('Choose 4 domains'), 'it is in the way as long as it is picked').toBeVisible();
  await expect(page.getByRole('alert').getByText(`${word}.com is taken`)).toHaveCount(1);
  await customer.button(`Remove ${word}.com`).click();
  await expect(page.getByRole('alert').getByText(`${word}.com is taken`)).toHaveCount(0);
  await page.getByRole('button', { name: /^Pick the first/ }).click();
  await expect(customer.heading('Picked (4 of 4)')).toBeVisible();
  await expect(customer.button(`Remove ${word}.com`), 'it is not picked again').toHaveCount(0);
});

test('findings of the server go to the fields that they name, the rest to the top', async ({ page, customer }) => {
  await customer.comesToReview();
  const findings = [
    { code: 'x', field: 'domains[1]', message: 'The second domain is on hold.' },
    { code: 'x', field: 'personas[0].last_name', message: 'This family name is reserved.' },
    { code: 'x', field: 'forwarding_url', message: 'The page behind it does not answer.' },
    { code: 'x', field: 'sequencer.client_id', message: 'The workspace is closed.' },
  ];
  const error = { code: 'x', message: 'No.', details: { findings, upstream_request_id: 'req_1' } };
  const headers = { 'access-control-allow-origin': '*' };
  await whenOrdered(page, (route) => route.fulfill({ status: 422, headers, json: { error } }), 1);
  await customer.places();
  await expect(page.getByRole('alert')).toContainText('The workspace is closed.');
  await expect(page.getByRole('alert')).toContainText('req_1');
  const picks = page.getByRole('list', { name: /^Picked/ }).locator('> li');
  await expect(picks.nth(1)).toContainText('The second domain is on hold.');
  await expect(picks.nth(0)).not.toContainText('on hold');
  await customer.goesToPeople();
  await expect(page.getByLabel('Last name')).toHaveAccessibleDescription(/This family name is reserved/);
  await expect(page.getByLabel('Forwarding URL (optional)')).toHaveAccessibleDescription(/does not answer/);
  await page.getByLabel('Last name').fill('Li');
  await expect(page.getByLabel('Last name')).toHaveAttribute('aria-invalid', 'false');
});

test('too many calls say when to try again', async ({ page, customer }) => {
  await customer.comesToReview();
  const error = { code: 'rate_limited', message: 'Too many requests. Try again in 12 seconds.', details: { retry_after_seconds: 12 } };
  const headers = { 'access-control-allow-origin': '*' };
  await whenOrdered(page, (route) => route.fulfill({ status: 429, headers, json: { error } }), 1);
  await customer.places();
  await expect(page.getByRole('alert')).toHaveText('Too many requests. Try again in 12 seconds.');
  await expect(customer.button('Place order')).toBeEnabled();
});

test('an upstream that is down leaves the order in doubt, and then finds it placed', async ({ page, customer }) => {
  await customer.comesToReview();
  await sandbox('POST', '/faults', { method: 'POST', path: '/orders', drop: 'after', times: 1 });
  await customer.places();
  const headings = /Your order is being placed|Your domains are being set up|Everything is set up/;
  await expect(page.getByRole('heading', { name: headings })).toBeVisible({ timeout: 20_000 });
  await expect(customer.heading('Everything is set up')).toBeVisible({ timeout: 50_000 });
});

test('a picture without its scheme is completed, as the other addresses are', async ({ page, customer }) => {
  await customer.picksFrom(unique());
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  const picture = page.getByLabel('Picture URL (optional)');
  await picture.fill('acme.com/sam.png');
  await page.getByLabel('First name').focus();
  await expect(picture).toHaveValue('https://acme.com/sam.png');
  await customer.goesToReview();
});

test('a screen reader hears no old news', async ({ page, customer }) => {
  const live = page.getByRole('status');
  await page.route('**/v1/domains/availability', (route) => route.abort(), { times: 2 });
  await customer.search.fill(unique());
  await expect(live).toHaveText('The names could not be checked just now.');
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByRole('button', { name: /^Pick the first/ }).click();
  await customer.goesToPeople();
  await customer.names('Sam', 'Lee');
  await customer.goesToReview();
  await expect(customer.button('Place order')).toBeEnabled();
  const headers = { 'access-control-allow-origin': '*' };
  await whenOrdered(page, (route) => route.fulfill({ status: 422, headers, json: { error: { code: 'x', message: 'No.' } } }), 1);
  await customer.places();
  await expect(page.getByRole('alert')).toContainText('No.');
  await expect(live).toHaveText('');
});
