// The committed bundle is what its sources make, and it is one file that loads nothing.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle, testWith } from './harness.mjs';

const DASHBOARD = fileURLToPath(new URL('../../dashboard/', import.meta.url));
const VITE = join(DASHBOARD, 'node_modules/vite/bin/vite.js');
const TSC = join(DASHBOARD, 'node_modules/typescript/bin/tsc');
const run = promisify(execFile);

async function missing() {
  if (Number(process.versions.node.split('.')[0]) < 20) return `Vite 8 needs Node 20, this is ${process.version}`;
  try {
    await access(VITE);
    return null;
  } catch {
    return 'dashboard/node_modules is missing: npm ci in dashboard was not run or could not reach its registry';
  }
}
const reason = await missing();

testWith(reason, 'rebuilding gives the committed bundle, byte for byte', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'trailwarden-bundle-'));
  t.after(() => rm(folder, { recursive: true }));
  await run(process.execPath, [VITE, 'build', '--outDir', folder, '--emptyOutDir'], { cwd: DASHBOARD });
  const rebuilt = await readFile(join(folder, 'index.html'));
  const committed = await readFile(join(DASHBOARD, 'dist/index.html'));
  assert.ok(rebuilt.equals(committed), 'dashboard/dist/index.html is stale: npm run build in dashboard, and commit it');
});

testWith(reason, 'the sources have no type errors', async () => {
  await run(process.execPath, [TSC, '--noEmit'], { cwd: DASHBOARD });
});

test('the policy allows the two inlined parts and nothing else', async () => {
  const html = await bundle();
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)[1];
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const [, style] = /<style>([^]*?)<\/style>/.exec(html);
  const [, script] = /<script>([^]*?)<\/script>/.exec(html);
  assert.ok(policy.startsWith("default-src 'none'; "));
  assert.ok(policy.includes(`script-src ${hash(script)};`));
  assert.ok(policy.includes(`style-src ${hash(style)};`));
  assert.ok(!policy.includes('unsafe'));
});

test('the bundle has one place for data and names no other file', async () => {
  const html = await bundle();
  assert.equal(html.split('<!--trailwarden-data-->').length, 2);
  assert.doesNotMatch(html, /<(script|img|iframe)[^>]* src=|rel="stylesheet"|@import|sourceMappingURL|url\((?!#)/);
});

test('lock files name no registry host', async () => {
  for (const folder of ['../../dashboard', '.']) {
    const lock = await readFile(new URL(`${folder}/package-lock.json`, import.meta.url), 'utf8');
    assert.doesNotMatch(lock, /"resolved"/, folder);
  }
});
