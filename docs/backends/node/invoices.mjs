// Invoices with Stripe what customers owe for the orders of a month: npm install stripe
export function invoices({ stripe, api, partnerKey }) {
  // One invoice per customer and currency, with a line per order. It can run again: what was invoiced stays as it is.
  // `left` has the orders of customers without an address: a usr_… id, or a customer who was forgotten.
  async function invoice(month) {
    const groups = new Map();
    const left = [];
    const paid = await paidSince(`${month}-01`);
    for (const order of await ordersOf(month)) {
      const { customer, currency, charge_cents, status } = order;
      if (!charge_cents || status === "failed") continue; // nothing was charged, or there is nothing to pay for
      if (paid.has(order.order)) continue; // its approval was captured: the customer has paid
      if (!customer?.includes("@")) {
        left.push(order.order);
        continue;
      }
      const group = `${customer} ${currency}`;
      groups.set(group, [...(groups.get(group) ?? []), order]);
    }
    const made = [];
    for (const [group, orders] of groups) {
      const id = await invoiceOne(`${month} ${group}`, orders);
      if (id) made.push(id);
    }
    return { made, left };
  }

  async function ordersOf(month) {
    return (await read(`/v1/ledger?month=${month}`)).data.orders;
  }

  async function paidSince(day) {
    const paid = new Set();
    for (let path = `/v1/approvals?state=capture&since=${day}`; path; ) {
      const { data, links } = await read(path);
      for (const { order } of data) paid.add(order);
      path = links.next;
    }
    return paid;
  }

  async function read(path) {
    const answer = await fetch(api + path, { headers: { authorization: `Bearer ${partnerKey}` } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }

  // `key` names the month, the customer and the currency: an invoice has it in its metadata.
  async function invoiceOne(key, orders) {
    const [{ customer: email, currency }] = orders;
    const found = await stripe.customers.list({ email, limit: 1 });
    const customer = found.data[0] ?? (await stripe.customers.create({ email }));
    for await (const earlier of stripe.invoices.list({ customer: customer.id })) {
      if (earlier.metadata.key !== key) continue;
      if (earlier.status !== "draft") return null;
      await stripe.invoices.del(earlier.id); // an earlier run stopped before it was complete
    }
    const { id } = await stripe.invoices.create({
      customer: customer.id,
      currency,
      collection_method: "send_invoice",
      days_until_due: 14,
      metadata: { key },
    });
    for (const { order, reference, charge_cents } of orders) {
      const description = reference ? `Order ${order} (${reference})` : `Order ${order}`;
      await stripe.invoiceItems.create({ customer: customer.id, invoice: id, amount: charge_cents, currency, description });
    }
    await stripe.invoices.finalizeInvoice(id);
    return id;
  }

  return { invoice };
}
