// Thousands of cases and events: what is drawn stays bounded, and searching still answers.
import assert from 'node:assert/strict';
import { browserTest, data, open } from './harness.mjs';

const sample = await data('sample');
const CASES = 4000;
const EVENTS = 20_000;

const manyCases = () => ({
  ...sample,
  cases: Array.from({ length: CASES }, (_, at) => ({
    ...sample.cases[at % 3], id: `c-${at}`, title: `Case number ${at} of many`,
  })),
});

const manyEvents = () => ({
  ...sample,
  cases: [{
    ...sample.cases[0],
    timeline: Array.from({ length: EVENTS }, (_, at) => ({ ...sample.cases[0].timeline[at % 15], event_id: `e-${at}` })),
  }],
});

browserTest(`${CASES} cases: a page of them is drawn, more on demand, all are searched`, async (t) => {
  const { page } = await open(t, manyCases());
  assert.equal(await page.locator('.case-row').count(), 100);
  await page.getByRole('button', { name: /Show 100 more/ }).click();
  assert.equal(await page.locator('.case-row').count(), 200);
  const began = Date.now();
  await page.locator('#search').fill('number 3999 of');
  await page.waitForFunction(() => document.querySelectorAll('.case-row').length === 1);
  t.diagnostic(`searching ${CASES} cases took ${Date.now() - began} ms`);
  assert.ok(Date.now() - began < 5000);
});

browserTest(`${EVENTS} events: a page of them is drawn, more on demand`, async (t) => {
  const began = Date.now();
  const { page } = await open(t, manyEvents(), { hash: `#case=${sample.cases[0].id}` });
  await page.locator('.event-row').first().waitFor();
  t.diagnostic(`opening a case of ${EVENTS} events took ${Date.now() - began} ms`);
  assert.equal(await page.locator('.event-row').count(), 200);
  await page.getByRole('button', { name: /Show 200 more/ }).click();
  assert.equal(await page.locator('.event-row').count(), 400);
  assert.ok(Date.now() - began < 20_000);
});

browserTest('a record of a megabyte is cut until somebody asks for all of it', async (t) => {
  const raw = JSON.stringify({ eventName: 'PutObject', list: Array.from({ length: 60_000 }, (_, at) => `item ${at}`) });
  const item = { ...sample.cases[0], timeline: [{ ...sample.cases[0].timeline[0], raw }] };
  const { page } = await open(t, { ...sample, cases: [item] }, { hash: `#case=${item.id}` });
  await page.locator('.event-row').click();
  assert.ok((await page.locator('.raw code span').count()) <= 4000);
  await page.getByRole('button', { name: /Show the whole record/ }).click();
  assert.match(await page.locator('.raw code').textContent(), /"item 59999"\n {2}\]\n\}$/);
});
