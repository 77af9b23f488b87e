// Draws docs/images/*.png from the binary's own page of examples/day: node tests/browser/screenshots.mjs
import { fileURLToPath } from 'node:url';
import { missing, testWith, visit } from './harness.mjs';
import { productMissing, productPage } from './product.mjs';

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const reason = (await missing()) ?? (await productMissing());
const url = reason === null ? await productPage() : null;

testWith(reason, 'docs/images/report.png', async (t) => {
  const { page } = await visit(t, url, { scheme: 'light', width: 1280, height: 1060 });
  await page.screenshot({ path: `${IMAGES}report.png` });
});

testWith(reason, 'docs/images/case-dark.png', async (t) => {
  const { page } = await visit(t, url, { scheme: 'dark', width: 1280, height: 1000 });
  await page.locator('.case-row').first().click();
  await page.locator('main.case').waitFor();
  await page.screenshot({ path: `${IMAGES}case-dark.png` });
});
