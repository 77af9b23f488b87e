// Logs are written by attackers: whatever stands in a report is shown as text and does nothing.
import assert from 'node:assert/strict';
import { browserTest, data, open, overflow, visit, written } from './harness.mjs';

const sample = await data('sample');
const NASTY = [
  '<script>window.pwned = 1</script>',
  '</script><script>window.pwned = 1</script>',
  '<!--<script>',
  '--><img src=x onerror="window.pwned = 1">',
  '"><svg onload="window.pwned = 1">',
  "' onmouseover='window.pwned = 1",
  'javascript:window.pwned = 1',
  'https://"onclick="window.pwned = 1',
  '</title></textarea></style><iframe srcdoc="<script>parent.pwned = 1</script>">',
  '&lt;script&gt; &#60;b&#62; &amp;',
  '{{7*7}} ${window.pwned = 1} <%= 1 %> $& $1 $`',
  '\u202egnp.exe \u2066isolated\u2069 \u200b\ufeff\u00ad',
  'مرحبا שלום 👩‍👩‍👧‍👦 🏴‍☠️ e\u0301\u0301\u0301',
  '\u0000\u0007\u001b[31mred\u001b[0m\r\n\t',
  'line\u2028separator\u2029paragraph',
  'lone \ud800 surrogate \udc00',
  '__proto__', 'constructor', 'toString', '%', '#', '',
  `${'A'.repeat(100_000)}`,
  `${'<b>'.repeat(30_000)}`,
  `${'word '.repeat(20_000)}`,
];
// What decides the shape of the page; replaced only when everything is.
const SHAPE = new Set(['verdict', 'time', 'first', 'last', 'start', 'step_seconds']);

/** The report with every text in it replaced, the next nasty one each time. */
function poisoned(report, first, spared) {
  let next = first;
  const poison = (value, key) => {
    if (typeof value === 'string') return spared.has(key) ? value : NASTY[next++ % NASTY.length];
    if (Array.isArray(value)) return value.map((each) => poison(each, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poison(each, name)]));
  };
  return poison(report, '');
}

/** What must never be on the page. Our own script, data and icon are known. */
const intruders = (page) =>
  page.evaluate(() => ({
    pwned: window.pwned,
    elements: [...document.querySelectorAll('img, iframe, object, embed, base, form:not(.period), video, audio, b b, [onload], [onerror], [onclick], [onmouseover]')].map((each) => each.outerHTML.slice(0, 100)),
    scripts: document.scripts.length,
    links: [...document.links].map((link) => link.getAttribute('href')).filter((href) => !/^(#|https:\/\/)/.test(href)),
  }));

const CLEAN = { pwned: undefined, elements: [], scripts: 1, links: [] };

/** Opens every case and every event of it, checking at each step. */
async function walk(page) {
  assert.deepEqual(await intruders(page), CLEAN);
  assert.equal(await overflow(page), 0);
  const addresses = await page.locator('.case-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('href')));
  for (const address of addresses) {
    await page.evaluate((hash) => (location.hash = hash), address);
    await page.locator('main.case').waitFor();
    for (const row of await page.locator('.event-row, .finding summary').all()) await row.click();
    assert.deepEqual(await intruders(page), CLEAN);
    assert.equal(await overflow(page), 0);
  }
}

for (let first = 0; first < NASTY.length; first += 5) {
  browserTest(`every field hostile, from string ${first} on`, async (t) => {
    const { page } = await open(t, poisoned(sample, first, SHAPE), { width: 360 });
    assert.ok((await page.locator('.case-row').count()) > 0);
    await walk(page);
  });
}

for (let first = 0; first < NASTY.length; first += 5) {
  browserTest(`every field hostile, times and verdicts too, from string ${first} on`, async (t) => {
    const { page } = await open(t, poisoned(sample, first, new Set()), { width: 360 });
    await walk(page);
  });
}

browserTest('a hostile text is shown, not swallowed', async (t) => {
  const title = '<b>bold</b> & "quoted" </script>';
  const { page } = await open(t, { ...sample, cases: [{ ...sample.cases[0], title }] });
  assert.equal(await page.locator('.row-title').textContent(), title);
});

browserTest('invisible and reordering characters are spelled out', async (t) => {
  const title = 'a\u202eb\u200bc\u0000d';
  const { page } = await open(t, { ...sample, cases: [{ ...sample.cases[0], title }] });
  assert.equal(await page.locator('.row-title').textContent(), 'a⟨U+202E⟩b⟨U+200B⟩c⟨U+0000⟩d');
});

browserTest('only https references become links', async (t) => {
  const references = ['http://a.example/', 'javascript:alert(1)', 'https://', 'data:text/html,x', '//b.example', ' https://c.example', 'https://ok.example/a?b=c'];
  const item = { ...sample.cases[0], findings: [{ ...sample.cases[0].findings[0], references }] };
  const { page } = await open(t, { ...sample, cases: [item] }, { hash: `#case=${item.id}` });
  assert.deepEqual(await page.locator('.findings a').evaluateAll((links) => links.map((link) => link.href)), ['https://ok.example/a?b=c']);
});

// The rig itself: were markup to get into the page, the policy would stop it, and we would notice.
browserTest('the policy stops what would get in', async (t) => {
  const { page, faults } = await visit(t, await written(sample));
  const blocked = [];
  page.on('requestfailed', (request) => blocked.push(`${request.failure().errorText} ${request.url()}`));
  const results = await page.evaluate(async () => {
    const attempt = (action) => { try { action(); return 'allowed'; } catch { return 'refused'; } };
    const script = document.createElement('script');
    const refusals = [
      attempt(() => (document.body.innerHTML += '<i>x</i>')),
      attempt(() => (script.textContent = 'window.pwned = 1')),
      attempt(() => setTimeout('window.pwned = 1')),
    ];
    document.body.append(Object.assign(document.createElement('img'), { src: 'https://collector.invalid/x.png' }));
    const fetched = await fetch('https://collector.invalid/').then(() => 'allowed', () => 'refused');
    return [...refusals, fetched];
  });
  assert.deepEqual(results, ['refused', 'refused', 'refused', 'refused']);
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.ok(faults.some((fault) => fault.includes('Content Security Policy')));
  // Chromium announces the image's request before the policy ends it.
  assert.deepEqual(blocked, ['csp https://collector.invalid/x.png']);
});
