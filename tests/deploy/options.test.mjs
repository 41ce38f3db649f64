// Optional parts of a stage: the widget's files behind a CDN, a custom domain for the API, and a key that encrypts
// stored data.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { ROOT, documented } from './documents.mjs';
import { ORIGIN, Place, fresh } from './place.mjs';

const { ARCHITECTURE = 'x86_64' } = process.env;
const DOMAIN = 'api.acme.example';
const DIST = join(ROOT, 'widget/dist');
const TYPES = {
  js: 'text/javascript; charset=utf-8',
  wasm: 'application/wasm',
  css: 'text/css; charset=utf-8',
  map: 'application/json',
};

const place = await Place.open();

/** A request to the AWS of this machine as if `host` led there. */
function get(host, path, headers = {}) {
  const { hostname, port } = new URL(place.endpoint);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, headers: { host, ...headers } }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    asked.on('error', reject).end();
  });
}

test('what a stage can have besides', { timeout: 600_000 }, async (t) => {
  t.after(() => place.close());
  let stage;
  let script;
  let key;

  await t.test('a domain without its certificate is refused, and nothing is made', async () => {
    const refused = await place.deploy('--stage', 'shop', '--prebuilt', '--kind', 'test', '--origins', ORIGIN, '--set', `DomainName=${DOMAIN}`);
    assert.equal(refused.ok, false);
    assert.match(refused.text, /DomainName requires CertificateArn/);
  });

  await t.test('a deployment that fails says why, and what to do then', async () => {
    const { CertificateArn } = await place.aws('acm', 'request-certificate', '--domain-name', DOMAIN);
    const first = [
      '--stage', 'failing', '--prebuilt', '--kind', 'test', '--origins', ORIGIN, '--architecture', ARCHITECTURE, '--set', `DomainName=${DOMAIN}`,
      '--set', `CertificateArn=${CertificateArn}`, '--set', 'HostedZoneId=Z00000000000000000000',
    ];
    const failed = await place.deploy(...first);
    assert.equal(failed.ok, false);
    assert.match(failed.text, /^DomainRecord\t.*Z00000000000000000000/m);
    const again = await place.deploy(...first);
    assert.equal(again.ok, false);
    assert.match(again.text, /cargo xtask deploy --stage failing --remove/);
    const gone = await place.deploy('--stage', 'failing', '--remove');
    assert.ok(gone.ok, gone.text);
  });

  await t.test('the documented commands make a key', async () => {
    const { Account } = await place.aws('sts', 'get-caller-identity');
    const [, policy] = /```json\n(.*?)```/s.exec(readFileSync(join(ROOT, 'infra/README.md'), 'utf8'));
    writeFileSync(join(place.folder, 'key-policy.json'), policy.replaceAll('ACCOUNT', Account).replaceAll('REGION', place.env.AWS_REGION));
    const [create, rotate] = documented('A key of your own');
    key = (await place.type([create], { cwd: place.folder })).trim();
    await place.type([rotate], { variables: { KEY: key } });
  });

  await t.test('one command makes a stage with all of it', async () => {
    const { CertificateArn } = await place.aws('acm', 'request-certificate', '--domain-name', DOMAIN);
    const zone = await place.aws('route53', 'create-hosted-zone', '--name', 'acme.example', '--caller-reference', 'one');
    const zoneId = zone.HostedZone.Id.split('/').pop();
    const file = join(place.folder, 'secrets.json');
    writeFileSync(file, JSON.stringify({
      session_keys: `one:${fresh('')}`, partner_keys: fresh('partner_'), peeker_keys: place.peekerKey,
      sequencer_login_email: 'ops@acme.example', sequencer_login_password: fresh('pw-'), webhook_secrets_test: place.webhookSecret,
    }));
    const done = await place.deploy(
      '--stage', 'shop', '--prebuilt', '--kind', 'test', '--origins', ORIGIN, '--architecture', ARCHITECTURE, '--secrets', file,
      '--set', 'WidgetHosting=true', '--set', `DomainName=${DOMAIN}`, '--set', `CertificateArn=${CertificateArn}`,
      '--set', `HostedZoneId=${zoneId}`, '--set', `KmsKeyArn=${key}`, '--set', `PeekerBaseUrl=${place.upstream}/partner/v1`,
    );
    assert.ok(done.ok, done.text);
    stage = { ...(await place.api('peeker-checkout-shop')), zoneId };
    script = /<script type="module" src="([^"]+)"/.exec(done.text)?.[1];
    assert.ok(script?.startsWith(`${stage.WidgetUrl}/`), done.text);
    assert.ok(done.text.includes(`<peeker-checkout endpoint="https://${DOMAIN}"`), done.text);
  });

  await t.test('the key encrypts the secrets and logs, and the functions may decrypt with it', async () => {
    for (const kind of ['session', 'partner', 'peeker', 'login', 'webhook', 'endpoints', 'data']) {
      const { KmsKeyId } = await place.aws('secretsmanager', 'describe-secret', '--secret-id', `peeker-checkout/shop/${kind}`);
      assert.equal(KmsKeyId, key, kind);
    }
    const { logGroups } = await place.aws('logs', 'describe-log-groups');
    const keys = logGroups.filter(({ logGroupName }) => logGroupName.includes('-shop-')).map(({ kmsKeyId }) => kmsKeyId);
    assert.deepEqual([keys.length, new Set(keys)], [6, new Set([key])]);
    for (const fn of ['order-proxy', 'webhook', 'status', 'reconciler', 'notifier']) {
      const { Role } = await place.aws('lambda', 'get-function-configuration', '--function-name', `peeker-checkout-shop-${fn}`);
      const of = ['--role-name', Role.split('/').pop(), '--policy-name', 'key-use'];
      const { PolicyDocument } = await place.aws('iam', 'get-role-policy', ...of);
      assert.deepEqual(PolicyDocument.Statement.map(({ Action, Resource }) => [Action, Resource]), [['kms:Decrypt', key]], fn);
    }
  });

  await t.test('the CDN serves what was built, byte for byte, to any page and for ever', async () => {
    const { host, pathname } = new URL(script);
    const folder = pathname.slice(0, pathname.lastIndexOf('/'));
    const plain = await get(host, pathname);
    assert.deepEqual([plain.status, plain.headers.location], [301, script]);
    const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((file) => TYPES[file.split('.').pop()]);
    assert.ok(files.includes('peeker-checkout.js') && files.includes('peeker-checkout.wasm'), files.join(', '));
    for (const file of files) {
      // This AWS speaks no TLS itself: whoever ends it for it says so.
      const answer = await get(host, `${folder}/${file}`, { origin: ORIGIN, 'x-forwarded-proto': 'https' });
      assert.equal(answer.status, 200, file);
      assert.ok(answer.body.equals(readFileSync(join(DIST, file))), `${file} is another one`);
      for (const [header, value] of [
        ['content-type', TYPES[file.split('.').pop()]],
        ['cache-control', 'public, max-age=31536000, immutable'],
        ['access-control-allow-origin', '*'],
        ['cross-origin-resource-policy', 'cross-origin'],
        ['x-content-type-options', 'nosniff'],
      ]) {
        assert.equal(answer.headers[header], value, `${header} of ${file}`);
      }
      assert.match(answer.headers['strict-transport-security'] ?? '', /^max-age=31536000/);
    }
  });

  await t.test('only the CDN reads the bucket, and it contains nothing else', async () => {
    const { pathname } = new URL(script);
    const direct = await fetch(`${place.endpoint}/${stage.WidgetBucket}${pathname}`);
    assert.equal(direct.status, 403);
    const { Contents } = await place.aws('s3api', 'list-objects-v2', '--bucket', stage.WidgetBucket);
    const kinds = new Set(Contents.map(({ Key }) => Key.split('.').pop()));
    assert.deepEqual([...kinds].filter((kind) => !TYPES[kind]), []);
  });

  await t.test('the API answers under its own domain, and DNS leads there', async () => {
    const alive = await get(DOMAIN, '/readyz');
    assert.equal(alive.status, 200, alive.body.toString());
    const { ResourceRecordSets } = await place.aws('route53', 'list-resource-record-sets', '--hosted-zone-id', stage.zoneId);
    const record = ResourceRecordSets.find(({ Name, Type }) => Name === `${DOMAIN}.` && Type === 'A');
    assert.equal(record?.AliasTarget.DNSName.replace(/\.$/, ''), stage.DomainTarget);
    assert.equal(stage.WebhookUrl, `https://${DOMAIN}/v1/webhooks/peeker`);
  });
});
