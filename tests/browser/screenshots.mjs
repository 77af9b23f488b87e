// Draws docs/images/*.png from the made-up sample: node tests/browser/screenshots.mjs
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { data, visit, written } from './harness.mjs';

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const sample = await data('sample');

const SHOTS = [
  { name: 'report', hash: '', scheme: 'light', width: 1280, height: 1130 },
  { name: 'case-dark', hash: `#case=${sample.cases[0].id}`, scheme: 'dark', width: 1280, height: 1000 },
];

await mkdir(IMAGES, { recursive: true });
for (const { name, hash, ...look } of SHOTS) {
  test(`docs/images/${name}.png`, async (t) => {
    const { page } = await visit(t, (await written(sample)) + hash, look);
    await page.screenshot({ path: `${IMAGES}${name}.png` });
  });
}
