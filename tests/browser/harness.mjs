// What the browser tests share: one Chromium a test file, pages made as the binary makes them, and a
// record of everything a page must not do.
import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
const PLACEHOLDER = '<!--trailwarden-data-->';
const BUNDLE = new URL('../../dashboard/dist/index.html', import.meta.url);

export const bundle = () => readFile(BUNDLE, 'utf8');

export const data = async (name) =>
  JSON.parse(await readFile(new URL(`data/${name}.json`, import.meta.url), 'utf8'));

/** Why no browser test can run here, or null. */
export async function missing() {
  try {
    await access(CHROMIUM);
  } catch {
    return `${CHROMIUM} is not installed`;
  }
  try {
    await import('playwright-core');
  } catch {
    return 'playwright-core is not installed: run npm ci in tests/browser';
  }
  return null;
}

/** Registers a test; where what it needs is missing it is skipped with the reason, in CI it fails. */
export function testWith(reason, name, body) {
  if (reason === null) return test(name, body);
  if (process.env.CI === 'true') return test(name, () => assert.fail(reason));
  return test(name, { skip: reason }, () => {});
}

const reason = await missing();
export const browserTest = (name, body) => testWith(reason, name, body);

let browser = null;
let folder = null;

async function launched() {
  if (browser === null) {
    const { chromium } = await import('playwright-core');
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    folder = await mkdtemp(join(tmpdir(), 'trailwarden-page-'));
  }
  return browser;
}

after(async () => {
  await browser?.close();
  if (folder !== null) await rm(folder, { recursive: true });
});

/** As src/page/page.cpp escapes; tests/unit/page holds that one to it. */
const escaped = (json) =>
  json.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

let files = 0;

/** Writes `report` into the bundle as a file of its own; its file:// address. */
export async function written(report) {
  await launched();
  const path = join(folder, `${++files}.html`);
  const html = (await bundle()).replace(PLACEHOLDER, () => escaped(JSON.stringify(report)));
  await writeFile(path, html);
  return pathToFileURL(path).href;
}

/** A fresh context at `url`; `faults` fills with console errors, exceptions and foreign requests. */
export async function visit(t, url, { width = 1280, height = 900, scheme = 'light', prepare, allowed = 'file://' } = {}) {
  const context = await (await launched()).newContext({ viewport: { width, height }, colorScheme: scheme, locale: 'en-US' });
  t.after(() => context.close());
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(allowed) && !address.startsWith('data:image/svg+xml,')) faults.push(`request: ${address}`);
  });
  if (prepare) await prepare(page);
  await page.goto(url);
  await page.locator('main').first().waitFor();
  return { page, faults };
}

/** The page of `report`; after the test, faults fail it. */
export async function open(t, report, options = {}) {
  const url = (await written(report)) + (options.hash ?? '');
  const visited = await visit(t, url, options);
  t.after(() => assert.deepEqual(visited.faults, []));
  return { ...visited, url };
}

/** Retries what the page needs a moment for: the search waits until typing pauses. */
export async function eventually(check) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((later) => setTimeout(later, 50));
    }
  }
}

export const titles = (page) => page.locator('.row-title').allTextContents();

export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
