// One case: its address, its evidence and the raw events.
import assert from 'node:assert/strict';
import { browserTest, data, eventually, open, titles } from './harness.mjs';

const sample = await data('sample');
const CASE = sample.cases[0];
const HASH = `#case=${CASE.id}`;

browserTest('a case opens from the list, has an address, and back goes back', async (t) => {
  const { page } = await open(t, sample, { height: 600 });
  await page.locator('#search').fill('ec2');
  const found = [CASE.title, sample.cases[2].title];
  await eventually(async () => assert.deepEqual(await titles(page), found));
  await page.evaluate(() => scrollTo(0, 240));
  await page.waitForFunction(() => scrollY === 240);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await page.locator('.case-row').first().evaluate((row) => row.click());
  await page.locator('main.case').waitFor();
  assert.equal(await page.locator('h1').textContent(), CASE.title);
  assert.equal(new URL(page.url()).hash, HASH);
  assert.match(await page.title(), /^Stolen key/);
  assert.equal(await page.evaluate(() => scrollY), 0);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
  await page.goBack();
  await page.locator('.case-list').waitFor();
  assert.deepEqual(await titles(page), found);
  await eventually(async () => assert.equal(await page.evaluate(() => scrollY), 240));
  await page.goForward();
  assert.equal(await page.locator('h1').textContent(), CASE.title);
});

browserTest('a shared address opens its case', async (t) => {
  const { page } = await open(t, sample, { hash: HASH });
  assert.equal(await page.locator('h1').textContent(), CASE.title);
  await page.getByRole('link', { name: /All cases/ }).click();
  assert.equal((await titles(page)).length, 3);
});

browserTest('an address of no case shows all of them and says why', async (t) => {
  const { page } = await open(t, sample, { hash: '#case=c-gone%' });
  assert.equal((await titles(page)).length, 3);
  assert.match(await page.locator('.lost').textContent(), /does not have/);
});

browserTest('story, facts, arithmetic', async (t) => {
  const { page } = await open(t, sample, { hash: HASH });
  assert.deepEqual(await page.locator('.story p').allTextContents(), CASE.story);
  assert.equal(await page.locator('.arithmetic .mono').textContent(), CASE.arithmetic);
  const facts = await page.locator('.facts').innerText();
  for (const fact of ['arn:aws:iam::111122223333:user/ci-deploy', '203.0.113.77', 'us-east-1', '19 min 1 s']) {
    assert.ok(facts.includes(fact), fact);
  }
});

browserTest('tactics stand in the order of an attack', async (t) => {
  const { page } = await open(t, sample, { hash: HASH });
  assert.deepEqual(await page.locator('.strip .present .log').allTextContents(), [
    'Persistence', 'Privilege escalation', 'Defense impairment', 'Credential access', 'Discovery', 'Exfiltration',
  ]);
});

browserTest('findings: heaviest first, why, when harmless, safe links', async (t) => {
  const { page } = await open(t, sample, { hash: HASH });
  const weights = (await page.locator('.weight').allTextContents()).map((text) => Number(text.replace('weight ', '')));
  assert.deepEqual(weights, [...weights].sort((a, b) => b - a));
  const first = page.locator('.finding').first();
  await first.locator('summary').click();
  assert.match(await first.innerText(), /AdministratorAccess attached to a user[^]*AttachUserPolicy with[^]*Harmless if[^]*break-glass/);
  assert.equal(await page.locator('.findings a').count(), 12);
  for (const link of await page.locator('.findings a').all()) {
    assert.match(await link.getAttribute('href'), /^https:\/\//);
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
  }
});

browserTest('tactics from elsewhere: an older one has its place, an unknown one stands last', async (t) => {
  const item = { ...CASE, tactics: ['made-up', 'impact', 'defense_evasion', 'execution'] };
  const { page } = await open(t, { ...sample, cases: [item] }, { hash: HASH });
  assert.deepEqual(await page.locator('.strip .present .log').allTextContents(), ['Execution', 'Defense evasion', 'Impact', 'made-up']);
});

browserTest('long facts and many findings are folded', async (t) => {
  const item = {
    ...CASE,
    user_agents: Array.from({ length: 60 }, (_, at) => `agent ${at}`),
    findings: Array.from({ length: 30 }, (_, at) => ({ ...CASE.findings[0], id: `f-${at}` })),
  };
  const { page } = await open(t, { ...sample, cases: [item] }, { hash: HASH });
  const agents = page.locator('.facts .wide li');
  assert.equal(await agents.count(), 5);
  await page.getByRole('button', { name: 'and 56 more' }).click();
  assert.equal(await agents.count(), 55);
  assert.equal(await page.locator('.finding').count(), 10);
  await page.getByRole('button', { name: /Show 20 more/ }).click();
  assert.equal(await page.locator('.finding').count(), 30);
});

browserTest('events can be narrowed to those with findings', async (t) => {
  const { page } = await open(t, sample, { hash: HASH });
  assert.equal(await page.locator('.event').count(), 15);
  await page.getByRole('button', { name: /With findings/ }).click();
  assert.equal(await page.locator('.event').count(), 9);
});

browserTest('an event opens to its raw record, laid out but not changed', async (t) => {
  const { page } = await open(t, sample, { hash: HASH });
  const row = page.locator('.event-row').nth(9);
  assert.equal(await row.getAttribute('aria-expanded'), 'false');
  await row.click();
  assert.equal(await row.getAttribute('aria-expanded'), 'true');
  const shown = await page.locator('.raw code').textContent();
  assert.equal(shown, JSON.stringify(JSON.parse(CASE.timeline[9].raw), null, 2));
  assert.ok((await page.locator('.raw .json-name').count()) > 15);
  await row.click();
  assert.equal(await page.locator('.raw').count(), 0);
});

const RAWS = [
  ['numbers beyond a double', '{"n":12345678901234567890.10}', '{\n  "n": 12345678901234567890.10\n}'],
  ['a name twice', '{"a":1,"a":2}', '{\n  "a": 1,\n  "a": 2\n}'],
  ['escapes as they were', '{"a":"\\u003cb\\u003e\\"}{"}', '{\n  "a": "\\u003cb\\u003e\\"}{"\n}'],
  ['empty ones', ' { "a" : [ ] , "b" : { } } ', '{\n  "a": [],\n  "b": {}\n}'],
  ['nesting', '[[1,[2]],null,true]', '[\n  [\n    1,\n    [\n      2\n    ]\n  ],\n  null,\n  true\n]'],
  ['no JSON', '{"a": oops', '{"a": oops'],
  ['unbalanced', '{"a":1}}', '{"a":1}}'],
  ['cut short', '{"a":[1,', '{"a":[1,'],
  ['empty text', '', ''],
  ['deep', `${'['.repeat(5000)}${']'.repeat(5000)}`, `${'['.repeat(5000)}${']'.repeat(5000)}`],
];
browserTest('raw records of every kind are laid out, or shown as they are', async (t) => {
  const timeline = RAWS.map(([, raw]) => ({ ...CASE.timeline[0], raw }));
  const { page } = await open(t, { ...sample, cases: [{ ...CASE, timeline }] }, { hash: HASH });
  for (const [at, [what, , expected]] of RAWS.entries()) {
    await t.test(what, async () => {
      const event = page.locator('.event').nth(at);
      await event.locator('.event-row').click();
      assert.equal(await event.locator('.raw code').textContent(), expected);
    });
  }
});

browserTest('the copy button copies the record as it was logged', async (t) => {
  const { page } = await open(t, sample, { hash: HASH });
  await page.locator('.event-row').nth(9).click();
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  await page.goto(`${page.url().split('#')[0]}#`);
  await page.locator('#search').focus();
  await page.keyboard.press('Control+V');
  assert.equal(await page.locator('#search').inputValue(), CASE.timeline[9].raw);
});

browserTest('left-out events are counted', async (t) => {
  const { page } = await open(t, { ...sample, cases: [{ ...CASE, timeline_omitted: 1234 }] }, { hash: HASH });
  assert.match(await page.locator('.events header').innerText(), /1,234 further events of this case are left out/);
});

browserTest('j and k move through the events, Esc returns to the list', async (t) => {
  const { page } = await open(t, sample, { hash: HASH });
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  assert.match(await page.locator('.raw code').textContent(), /"eventName": "ListUsers"/);
  await page.keyboard.press('Escape');
  await page.locator('.case-list').waitFor();
});
