// The same bundle served by the later dashboard: with no data inside, it fetches /api/report.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { browserTest, bundle, data, titles, visit } from './harness.mjs';

async function served(t, status, body) {
  const page = await bundle();
  const server = createServer((request, response) => {
    const isReport = request.url === '/api/report';
    response.writeHead(isReport ? status : 200, { 'content-type': isReport ? 'application/json' : 'text/html' });
    response.end(isReport ? body : page);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/`;
}

browserTest('without data inside, the page shows what the server has', async (t) => {
  const url = await served(t, 200, JSON.stringify(await data('sample')));
  const { page, faults } = await visit(t, url, { allowed: url });
  await page.locator('.case-list').waitFor();
  assert.equal((await titles(page)).length, 3);
  assert.deepEqual(faults, []);
});

const REFUSALS = [
  ['an error of the server', 503, '{}', /The server answered 503/],
  ['a schema it does not know', 200, '{"schema":2}', /reports of schema 1; this one says 2/],
  ['no report at all', 200, 'null', /reports of schema 1/],
  ['a report with parts missing', 200, '{"schema":1}', /cannot be shown/],
  ['no JSON', 200, '<html>', /cannot be shown/],
];
for (const [what, status, body, expected] of REFUSALS) {
  browserTest(`the page says so: ${what}`, async (t) => {
    const url = await served(t, status, body);
    const { page } = await visit(t, url, { allowed: url });
    await page.locator('.notice p').waitFor();
    assert.match(await page.locator('.notice').textContent(), expected);
  });
}
