// What the picks cost: asked when the review is shown, replaced before it ends, compared with what was shown before.

/** Milliseconds before its end at which a quote is replaced, and the most that one is kept. */
const [BEFORE_END, MOST_KEPT] = [60_000, 540_000];
/** The least that a quote is kept, and the same once `QUICK` have been replaced: a clock may be wrong. */
const [LEAST_KEPT, CALMLY_KEPT, QUICK] = [10_000, 300_000, 2];
/** Quotes that are replaced by themselves: about an hour of somebody who only looks. */
const MOST_REPLACED = 6;
/** Milliseconds until names that could not be checked are asked about once more. */
const ASK_AGAIN_AFTER = 1_500;
/** Milliseconds until a quote that could not be replaced is asked for again. */
const REPLACE_AGAIN_AFTER = 30_000;

/** The part of the picker that knows prices; `picker` is the whole. */
export function quotes(picker) {
  const { host } = picker;
  /** Counts the questions: an older answer or timer is out of date. */
  let asked = 0;
  /** Quotes that were replaced since the customer asked for one. */
  let replaced = 0;
  /** When the quote is due to be replaced, and when it ends, on the clock of `performance`. */
  let [due, end] = [Infinity, 0];

  /** Asks what the picks cost now, and shows that it is being asked. Where something is wrong the form goes, or stays. */
  async function askPrice(isStaying = false) {
    replaced = 0;
    picker.quote = { state: 'asked' };
    host.changed();
    const answer = await ask();
    if (!answer) return;
    if (isQuote(answer)) {
      hold(answer.data);
    } else if (isRefused(answer)) {
      refused(answer, isStaying);
    } else {
      picker.quote = { state: 'failed', failure: picker.failed(answer, 'price_unknown') };
    }
    host.changed();
  }

  /** The server's answer about the picks; nothing when it no longer matters. */
  async function ask() {
    asked += 1;
    const mine = asked;
    const isOver = () => mine !== asked || !picker.quote;
    const body = { domains: picker.picks.map(({ name }) => name) };
    const answer = await host.call('/v1/quotes', { body, group: 'quote' });
    if (isOver() || picker.expired(answer)) return undefined;
    if (!isUnchecked(answer)) return answer;
    await new Promise((done) => host.after(Math.max(ASK_AGAIN_AFTER, answer.wait), done));
    if (isOver()) return undefined;
    const second = await host.call('/v1/quotes', { body, group: 'quote' });
    return isOver() || picker.expired(second) ? undefined : second;
  }

  /** Shows a quote, and what is different from the one shown `before`; it is replaced before it ends. */
  function hold(quote, before, worse = []) {
    picker.quote = { ...quote, state: 'held', before, worse };
    if (quote.total_cents !== undefined) picker.say('quoted');
    const left = Date.parse(quote.expires_at) - Date.now();
    const least = replaced < QUICK ? LEAST_KEPT : CALMLY_KEPT;
    // By a clock that is wrong it has ended before it came: the server knows better.
    end = left > 0 ? performance.now() + left : Infinity;
    replaceAfter(left > 0 ? Math.min(Math.max(left - BEFORE_END, left / 2, least), MOST_KEPT) : MOST_KEPT);
  }

  function replaceAfter(milliseconds) {
    const mine = asked;
    due = performance.now() + milliseconds;
    host.after(milliseconds, () => mine === asked && replace());
  }

  /** Replaces the quote on show. The customer stays where they are, with their picks. */
  async function replace() {
    const before = picker.quote;
    const isShown = picker.phase === 'filling' && picker.step === 'review' && before?.state === 'held';
    if (!isShown || picker.sending || picker.hidden) return;
    replaced += 1;
    const answer = replaced > MOST_REPLACED ? { status: 0, wait: 0 } : await ask();
    if (!answer || picker.sending) return;
    if (isQuote(answer)) {
      const differences = compare(before, answer.data);
      // What changed earlier stays on show until the customer goes on.
      if (differences.length) hold(answer.data, before, differences);
      else hold(answer.data, before.before, before.worse);
    } else if (isRefused(answer)) {
      refused(answer, true);
    } else if (replaced > MOST_REPLACED || performance.now() >= end) {
      picker.quote = { state: 'failed', failure: { code: 'price_old' } };
    } else {
      replaceAfter(Math.min(Math.max(REPLACE_AGAIN_AFTER, answer.wait), end - performance.now()));
    }
    host.changed();
  }

  /** The picks have no price any more. A customer who did nothing stays where they are, and reads why. */
  function refused(answer, isStaying) {
    picker.quote = isStaying ? { state: 'failed', failure: { code: 'picks_changed' } } : null;
    picker.blame(answer, isStaying);
  }

  /** An order was refused for its quote: the new one is shown, with what is worse in it. `false` when there is none. */
  function changedPrice({ error }) {
    const quote = error?.code === 'quote_changed' && error.details?.quote;
    const findings = error?.details?.findings ?? [];
    // A name that can no longer be had is shown among the picks.
    if (!quote?.token || findings.some(({ code = '' }) => code.startsWith('domain_'))) return false;
    const before = picker.quote;
    replaced = 0;
    hold(quote, before?.state === 'held' ? before : {}, findings);
    picker.step = 'review';
    host.tell('peeker-error', { code: error.code, message: error.message });
    host.changed('changed');
    return true;
  }

  return {
    /** What the picks cost: `{state: 'asked' | 'failed' | 'held', …}`; nothing when it is not known of these picks. */
    quote: null,
    askPrice,
    /** Whether the picks have a price on show that has not ended. */
    hasPrice: () => picker.quote?.state === 'held' && performance.now() < end,
    changedPrice,
    /** There is another session, and a quote is good for one. */
    renewPrice() {
      [replaced, due] = [0, 0];
      if (picker.quote?.state === 'held') replace();
      else askPrice(true);
    },
    /** The page is looked at again, or an order was refused: a quote that is due is replaced. */
    keepPrice() {
      if (performance.now() >= due) replace();
      else if (picker.quote?.state === 'held') replaceAfter(due - performance.now());
    },
    dropQuote() {
      picker.quote = null;
      asked += 1;
    },
  };
}

const isQuote = ({ status, data }) => status === 200 && Boolean(data?.token);

const isRefused = ({ status, error }) => status < 500 && error?.details?.findings?.length > 0;

/** Whether nothing is wrong but that some names could not be checked. */
const isUnchecked = (answer) => isRefused(answer) && answer.error.details.findings.every(({ code }) => code === 'domain_not_checked');

/** What is different in a new quote, line by line, in the shape of the server's findings. */
function compare({ lines: before = [], currency }, { lines: now = [], currency: other }) {
  if (currency !== other) return [{ code: 'currency_changed', message: 'The prices are in another currency now.' }];
  const known = new Map(before.map((line) => [line.domain, line]));
  return now.flatMap(({ domain, price_cents: price, renewal_price_cents: renewal }) => {
    const { price_cents: oldPrice, renewal_price_cents: oldRenewal } = known.get(domain) ?? {};
    if (price !== oldPrice) return [{ domain, code: price > oldPrice ? 'price_rose' : 'price_fell', message: `The price of ${domain} has changed.` }];
    // A renewal price that was not shown, or is not known any more, is neither higher nor lower.
    if (![renewal, oldRenewal].includes(undefined) && renewal !== oldRenewal) return [{ domain, code: renewal > oldRenewal ? 'renewal_price_rose' : 'renewal_price_fell', message: `The renewal price of ${domain} has changed.` }];
    return [];
  });
}
