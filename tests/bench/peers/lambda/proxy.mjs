// Availability through the proxy as one would write it for Node: token, budget, `fetch`.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { answer, bodyOf, refusal, sessionOf } from './http.mjs';
import { serve } from './runtime.mjs';
import { TableName, table } from './table.mjs';

const NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.[a-z]{2,63}$/;
const CALLS = Number(process.env.SESSION_UPSTREAM_CALLS ?? 300);

export async function handler(request) {
  const session = sessionOf(request);
  if (!session) return refusal(401, 'session_invalid', 'The session is not valid.');
  const { domains } = JSON.parse(bodyOf(request));
  if (!Array.isArray(domains) || !domains.every((name) => typeof name === 'string' && NAME.test(name))) {
    return refusal(422, 'invalid_request', 'domains must be a list of names.');
  }
  await table.send(
    new UpdateCommand({
      TableName,
      Key: { pk: `SESSION#${session.jti}`, sk: 'BUDGET' },
      UpdateExpression: 'ADD calls :one SET expires_at = :expires',
      ConditionExpression: 'attribute_not_exists(calls) OR calls < :limit',
      ExpressionAttributeValues: { ':one': 1, ':limit': CALLS, ':expires': session.exp },
    }),
  );
  const response = await fetch(`${process.env.PEEKER_BASE_URL}/domains/availability`, {
    method: 'POST',
    headers: { authorization: `Bearer ${process.env.PEEKER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ domains }),
    signal: AbortSignal.timeout(8_000),
  });
  if (!response.ok) return refusal(502, 'upstream', 'Upstream did not answer.');
  return answer(200, await response.json());
}

await serve(handler);
