// A stage deployed by the documented commands, from the template and the real binaries, and then used over its API.

import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { documented } from './documents.mjs';
import { Backend } from './backend.mjs';
import { missedIsDelivered, scheduleDelivers, streamDelivers } from './notifications.mjs';
import { Place, ORIGIN, call, fresh, until } from './place.mjs';
import { CUSTOMER, PERSON, STACK, Stage, draft, name } from './stage.mjs';

const { LAMBDA, ARCHITECTURE = 'x86_64' } = process.env;
const FUNCTIONS = ['order-proxy', 'webhook', 'status', 'reconciler', 'notifier'];

const place = await Place.open();
const backend = await Backend.open(place);
const session = { kid: 'one', key: fresh('') };
const secrets = {
  session_keys: `${session.kid}:${session.key}`,
  partner_keys: fresh('partner_'),
  peeker_keys: place.peekerKey,
  sequencer_login_email: 'ops@acme.example',
  sequencer_login_password: fresh('pw-'),
  webhook_secrets_test: place.webhookSecret,
};
const secretsFile = join(place.folder, 'secrets.test.json');
const write = (values) => writeFileSync(secretsFile, JSON.stringify(values));
const bundle = await place.bundle();
const [copy, create, again] = documented('Deploy');
// Beside what is documented: a built program for this machine's processor, and the sandbox in place of Peeker.
const here = ['--prebuilt', '--architecture', ARCHITECTURE, '--set', `PeekerBaseUrl=${place.upstream}/partner/v1`, '--set', `NotificationBusArn=${backend.bus}`];
const options = ['--stage', 'test', '--prebuilt'];
/** New values for a rotation. */
const newer = [];
/** An order in the restored table. */
let kept;
const stage = new Stage(place, bundle, session);
const { sign, order, completed, withoutTable, logs, put } = stage;

test('a stage on AWS', { timeout: 1_500_000 }, async (t) => {
  t.after(() => place.close());
  t.after(() => backend.close());

  await t.test('a first deployment that lacks what it needs says all of it', async () => {
    const refused = await place.deploy('--stage', 'test', '--prebuilt');
    assert.equal(refused.ok, false);
    assert.match(refused.text, /--kind test\|live/);
    assert.match(refused.text, /--origins/);
  });

  await t.test('the first command gives a file to fill in, and what is not filled in is said', async () => {
    assert.equal(documented('Deploy').length, 3, 'a first deployment is three commands');
    await place.type([copy], { cwd: place.folder });
    const refused = await place.deploy(...options, '--kind', 'test', '--origins', ORIGIN, '--secrets', secretsFile);
    assert.equal(refused.ok, false);
    for (const name of ['session_keys', 'partner_keys', 'peeker_keys', 'sequencer_login_email', 'sequencer_login_password']) {
      assert.ok(refused.text.includes(`${name} still has the example's value`), refused.text);
    }
    write({ ...secrets, webhook_secrets_test: '' });
  });

  await t.test('a plan shows the commands and changes nothing', async () => {
    const plan = await place.type([create], { more: [...here, '--plan'], cwd: place.folder });
    for (const word of ['Creates peeker-checkout-test', 'aws s3 mb', 'aws s3api put-object', '--expected-bucket-owner', 'aws cloudformation deploy', 'peeker-checkout/test/login']) {
      assert.ok(plan.includes(word), `${word} is not in the plan:\n${plan}`);
    }
    assert.deepEqual((await place.aws('cloudformation', 'describe-stacks')).Stacks, []);
    for (const secret of Object.values(secrets)) assert.ok(!plan.includes(secret), 'the plan shows a secret');
  });

  await t.test('the second creates the stage, and prints the webhook URL and the snippet', async () => {
    const done = await place.type([create], { more: here, cwd: place.folder });
    stage.api = await place.api(STACK);
    assert.ok(done.includes(stage.api.WebhookUrl), done);
    assert.ok(done.includes(`<peeker-checkout endpoint="${stage.api.Endpoint}"`), done);
    for (const secret of Object.values(secrets)) assert.ok(!done.includes(secret), 'the output shows a secret');
    const early = await fetch(`${stage.api.url}/v1/webhooks/peeker`, { method: 'POST', body: '{}' });
    assert.ok(early.status >= 500, `a receiver without a secret answers ${early.status}`);
    await place.control('PUT', '/webhooks', { url: `${stage.api.url}/v1/webhooks/peeker` });
  });

  await t.test('the third puts the webhook\'s secret in; typed again, it changes nothing', async () => {
    write(secrets);
    await place.type([again], { more: ['--prebuilt'], cwd: place.folder });
    const state = async () => {
      const kinds = ['session', 'webhook'].map((kind) => ['--secret-id', `peeker-checkout/test/${kind}`]);
      const secretVersions = await Promise.all(kinds.map((kind) => place.aws('secretsmanager', 'list-secret-version-ids', ...kind)));
      const { Stacks } = await place.aws('cloudformation', 'describe-stacks', '--stack-name', STACK);
      const { Versions } = await place.aws('lambda', 'list-versions-by-function', '--function-name', name('order-proxy'));
      return [secretVersions, Stacks[0].LastUpdatedTime, Versions];
    };
    const before = await state();
    const built = ARCHITECTURE === 'x86_64' ? '--x86-64' : '--arm64';
    const plan = await place.type([again], { more: ['--plan'], cwd: place.folder });
    assert.ok(plan.includes(`cargo lambda build --release ${built}`), `it is built for another processor than before:\n${plan}`);
    await place.type([again], { more: ['--prebuilt'], cwd: place.folder });
    assert.deepEqual(await state(), before);
  });

  await t.test('alive, ready, and its own answer for what is not there', async () => {
    const ready = await call(stage.api.url, 'GET', '/readyz');
    assert.deepEqual(ready.data, { status: 'ready', dynamodb: 'ready', upstream: 'ready', environment: 'test' });
    const missing = await call(stage.api.url, 'GET', '/v1/nothing');
    assert.deepEqual([missing.status, missing.error.code], [404, 'route_not_found']);
    assert.equal(missing.headers.get('access-control-allow-origin'), ORIGIN);
  });

  await t.test('session, availability, quote, order, signed webhook, status', async () => {
    const plan = { customer: CUSTOMER, plan: { bundle_id: bundle } };
    const minted = await call(stage.api.url, 'POST', '/v1/sessions', secrets.partner_keys, plan);
    assert.equal(minted.status, 201, minted.text);
    const bearer = minted.data.token;
    const shown = await call(stage.api.url, 'GET', '/v1/session', bearer);
    assert.equal(shown.data.plan.required_domains.total, 4, shown.text);
    const { domains } = draft('first');
    const rows = await call(stage.api.url, 'POST', '/v1/domains/availability', bearer, { domains: [...domains, 'taken-acme.com'] });
    assert.deepEqual(rows.data.domains.map((row) => row.available), [true, true, true, true, false], rows.text);
    const quote = await call(stage.api.url, 'POST', '/v1/quotes', bearer, { domains });
    assert.equal(quote.status, 200, quote.text);
    const placed = await call(stage.api.url, 'POST', '/v1/orders', bearer, { ...draft('first'), quote: quote.data.token });
    assert.equal(placed.status, 201, placed.text);
    const again = await call(stage.api.url, 'POST', '/v1/orders', bearer, draft('first'));
    assert.equal(again.data.id, placed.data.id, 'one session has one order');
    const seen = await until('the order is completed', async () => {
      const { data } = await call(stage.api.url, 'GET', `/v1/orders/${placed.data.id}`, bearer);
      return data?.status === 'completed' && data;
    });
    assert.ok(seen.timeline.some((entry) => entry.type === 'order.completed'), JSON.stringify(seen));
    assert.equal((await place.control('GET', '/orders')).length, 1);
  });

  await t.test('the stream sends a notification to an address and to a bus', async () => {
    await streamDelivers(stage, backend);
  });

  await t.test('a backend that was down gets what it missed, from the queue', async () => {
    await missedIsDelivered(stage, backend);
  });

  await t.test('a forged webhook is refused', async () => {
    const forged = await fetch(`${stage.api.url}/v1/webhooks/peeker`, {
      method: 'POST',
      headers: { 'peeker-event-id': 'evt_1', 'peeker-timestamp': String(Math.floor(Date.now() / 1000)), 'peeker-signature': `v1=${'0'.repeat(64)}` },
      body: '{}',
    });
    assert.equal(forged.status, 401);
  });

  await t.test('the reconciler repairs what webhooks missed', async () => {
    await place.control('POST', '/hold', { hold: true });
    const id = await order('held', 'held');
    const table = stage.api.TableName;
    const key = JSON.stringify({ pk: { S: `ORDER#${id}` }, sk: { S: 'ORDER' } });
    // Silent for long enough, as far as the table knows.
    await place.aws('dynamodb', 'update-item', '--table-name', table, '--key', key, '--update-expression', 'SET open_due = :due', '--expression-attribute-values', '{":due":{"N":"1"}}');
    await place.control('POST', '/advance', { seconds: 60 });
    const file = join(place.folder, 'report.json');
    const invoked = await place.aws('lambda', 'invoke', '--function-name', name('reconciler'), '--payload', '{}', file);
    const report = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(invoked.FunctionError, undefined, JSON.stringify(report));
    assert.deepEqual([report.orders, report.drift, report.failed, report.complete], [1, 1, 0, true], JSON.stringify(report));
    await completed(id, 'held');
    await place.control('POST', '/hold', { hold: false });
  });

  await t.test('a permission that a role lacks is felt: the evaluator is on', async () => {
    const back = await withoutTable('status');
    const denied = await call(stage.api.url, 'GET', '/v1/orders/ord_1', sign('s'));
    assert.deepEqual([denied.status, denied.error.code], [503, 'store_unavailable']);
    await back();
    const allowed = await call(stage.api.url, 'GET', '/v1/orders/ord_1', sign('s'));
    assert.deepEqual([allowed.status, allowed.error.code], [404, 'order_not_found']);
  });

  await t.test('events that cannot be stored raise the alarm, and are stored when they are delivered again', async () => {
    const back = await withoutTable('webhook');
    const id = await order('denied', 'denied');
    await until('the alarm is counted', async () => (await logs(`/aws/lambda/${name('webhook')}`)).includes('"Alarm":"webhook_failed"'));
    await back();
    // The second of upstream's five attempts comes a minute after the first.
    await place.control('POST', '/advance', { seconds: 61 });
    await completed(id, 'denied');
  });

  await t.test('code is updated twice and rolled back by the documented commands, and nothing but code changes', async () => {
    const fn = name('order-proxy');
    const settings = async () => {
      const all = await place.aws('lambda', 'get-function-configuration', '--function-name', fn);
      const { Environment, Role, Timeout, MemorySize, Architectures, Runtime } = all;
      return [{ Environment, Role, Timeout, MemorySize, Architectures, Runtime }, all.CodeSha256];
    };
    const [before, original] = await settings();
    const [, update] = documented('Update');
    const shas = [];
    for (const version of ['two', 'three']) {
      const folder = join(place.folder, version);
      mkdirSync(folder);
      cpSync(join(LAMBDA, 'order-proxy'), join(folder, 'order-proxy'), { recursive: true });
      // Another binary that does the same: what follows the last section of an ELF file is not loaded.
      appendFileSync(join(folder, 'order-proxy', 'bootstrap'), version);
      await place.type(documented('Roll back', 0), { cwd: place.folder });
      await place.type([update], { more: ['--endpoint-url', place.endpoint, '--lambda-dir', folder] });
      const [now, sha] = await settings();
      assert.deepEqual(now, before);
      shas.push(sha);
      assert.equal((await call(stage.api.url, 'GET', '/healthz')).status, 200);
      await order(`after-${version}`, `after-${version}`);
    }
    assert.equal(new Set([original, ...shas]).size, 3, 'each update is other code');
    await place.type(documented('Roll back', 1), { cwd: place.folder });
    assert.deepEqual(await settings(), [before, shas[0]]);
    await order('after-back', 'after-back');
    const all = await place.deploy(...options);
    assert.ok(all.ok, all.text);
    assert.match(all.text, /restore the code of this deployment in peeker-checkout-test-order-proxy/);
    assert.deepEqual(await settings(), [before, original], 'a full deployment is the code that it was made of');
  });

  const next = { kid: 'two', key: fresh('') };
  const [newSecret, newPartner] = [fresh('whsec_'), fresh('partner_')];
  /** What customers are answered while secrets are rotated. */
  const answers = [];
  let rotated = false;
  let load;
  let putAt;

  await t.test('new secrets are put in beside the old ones, under load', async () => {
    load = (async () => {
      while (!rotated) answers.push((await call(stage.api.url, 'GET', '/v1/session', sign('load'))).status);
    })();
    writeFileSync(join(place.folder, 'session.json'), JSON.stringify({ session_keys: `${next.kid}:${next.key},${secrets.session_keys}` }));
    await place.type(documented('Rotate a secret', 0), { cwd: place.folder });
    await put('webhook', { webhook_secrets_test: `${newSecret},${place.webhookSecret}` });
    await put('partner', { partner_keys: `${newPartner},${secrets.partner_keys}` });
    putAt = Date.now();
  });

  await t.test('meanwhile a second stage lives beside the first; keys of the other environment refuse to start', async () => {
    const other = ['--stage', 'other', '--prebuilt', '--kind', 'live', '--origins', ORIGIN, '--architecture', ARCHITECTURE, '--secrets', secretsFile];
    const made = await place.deploy(...other);
    assert.ok(made.ok, made.text);
    const { url } = await place.api('peeker-checkout-other');
    const refused = await fetch(`${url}/healthz`);
    assert.ok(refused.status >= 500, `a test key serves in a live stage: ${refused.status}`);
    assert.equal((await call(stage.api.url, 'GET', '/healthz')).status, 200);
    const logged = await until('the log has the reason', async () => {
      const text = readFileSync(place.log, 'utf8') + (await logs('/aws/lambda/peeker-checkout-other-order-proxy'));
      return text.includes('this stage is marked live') && text;
    });
    assert.match(logged, /peeker_keys: this stage is marked live, so each key has to start with pk_live_/);
    const gone = await place.deploy('--stage', 'other', '--remove');
    assert.ok(gone.ok, gone.text);
    assert.equal((await call(stage.api.url, 'GET', '/healthz')).status, 200);
  });

  await t.test('a minute later the new secrets serve, and no customer was refused', async () => {
    // Documented: an environment that has just read its secrets reads them again a minute later at the earliest.
    await until('a minute has passed', () => Date.now() - putAt > 61_000);
    await place.control('PUT', '/webhooks', { url: `${stage.api.url}/v1/webhooks/peeker`, secret: newSecret });
    for (let index = 0; index < 10; index += 1) answers.push((await call(stage.api.url, 'GET', '/v1/session', sign('next', next))).status);
    const minting = { customer: CUSTOMER, plan: { bundle_id: bundle } };
    for (const key of [newPartner, secrets.partner_keys]) {
      assert.equal((await call(stage.api.url, 'POST', '/v1/sessions', key, minting)).status, 201);
    }
    const [email, password] = [secrets.sequencer_login_email, secrets.sequencer_login_password];
    const login = { sequencer_login_email: email, sequencer_login_password: fresh('pw-') };
    await put('login', { ...login, previous_sequencer_login_email: email, previous_sequencer_login_password: password });
    await place.type(documented('Rotate a secret', 1));
    newer.push(next.key, newSecret, newPartner, login.sequencer_login_password);
    const id = await order('rotated', 'rotated');
    await completed(id, 'rotated');
    rotated = true;
    await load;
    assert.ok(answers.length > 10, `${answers.length} answers are too few to prove anything`);
    assert.deepEqual([...new Set(answers)], [200]);
    const refused = (await place.control('GET', '/events')).flatMap((event) => event.attempts ?? []).filter(({ status }) => status === 401);
    assert.deepEqual(refused, [], 'a delivery was refused');
  });

  await t.test('the parameter stops new orders, and takes them again', async () => {
    for (const [enabled, status] of [['false', 503], ['true', 201]]) {
      const done = await place.deploy(...options, '--set', `OrdersEnabled=${enabled}`);
      assert.ok(done.ok, done.text);
      const answer = await call(stage.api.url, 'POST', '/v1/orders', sign('parameter'), draft('parameter'));
      assert.equal(answer.status, status, answer.text);
    }
  });

  await t.test('a restored table takes over, with what the old one had', async () => {
    kept = await order('kept', 'kept');
    await completed(kept, 'kept');
    await place.type(documented('Restore the table'), { variables: { TABLE: stage.api.TableName }, more: ['--prebuilt'] });
    const old = stage.api.TableName;
    stage.api = await place.api(STACK);
    assert.equal(stage.api.TableName, `${STACK}-restored`);
    assert.equal((await call(stage.api.url, 'GET', `/v1/orders/${kept}`, sign('kept'))).data?.status, 'completed');
    await scheduleDelivers(stage, backend);
    const described = await place.aws('dynamodb', 'describe-table', '--table-name', stage.api.TableName);
    const [{ Count: before }, { Count: now }] = await Promise.all(
      [old, stage.api.TableName].map((table) => place.aws('dynamodb', 'scan', '--table-name', table, '--select', 'COUNT')),
    );
    assert.ok(now > before, `${now} items in the restored table, ${before} in the old one`);
    assert.equal(described.Table.DeletionProtectionEnabled, true);
    const backups = await place.aws('dynamodb', 'describe-continuous-backups', '--table-name', stage.api.TableName);
    assert.equal(backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus, 'ENABLED');
    const live = await place.aws('dynamodb', 'describe-time-to-live', '--table-name', stage.api.TableName);
    assert.deepEqual(live.TimeToLiveDescription, { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires_at' });
  });

  await t.test('the logs hold metrics and request ids, and no secret and no person', async () => {
    const texts = {};
    for (const fn of FUNCTIONS) texts[fn] = await logs(`/aws/lambda/${name(fn)}`);
    for (const [fn, words] of [
      ['order-proxy', ['"request.id":"creq_', '"AvailabilityLatency"', '"Outcome":"placed"', '"Secret":"session_key"']],
      ['webhook', ['"WebhookLag"', '"Outcome":"new"', '"Alarm":"webhook_signature"']],
      ['status', ['"http.route":"/v1/orders/{id}"']],
      ['reconciler', ['"Drift"', 'reconciler run finished']],
      ['notifier', ['"NotificationLag"', '"Endpoint":"backend"', '"NotifierRuns"']],
    ]) {
      for (const word of words) assert.ok(texts[fn].includes(word), `the log of ${fn} lacks ${word}:\n${texts[fn].slice(-3000)}`);
      assert.ok(texts[fn].includes(`"Namespace":"peeker-checkout/test"`) || fn === 'status', `the log of ${fn} has no metrics`);
    }
    const all = Object.values(texts).join('\n') + readFileSync(place.log, 'utf8');
    for (const word of [session.key, ...Object.values(secrets), ...newer, backend.secret, CUSTOMER, PERSON.first_name, PERSON.last_name, sign('held').split('.')[2]]) {
      assert.ok(!all.includes(word), `the logs hold ${word.slice(0, 12)}…`);
    }
  });

  await t.test('one command removes the stage, and the orders stay', async () => {
    await place.type(documented('Remove').slice(0, 1));
    assert.deepEqual((await place.aws('cloudformation', 'describe-stacks')).Stacks, []);
    const { Count } = await place.aws('dynamodb', 'scan', '--table-name', stage.api.TableName, '--select', 'COUNT');
    assert.ok(Count > 10, `${Count} items`);
  });

  await t.test('made again, it takes the orders up that stayed', async () => {
    await place.type([create], { more: [...here, '--set', `RestoredTable=${stage.api.TableName}`], cwd: place.folder });
    stage.api = await place.api(STACK);
    assert.equal((await completed(kept, 'kept')).id, kept);
    await place.type(documented('Remove'));
  });
});
