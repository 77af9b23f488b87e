// Draws docs/images/slack-*.png: what the sink sends, shown as Slack's client shows it.
//
//   node tests/sink/pictures.mjs [PROBE]
//
// The messages are the product's own (sink_probe --render); only the looks are made here, from the
// few blocks that block_rules.py lets through. Needs what tests/browser needs and the Debian packages
// pngquant, fonts-lato and fonts-noto-color-emoji.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium } from '../browser/node_modules/playwright-core/index.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const probe = process.argv[2] ?? here('../../build/release/bin/sink_probe');

function run(command, args, input = '') {
  const done = spawnSync(command, args, { input, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`);
  return done.stdout;
}

/** The product's messages of each picture: {name: [{place, message}]}. */
function pictures() {
  const asked = JSON.parse(run(here('../../.venv/bin/python'), [here('samples.py')]));
  return Object.entries(asked).map(([name, parts]) => {
    const lines = parts.map(([place, notice]) => JSON.stringify({ place, notice })).join('\n');
    const answers = run(probe, ['--render'], `${lines}\n`).trim().split('\n');
    return { name, parts: parts.map(([place], i) => ({ place, message: JSON.parse(answers[i]) })) };
  });
}

const escaped = (text) =>
  text
    .replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')
    .replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

/** Slack's mrkdwn, as much of it as we send: code, bold, links, lines. */
function mrkdwn(text) {
  return text
    .split(/(`[^`\n]+`|<[^>]+>)/)
    .map((part, i) => {
      if (i % 2 === 0) return escaped(part).replace(/\*([^*\n]+)\*/g, '<b>$1</b>');
      if (part.startsWith('`')) return `<code>${escaped(part.slice(1, -1))}</code>`;
      const [, label] = part.slice(1, -1).split('|');
      return `<a>${escaped(label)}</a>`;
    })
    .join('');
}

const text = (object) => (object.type === 'mrkdwn' ? mrkdwn(object.text) : escaped(object.text));

function block(one) {
  switch (one.type) {
    case 'header':
      return `<h1>${text(one.text)}</h1>`;
    case 'divider':
      return '<hr>';
    case 'context':
      return `<div class="context">${one.elements.map((e) => `<span>${text(e)}</span>`).join('')}</div>`;
    default: {
      const fields = (one.fields ?? []).map((field) => `<div>${text(field)}</div>`).join('');
      return `<div class="section">${one.text ? text(one.text) : ''}${fields && `<div class="fields">${fields}</div>`}</div>`;
    }
  }
}

function message({ message: { blocks, attachments } }, time) {
  const bars = attachments.map(
    ({ color, blocks: inside }) =>
      `<div class="attachment"><i style="background:${color}"></i><div>${inside.map(block).join('')}</div></div>`,
  );
  return `<article><div class="face"><svg viewBox="0 0 36 36"><path d="M18 5 29 9v8c0 7-4.6 12-11 14C11.6 29 7 24 7 17V9z" fill="none" stroke="#fff" stroke-width="2.4" stroke-linejoin="round"/><path d="m12.5 17.5 4 4 7.5-8" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></svg></div>
    <div class="body"><div class="who"><b>Trailwarden</b><em>APP</em><time>${time}</time></div>${blocks.map(block).join('')}${bars.join('')}</div></article>`;
}

const LOOKS = `
  :root { --ground:#fff; --text:#1d1c1d; --quiet:#616061; --line:#dddddd; --code:#c01343; --codeground:#f6f6f6; --link:#1264a3; --app:#e8e8e8; }
  :root.dark { --ground:#1a1d21; --text:#d1d2d3; --quiet:#ababad; --line:#3c3f44; --code:#e8912d; --codeground:#232529; --link:#1d9bd1; --app:#35373b; }
  * { box-sizing: border-box; margin: 0; }
  body { background: var(--ground); color: var(--text); font: 15px/1.47 Lato, "Noto Color Emoji", sans-serif; width: 700px; padding: 14px 20px; }
  article { display: flex; gap: 8px; padding: 6px 0; }
  article.reply { margin-left: 44px; }
  .face { flex: none; width: 36px; height: 36px; border-radius: 6px; background: #23395d; }
  .body { min-width: 0; flex: 1; white-space: pre-wrap; overflow-wrap: anywhere; }
  .who { display: flex; align-items: baseline; gap: 6px; line-height: 1.2; white-space: normal; }
  .who b { font-weight: 900; }
  .who em { font: 700 10px/14px Lato; color: var(--quiet); background: var(--app); padding: 0 3px; border-radius: 2px; }
  time { font-size: 12px; color: var(--quiet); }
  h1 { font: 900 18px/1.33 Lato, "Noto Color Emoji", sans-serif; margin: 6px 0 4px; }
  b { font-weight: 700; }
  .attachment { display: flex; gap: 12px; margin-top: 4px; }
  .attachment > i { flex: none; width: 4px; border-radius: 8px; }
  .attachment > div { flex: 1; min-width: 0; }
  .section { margin: 8px 0; }
  .attachment .section:first-child { margin-top: 2px; }
  .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; }
  .context { font-size: 13px; line-height: 1.38; color: var(--quiet); margin: 8px 0; }
  .attachment .context:last-child { margin-bottom: 2px; }
  code { font: 12px/1.5 "DejaVu Sans Mono", monospace; color: var(--code); background: var(--codeground); border: 1px solid var(--line); border-radius: 3px; padding: 2px 3px 1px; }
  a { color: var(--link); }
  hr { border: 0; border-top: 1px solid var(--line); margin: 12px 0; }
  .replies { font-size: 13px; color: var(--quiet); margin: 4px 0 4px 44px; display: flex; align-items: center; gap: 8px; white-space: nowrap; }
  .replies::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
`;

function page({ parts }, scheme) {
  const times = ['2:27 AM', '2:31 AM', '2:32 AM'];
  const replies = parts.length - 1;
  const drawn = parts.map((part, i) => {
    const line = i === 1 ? `<div class="replies">${replies} ${replies === 1 ? 'reply' : 'replies'}</div>` : '';
    return line + message(part, times[i]).replace('<article>', i > 0 ? '<article class="reply">' : '<article>');
  });
  return `<!doctype html><html class="${scheme}"><meta charset="utf-8"><style>${LOOKS}</style><body>${drawn.join('')}</body></html>`;
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const picture of pictures()) {
  for (const scheme of ['light', 'dark']) {
    const tab = await browser.newPage({ viewport: { width: 700, height: 400 }, deviceScaleFactor: 1.5 });
    await tab.setContent(page(picture, scheme));
    const path = here(`../../docs/images/slack-${picture.name}-${scheme}.png`);
    await tab.locator('body').screenshot({ path });
    run('pngquant', ['--force', '--strip', '--output', path, '64', path]);
    await tab.close();
  }
}
await browser.close();
