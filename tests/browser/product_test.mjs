// The page as the binary writes it for the bundled day, against what the binary says in JSON lines.
import assert from 'node:assert/strict';
import { eventually, missing, overflow, testWith, titles, visit } from './harness.mjs';
import { productLines, productMissing, productPage } from './product.mjs';

const reason = (await missing()) ?? (await productMissing());
const productTest = (name, body) => testWith(reason, name, body);
const url = reason === null ? await productPage() : null;
const lines = reason === null ? await productLines() : [];
const cases = [...new Set(lines.filter((line) => line.case_verdict !== 'safe').map((line) => line.case))].filter(Boolean);

async function opened(t, options) {
  const { page, faults } = await visit(t, url, options);
  t.after(() => assert.deepEqual(faults, []));
  return page;
}

productTest('all cases are there, the dangerous ones first', async (t) => {
  const page = await opened(t);
  assert.equal((await titles(page)).length, cases.length);
  const verdicts = await page.locator('.case-row').evaluateAll((rows) => rows.map((row) => /dangerous|uncertain/.exec(row.innerText)[0]));
  assert.equal(verdicts[0], 'dangerous');
  assert.deepEqual(verdicts, [...verdicts].sort());
  assert.match(await page.locator('h1').textContent(), /^1 dangerous case/);
});

productTest('the search reads the raw events too', async (t) => {
  const page = await opened(t);
  const line = lines.find(({ case_verdict }) => case_verdict === 'uncertain');
  await page.locator('#search').fill(line.event_id);
  await eventually(async () => assert.equal((await titles(page)).length, 1));
  assert.match(await page.locator('.case-row').innerText(), /uncertain/);
});

productTest('a user and a service narrow the cases', async (t) => {
  const page = await opened(t);
  await page.locator('.breakdown').nth(0).getByRole('button', { name: 'user/jenkins-deploy' }).click();
  assert.equal((await titles(page)).length, 1);
  await page.keyboard.press('Escape');
  await page.locator('.breakdown').nth(1).getByRole('button', { name: 'cloudtrail', exact: true }).click();
  assert.equal((await titles(page)).length, 1);
  assert.match(await page.locator('.case-row').innerText(), /dangerous/);
});

productTest('who did something uncertain stands above who did nothing', async (t) => {
  const page = await opened(t);
  const users = await page.locator('.breakdown').nth(0).locator('tbody th').allInnerTexts();
  assert.deepEqual(users.slice(0, 2).map((text) => text.trim()), ['user/jenkins-deploy', 'user/svc-metrics-agent']);
});

productTest('a case tells its story, its arithmetic and its raw events', async (t) => {
  const page = await opened(t);
  await page.locator('.case-row').first().click();
  await page.locator('main.case').waitFor();
  assert.match(await page.locator('.story').innerText(), /jenkins-deploy.*StopLogging/s);
  assert.match(await page.locator('.arithmetic').innerText(), /= [\d.]+ that all is well: risk \d+/);
  assert.match(await page.locator('.weight').first().innerText(), /^weight 0\.\d\d$/);
  const stopped = page.locator('.event-row', { hasText: 'StopLogging' }).last();
  await stopped.click();
  const event = lines.filter(({ event_name }) => event_name === 'StopLogging').at(-1);
  await eventually(async () => assert.ok((await page.locator('main.case').innerText()).includes(event.event_id)));
});

for (const width of [390, 1280]) {
  productTest(`nothing sticks out at ${width} pixels`, async (t) => {
    const page = await opened(t, { width });
    assert.equal(await overflow(page), 0);
    await page.locator('.case-row').first().click();
    await page.locator('main.case').waitFor();
    assert.equal(await overflow(page), 0);
  });
}
