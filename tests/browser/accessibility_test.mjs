// Roles, names and structure by axe-core; and every text against what it stands on (axe leaves some
// undecided): WCAG 2.2 AA, 4.5 to 1, large text 3 to 1.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { browserTest, data, open } from './harness.mjs';

const sample = await data('sample');
const AXE = new URL('node_modules/axe-core/axe.min.js', import.meta.url);

/** Runs in the page: texts whose contrast is too low. */
function tooFaint() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = ([red, green, blue]) => {
    const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba('white');
  };
  const faint = [];
  let checked = 0;
  const walker = document.createTreeWalker(document.getElementById('app'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('.hidden, :disabled, option') || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [light, dark] = [luminance(rgba(style.color)), luminance(ground(element))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    checked += 1;
    if (ratio < (isLarge ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${element.className} "${node.data.slice(0, 40)}"`);
  }
  return { checked, faint };
}

for (const scheme of ['light', 'dark']) {
  browserTest(`${scheme}: the overview can be read`, async (t) => {
    const { page } = await open(t, sample, { scheme });
    await page.locator('.breakdown').nth(0).getByRole('button', { name: 'user/marta' }).click();
    const { checked, faint } = await page.evaluate(tooFaint);
    assert.ok(checked > 100);
    assert.deepEqual(faint, []);
  });
  browserTest(`${scheme}: a case can be read`, async (t) => {
    const { page } = await open(t, sample, { scheme, hash: `#case=${sample.cases[0].id}` });
    await page.locator('.event-row').nth(1).click();
    const { checked, faint } = await page.evaluate(tooFaint);
    assert.ok(checked > 200);
    assert.deepEqual(faint, []);
  });
}

/** What axe-core finds wrong, as lines to read. */
async function violations(page) {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  assert.ok(found.passes.length > 20);
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)}`));
}

const VIEWS = [
  ['the overview', sample, '', '.breakdown tbody button'],
  ['a case with an open event', sample, `#case=${sample.cases[0].id}`, '.event-row'],
  ['the calm page', await data('calm'), '', '.breakdown thead button'],
];
for (const [what, report, hash, press] of VIEWS) {
  for (const width of [1280, 390]) {
    browserTest(`axe finds nothing wrong with ${what} at ${width} pixels`, async (t) => {
      const { page } = await open(t, report, { hash, width });
      await page.locator(press).first().click();
      assert.deepEqual(await violations(page), []);
    });
  }
}
