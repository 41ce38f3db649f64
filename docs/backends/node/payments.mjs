// Takes payments with Stripe, authorised before an order and captured after it: npm install stripe jose
import { SignJWT } from "jose";

export function payments({ stripe, api, partnerKey, kid, key }) {
  const secret = new TextEncoder().encode(key);

  // For your page, which confirms it with stripe.confirmPayment({ …, redirect: "if_required" }).
  function begin({ session, quote, amount_cents, currency }) {
    return stripe.paymentIntents.create(
      { amount: amount_cents, currency, capture_method: "manual", metadata: { session, quote } },
      { idempotencyKey: `${session}:${quote}` }, // pressing the button twice makes one payment
    );
  }

  // For your page, once that is done: what checkout.approve returns. The amount is the one that Stripe has authorised.
  async function approve(paymentId) {
    const paid = await stripe.paymentIntents.retrieve(paymentId);
    if (paid.status !== "requires_capture") {
      return { refused: paid.last_payment_error?.message ?? "The payment was not authorised." };
    }
    const { session, quote } = paid.metadata;
    const claims = { session, quote, amount_cents: paid.amount_capturable, currency: paid.currency };
    const approval = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", typ: "JWT", kid })
      .setAudience("peeker-checkout/approval")
      .setJti(paid.id) // one payment, one approval
      .setExpirationTime("50m") // at most 60 minutes
      .sign(secret);
    return { approval };
  }

  // On a schedule: takes or gives back what has ended since the time that the run before returned. A payment that fails
  // does not stop the others; after an error, run it again from the same time.
  async function settle(since) {
    const failed = [];
    let path = `/v1/approvals?since=${encodeURIComponent(since)}`;
    while (path) {
      const answer = await fetch(api + path, { headers: { authorization: `Bearer ${partnerKey}` } });
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      const { data, links } = await answer.json();
      for (const { approval, state, at } of data) {
        // Other approvals, such as those of POST /v1/approvals, are not payments of Stripe.
        const isPayment = approval.startsWith("pi_");
        if (isPayment && state !== "open") await end(approval, state).catch((error) => failed.push(error));
        // The next run begins five minutes earlier: the list may be seconds behind.
        since = new Date(Date.parse(at) - 5 * 60_000).toISOString();
      }
      path = links.next;
    }
    if (failed.length > 0) throw new AggregateError(failed, failed.map(({ message }) => message).join("; "));
    return since;
  }

  // The list may name an approval again: only a payment that is still authorised changes.
  async function end(id, state) {
    const { status } = await stripe.paymentIntents.retrieve(id);
    if (status !== "requires_capture") return;
    await (state === "capture" ? stripe.paymentIntents.capture(id) : stripe.paymentIntents.cancel(id));
  }

  return { begin, approve, settle };
}
