// The webhook receiver as one would write it for Node: verify with `crypto`, then one transaction.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { answer, bodyOf, refusal } from './http.mjs';
import { serve } from './runtime.mjs';
import { TableName, table } from './table.mjs';

const TOLERANCE = 300;
const KEEP = 30 * 24 * 60 * 60;
const RANKS = { in_progress: 1, action_required: 2, completed: 3, failed: 4, cancelled: 5 };

function isSigned(headers, body) {
  const timestamp = headers['peeker-timestamp'];
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE) return false;
  const expected = createHmac('sha256', process.env.WEBHOOK_SECRET).update(`${timestamp}.${body}`).digest();
  return (headers['peeker-signature'] ?? '')
    .split(',')
    .filter((entry) => entry.startsWith('v1='))
    .map((entry) => Buffer.from(entry.slice(3), 'hex'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

export async function handler(request) {
  const body = bodyOf(request);
  if (!isSigned(request.headers, body)) return refusal(401, 'webhook_signature', 'The signature is not valid.');
  const event = JSON.parse(body);
  const order = event.data;
  const now = Math.floor(Date.now() / 1000);
  const version = Math.floor(Date.parse(event.created_at) / 1000) * 16 + (RANKS[order.status] ?? 0);
  const entry = { type: event.type, at: event.created_at, version };
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName,
              Item: {
                pk: `EVENT#${event.id}`,
                sk: 'EVENT',
                type: event.type,
                happened_at: event.created_at,
                received_at: now,
                entity: JSON.stringify(order),
                expires_at: now + KEEP,
              },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          {
            Update: {
              TableName,
              Key: { pk: `ORDER#${order.id}`, sk: 'ORDER' },
              UpdateExpression: 'SET version = :version, #status = :status, #entry = :entry',
              ConditionExpression: 'attribute_not_exists(version) OR version < :version',
              ExpressionAttributeNames: { '#status': 'status', '#entry': `t#${event.id}` },
              ExpressionAttributeValues: { ':version': version, ':status': order.status, ':entry': entry },
            },
          },
        ],
      }),
    );
  } catch (error) {
    if (error.name !== 'TransactionCanceledException') throw error;
  }
  return answer(204);
}

await serve(handler);
