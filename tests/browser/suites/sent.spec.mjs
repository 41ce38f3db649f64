// The order as it is sent: without what nobody can see.

import { Customer, expect, open, test } from '../support/checkout.mjs';
import { POLICY, answerWith, canned, order, usual } from '../support/canned.mjs';

/** A customer on the first step; `sent` are the orders that arrived. */
async function begins(page) {
  const sent = [];
  await answerWith(page, usual({
    'POST /v1/orders': (body) => {
      sent.push(body);
      return { status: 201, json: { data: { id: 'ord_1', status: 'in_progress' } } };
    },
  }));
  await open(page, canned(), { policy: POLICY });
  return { customer: new Customer(page), sent };
}

test('names are shown and sent without characters that nobody sees', async ({ page }) => {
  const { customer, sent } = await begins(page);
  await customer.picksFrom('Nordic');
  await customer.goesToPeople();
  // A right-to-left override, a zero width space, and the joiner that Persian words need.
  await customer.names('Sam\u202e', 'L\u200bee\u200cx');
  await page.getByLabel('Forwarding URL (optional)').focus();
  await expect(page.getByLabel('First name')).toHaveValue('Sam');
  await customer.goesToReview();
  await customer.places();
  await expect(customer.heading('Your domains are being set up')).toBeVisible();
  expect(sent[0].personas).toEqual([{ first_name: 'Sam', last_name: 'Lee\u200cx', profile_picture_url: null }]);
});
