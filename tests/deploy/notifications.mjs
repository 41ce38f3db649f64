// Notifications of a deployed stage: by the stream, by the queue, and by the schedule alone.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { until } from './place.mjs';
import { name } from './stage.mjs';

const NOTIFIER = name('notifier');

/** The stream sends a notification to an address, signed, and to a bus. */
export async function streamDelivers(stage, backend) {
  await backend.receiveAt(NOTIFIER);
  const id = await stage.order('notified', 'notified');
  const { headers, body } = await until('the notification is received', () => backend.of('order.placed', id));
  assert.ok(headers['webhook-id'].startsWith('ntf_'), headers['webhook-id']);
  assert.equal(headers['webhook-signature'], backend.signature(headers, body));
  const event = await until('the bus has it', () => backend.onTheBus('order.placed', id));
  assert.deepEqual([event.source, event.detail.id, event.detail.data], ['peeker-checkout', headers['webhook-id'], JSON.parse(body).data]);
}

/** A backend that was down gets what it missed, from the queue. */
export async function missedIsDelivered(stage, backend) {
  await backend.stop();
  const id = await stage.order('missed', 'missed');
  await until('an attempt failed', async () => (await stage.logs(`/aws/lambda/${NOTIFIER}`)).includes('notification not delivered'));
  await backend.start();
  await until('the notification is received', () => backend.of('order.placed', id));
}

/** A restored table has no stream: a minute later the schedule delivers. */
export async function scheduleDelivers(stage, backend) {
  // Another table means other variables of the functions.
  await backend.receiveAt(NOTIFIER);
  const id = await stage.order('restored', 'restored');
  await stage.completed(id, 'restored');
  await until('the schedule delivers', async () => {
    await stage.place.aws('lambda', 'invoke', '--function-name', NOTIFIER, '--payload', '{}', join(stage.place.folder, 'report.json'));
    return backend.of('order.placed', id);
  });
}
