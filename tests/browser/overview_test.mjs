// The first page: summary, plot, breakdowns, case list, search and keys.
import assert from 'node:assert/strict';
import { browserTest, data, eventually, open, overflow, titles } from './harness.mjs';

const sample = await data('sample');
const KEY_THEFT = sample.cases[0].title;
const LOGIN = sample.cases[1].title;
const PORT = sample.cases[2].title;

const search = (page, text) => page.locator('#search').fill(text);
const listed = (page, expected) => eventually(async () => assert.deepEqual(await titles(page), expected));

browserTest('the summary says how bad it is and accounts for every record', async (t) => {
  const { page } = await open(t, sample);
  assert.equal(await page.locator('h1').textContent(), '1 dangerous case, 2\u00a0uncertain');
  assert.deepEqual(await page.locator('.tile .big').allTextContents(), ['5', '9', '4,782']);
  const line = await page.locator('.accounting p').first().innerText();
  const [read, ...parts] = [...line.matchAll(/[\d,]+/g)].map(([digits]) => Number(digits.replaceAll(',', '')));
  assert.equal(read, sample.counts.read);
  assert.deepEqual(parts, [sample.counts.judged, sample.counts.filtered, sample.counts.repeated, sample.counts.skipped]);
  assert.match(await page.locator('.accounting').innerText(), /2 × damaged record/);
});

browserTest('cases are sorted by risk, or as one chooses', async (t) => {
  const { page } = await open(t, { ...sample, cases: [...sample.cases].reverse() });
  assert.deepEqual(await titles(page), [KEY_THEFT, LOGIN, PORT]);
  await page.locator('.order select').selectOption('recent');
  assert.deepEqual(await titles(page), [KEY_THEFT, PORT, LOGIN]);
  await page.locator('.order select').selectOption('events');
  assert.deepEqual(await titles(page), [KEY_THEFT, LOGIN, PORT]);
});

const SEARCHES = [
  ['part of a title, any case', 'CONSOLE login', LOGIN],
  ['actor', 'user/ci-deploy', KEY_THEFT],
  ['event name', 'revokesecuritygroup', PORT],
  ['source address', '198.51.100.24', LOGIN],
  ['case id', sample.cases[2].id, PORT],
  ['event id', sample.cases[0].timeline[3].event_id, KEY_THEFT],
  ['finding', 'ingress from anywhere', PORT],
  ['only in the raw record', 'snap-0fed98cba76543210', KEY_THEFT],
  ['a name and value of the raw record', '"groupId":"sg-0a1b2c3d"', PORT],
  ['signs that mean something in a regular expression', '(Macintosh;', LOGIN],
  ['words in different places', 'marta signin T1110', LOGIN],
];
browserTest('search finds by everything that a case holds', async (t) => {
  const { page } = await open(t, sample);
  for (const [what, query, expected] of SEARCHES) {
    await t.test(what, async () => {
      await search(page, query);
      await listed(page, [expected]);
    });
  }
});

browserTest('a search without a result says so and can be taken back', async (t) => {
  const { page } = await open(t, sample);
  await search(page, '.*');
  await listed(page, []);
  await page.getByRole('button', { name: 'Show all cases' }).click();
  assert.equal((await titles(page)).length, 3);
  assert.equal(await page.locator('#search').inputValue(), '');
});

browserTest('verdict chips narrow the list', async (t) => {
  const { page } = await open(t, sample);
  await page.getByRole('button', { name: 'Uncertain 2' }).click();
  assert.deepEqual(await titles(page), [LOGIN, PORT]);
  assert.equal(await page.locator('.cases [role=status]').textContent(), '2 of 3 cases');
  await page.getByRole('button', { name: 'Dangerous 1' }).click();
  assert.deepEqual(await titles(page), [KEY_THEFT]);
  await page.getByRole('button', { name: /^All 3/ }).click();
  assert.equal((await titles(page)).length, 3);
});

browserTest('a user, a service or a region narrows the list, and its tag undoes it', async (t) => {
  const { page } = await open(t, sample);
  await page.locator('.breakdown').nth(0).getByRole('button', { name: 'user/marta' }).click();
  assert.deepEqual(await titles(page), [LOGIN]);
  await page.getByRole('button', { name: /^user user\/marta/ }).click();
  await page.locator('.breakdown').nth(1).getByRole('button', { name: 'ec2', exact: true }).click();
  assert.deepEqual(await titles(page), [KEY_THEFT, PORT]);
  await page.locator('.breakdown').nth(2).getByRole('button', { name: 'eu-central-1' }).click();
  assert.deepEqual(await titles(page), [PORT]);
  await page.keyboard.press('Escape');
  assert.equal((await titles(page)).length, 3);
});

browserTest('a choice below the list on a narrow page leads back to the list', async (t) => {
  const { page } = await open(t, sample, { width: 390, height: 700 });
  await page.locator('.breakdown').nth(2).getByRole('button', { name: 'eu-central-1' }).click();
  assert.deepEqual(await titles(page), [PORT]);
  await page.locator('.case-row').waitFor();
  const top = await page.locator('.case-row').evaluate((row) => row.getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 700, String(top));
});

browserTest('breakdowns sort by any column, both ways', async (t) => {
  const { page } = await open(t, sample);
  const table = page.locator('.breakdown').nth(2);
  const names = () => table.locator('tbody th').allInnerTexts();
  await table.getByRole('button', { name: 'Regions' }).click();
  assert.deepEqual(await names(), ['eu-central-1', 'eu-west-1', 'us-east-1']);
  assert.equal(await table.locator('th[aria-sort=ascending]').count(), 1);
  await table.getByRole('button', { name: 'Regions' }).click();
  assert.deepEqual(await names(), ['us-east-1', 'eu-west-1', 'eu-central-1']);
  await table.getByRole('button', { name: 'Events', exact: true }).click();
  assert.deepEqual(await names(), ['eu-west-1', 'eu-central-1', 'us-east-1']);
});

browserTest('users of one name are told apart by their accounts', async (t) => {
  const share = (account) => ({ ...sample.by_user[0], name: `arn:aws:iam::${account}:user/some/path/eva` });
  const { page } = await open(t, { ...sample, by_user: [share('111111111111'), share('222222222222'), sample.by_user[1]] });
  const rows = await page.locator('.breakdown').nth(0).locator('tbody th').allInnerTexts();
  assert.deepEqual(rows.map((row) => row.split(/\s+/).join(' ').trim()).sort(), ['Developer/priya', 'user/eva 111111111111', 'user/eva 222222222222']);
});

browserTest('long breakdowns show more when asked', async (t) => {
  const { page } = await open(t, sample);
  const table = page.locator('.breakdown').nth(1);
  assert.equal(await table.locator('tbody tr').count(), 6);
  await table.getByRole('button', { name: /Show 5 more/ }).click();
  assert.equal(await table.locator('tbody tr').count(), 11);
});

/** Drags over the plot between two parts of its width. */
async function drag(page, from, to) {
  const box = await page.locator('.plot .u-over').boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + from * box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + to * box.width, y, { steps: 6 });
  await page.mouse.up();
}

browserTest('dragging over the plot narrows the cases, a double click resets', async (t) => {
  const { page } = await open(t, sample);
  await drag(page, 10 / 24, 11.5 / 24);
  assert.deepEqual(await titles(page), [PORT]);
  assert.match(await page.locator('.tag').innerText(), /period\s+12 Mar 2026, (09:55|10:00) – 12 Mar 2026, 11:3/);
  await page.locator('.plot .u-over').dblclick();
  assert.equal((await titles(page)).length, 3);
  assert.equal(await page.locator('.tag').count(), 0);
});

browserTest('the period can be typed as well', async (t) => {
  const { page } = await open(t, sample);
  await page.getByRole('textbox', { name: 'From' }).fill('2026-03-12T08:00');
  await page.getByRole('textbox', { name: 'to', exact: true }).fill('2026-03-12T09:00');
  await page.keyboard.press('Tab');
  assert.deepEqual(await titles(page), [LOGIN]);
  await page.getByRole('button', { name: 'Whole period' }).click();
  assert.equal((await titles(page)).length, 3);
});

browserTest('the plot says what it shows, in words too', async (t) => {
  const { page } = await open(t, sample);
  assert.match(await page.locator('.plot').getAttribute('aria-label'), /4,796 events, 5 dangerous, 9 uncertain/);
  const box = await page.locator('.plot .u-over').boundingBox();
  await page.mouse.move(box.x + (14.1 / 24) * box.width, box.y + 20);
  assert.match(await page.locator('.readout').innerText(), /12 Mar 2026, 14:05–14:10 UTC · \d+ events · 2 dangerous/);
});

// The title of the row that has the focus itself.
const focusedRow = (page) =>
  page.evaluate(() => document.activeElement.matches('[data-row]') && document.activeElement.querySelector('.row-title').textContent);

browserTest('keys: / searches, Esc clears, j and k move, Enter opens, Esc goes back', async (t) => {
  const { page } = await open(t, sample);
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'search');
  await page.keyboard.type('marta');
  await listed(page, [LOGIN]);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelectorAll('.case-row').length === 3);
  assert.equal(await page.locator('#search').inputValue(), '');
  await page.locator('#search').blur();
  await page.keyboard.press('j');
  assert.equal(await focusedRow(page), KEY_THEFT);
  await page.keyboard.press('j');
  assert.equal(await focusedRow(page), LOGIN);
  await page.keyboard.press('k');
  assert.equal(await focusedRow(page), KEY_THEFT);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.locator('main.case').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.case-list').waitFor();
  assert.equal(await focusedRow(page), LOGIN);
});

browserTest('/ leaves a case for the search field', async (t) => {
  const { page } = await open(t, sample);
  await page.locator('.case-row').first().click();
  await page.locator('main.case').waitFor();
  await page.keyboard.press('/');
  await page.locator('.case-list').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'search');
});

browserTest('a key pressed in the moment in which the page appears is not lost', async (t) => {
  // From a mutation observer: as soon as the list is in the document, before any frame is drawn.
  const prepare = (page) =>
    page.addInitScript(() => {
      new MutationObserver((_, self) => {
        if (!document.querySelector('.case-list')) return;
        self.disconnect();
        dispatchEvent(new KeyboardEvent('keydown', { key: '/' }));
        window.focusedAtOnce = document.activeElement.id;
      }).observe(document, { childList: true, subtree: true });
    });
  const { page } = await open(t, sample, { prepare });
  assert.equal(await page.evaluate(() => window.focusedAtOnce), 'search');
});

browserTest('Esc also takes back what was typed a moment ago', async (t) => {
  const { page } = await open(t, sample);
  // Made by the page, so that the browser itself does not empty the field, as some do not.
  await page.evaluate(() => {
    const field = document.getElementById('search');
    field.value = 'marta';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  });
  await page.waitForTimeout(300);
  assert.equal(await page.locator('#search').inputValue(), '');
  assert.equal((await titles(page)).length, 3);
});

browserTest('what a report leaves out is counted, what it may omit is not missed', async (t) => {
  const bare = ({ user, services, arithmetic, findings, timeline, ...item }) => ({
    ...item,
    findings: findings.map(({ weight, ...finding }) => ({ ...finding, first: null, last: null })),
    timeline: timeline.map((event) => ({ ...event, time: null })),
  });
  const { page } = await open(t, { ...sample, cases: sample.cases.map(bare), case_counts: { dangerous: 3, uncertain: 1500 } });
  assert.equal(await page.locator('h1').textContent(), '3 dangerous cases, 1,500\u00a0uncertain');
  assert.match(await page.locator('.cases').innerText(), /1,500 further cases of lower risk are left out/);
  await page.locator('.breakdown').nth(0).getByRole('button', { name: 'user/ci-deploy' }).click();
  await page.locator('.breakdown').nth(1).getByRole('button', { name: 'iam', exact: true }).click();
  assert.deepEqual(await titles(page), [KEY_THEFT]);
  await page.locator('.case-row').click();
  assert.match(await page.locator('.event-time').first().textContent(), /no time/);
  assert.equal(await page.locator('.weight, .arithmetic').count(), 0);
  assert.equal(await page.locator('.level').last().textContent(), 'low');
});

browserTest('nothing found is a calm page', async (t) => {
  const { page } = await open(t, await data('calm'));
  assert.equal(await page.locator('h1').textContent(), 'Nothing dangerous found');
  assert.match(await page.locator('.lead').textContent(), /4,848 events were judged by 75 rules/);
  assert.equal(await page.locator('.case-list').count(), 0);
  assert.equal(await page.locator('.summary-safe').count(), 1);
});

browserTest('an empty report says that nothing was read', async (t) => {
  const zero = Object.fromEntries(Object.keys(sample.counts).map((key) => [key, 0]));
  const { page } = await open(t, {
    ...sample, counts: zero, skipped: [], cases: [], by_user: [], by_service: [], by_region: [],
    period: { first: null, last: null },
    timeline: { start: null, step_seconds: 60, total: [], uncertain: [], dangerous: [] },
  });
  assert.equal(await page.locator('h1').textContent(), 'No records were read');
  assert.equal(await page.locator('.plot').count(), 0);
});

browserTest('the theme is chosen, seen and remembered', async (t) => {
  const { page } = await open(t, sample);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark' }).click();
  assert.notEqual(await ground(), light);
  const dark = await ground();
  await page.reload();
  await page.locator('h1').waitFor();
  assert.equal(await ground(), dark);
  await page.getByRole('button', { name: 'Auto' }).click();
  assert.equal(await ground(), light);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.equal(await ground(), dark);
});

browserTest('without storage the theme still changes', async (t) => {
  const forbid = (page) =>
    page.addInitScript(() =>
      Object.defineProperty(window, 'localStorage', { get: () => { throw new Error('forbidden'); } }));
  const { page } = await open(t, sample, { prepare: forbid });
  await page.getByRole('button', { name: 'Dark' }).click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
});

for (const width of [360, 390, 768, 1040]) {
  browserTest(`nothing sticks out at ${width} pixels`, async (t) => {
    const { page } = await open(t, sample, { width, height: 800 });
    assert.equal(await overflow(page), 0);
    await page.locator('.case-row').first().click();
    await page.locator('main.case').waitFor();
    await page.locator('.event-row').nth(9).click();
    assert.equal(await overflow(page), 0);
  });
}

browserTest('paper has no controls', async (t) => {
  const { page } = await open(t, sample);
  await page.emulateMedia({ media: 'print' });
  for (const control of ['.theme', '.controls', '.period', '.keys']) {
    assert.equal(await page.locator(control).isVisible(), false, control);
  }
  assert.equal(await page.locator('.case-row').first().isVisible(), true);
});
