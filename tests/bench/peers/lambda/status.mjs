// The status endpoint as one would write it for Node: token, one GetItem, ETag.

import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { answer, refusal, sessionOf } from './http.mjs';
import { serve } from './runtime.mjs';
import { TableName, table } from './table.mjs';

export async function handler(request) {
  const session = sessionOf(request);
  if (!session) return refusal(401, 'session_invalid', 'The session is not valid.');
  const id = request.rawPath.split('/').pop();
  const Key = { pk: `ORDER#${id}`, sk: 'ORDER' };
  const { Item } = await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  if (!Item?.session_ids?.has(session.jti)) return refusal(404, 'order_not_found', 'Order not found.');
  const timeline = Object.entries(Item)
    .filter(([name]) => name.startsWith('t#'))
    .map(([name, entry]) => ({ event_id: name.slice(2), type: entry.type, at: entry.at }))
    .sort((a, b) => a.at.localeCompare(b.at));
  const domains = JSON.parse(Item.names ? inflateSync(Item.names).toString() : '[]').map((domain) => ({
    domain,
    status: Item[`d#${domain}`]?.status ?? 'in_progress',
    provider: Item[`d#${domain}`]?.provider ?? null,
  }));
  const data = {
    id,
    status: Item.status,
    final: ['completed', 'failed', 'cancelled'].includes(Item.status),
    domain_count: Item.domain_count,
    costs: { total_cents: Item.total_cents, currency: Item.currency },
    domains,
    pending_actions: [],
    timeline,
    created_at: Item.created_at,
  };
  const etag = `"${createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32)}"`;
  if (request.headers['if-none-match'] === etag) return answer(304, undefined, { etag });
  return answer(200, { data }, { etag, 'cache-control': 'no-cache' });
}

await serve(handler);
