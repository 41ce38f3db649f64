// What the three handlers share: the body of an event as it was sent, answers, session tokens.

import { createHmac, timingSafeEqual } from 'node:crypto';

export function bodyOf(event) {
  return event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : (event.body ?? '');
}

export function answer(statusCode, data, headers = {}) {
  const body = data === undefined ? '' : JSON.stringify(data);
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body, isBase64Encoded: false };
}

export function refusal(statusCode, code, message) {
  return answer(statusCode, { error: { code, message } });
}

/** The claims of the session token, or `undefined`. */
export function sessionOf(event) {
  const [, token] = /^Bearer (.+)$/.exec(event.headers.authorization ?? '') ?? [];
  const parts = token?.split('.') ?? [];
  if (parts.length !== 3) return undefined;
  const [header, claims, signature] = parts;
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
  const expected = createHmac('sha256', process.env.SESSION_KEY).update(`${header}.${claims}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (alg !== 'HS256' || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const session = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
  return session.aud === 'peeker-checkout/test' && session.exp > Date.now() / 1000 ? session : undefined;
}
