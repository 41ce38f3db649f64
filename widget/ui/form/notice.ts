// Turns a failed call into a message for the customer.

import type { Problem, QuoteState } from '../client.js';
import type { Notice } from './state.js';

/** The server says that the page is not set up, in words for its developer. */
const OF_THE_PAGE = ['route_not_found', 'method_not_allowed'];

/** Why there is no price. */
export function noticeOfQuote({ reason, problem }: QuoteState & { state: 'failed' }): Notice {
  if (reason === 'price_unknown' && problem) return noticeOf(problem, 'price_unknown');
  return { code: reason === 'refused' ? 'picks_changed' : reason };
}

/** Why a call failed; `otherwise` where no answer came. What came and says nothing that helps a customer has words of its own. */
export function noticeOf(problem: Problem, otherwise = 'unreachable'): Notice {
  const { code, message, status, retry_after_ms: wait, details } = problem;
  const seconds = Math.ceil(wait / 1_000);
  // The page has no session to give, or could not be asked: to a customer that is the same.
  if (status === 0 && code.startsWith('session_')) return { code: 'session_unavailable' };
  if (code === 'unreachable') return { code: otherwise, seconds };
  if (OF_THE_PAGE.includes(code)) return { code: 'not_set_up' };
  const isWithoutWords = status === 0 || status >= 500 || code === 'unreadable_answer';
  if (isWithoutWords) return { code: seconds ? 'had_problem' : 'unreadable_answer', seconds };
  return { code, message, seconds, reference: details?.upstream_request_id };
}
