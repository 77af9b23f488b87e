import { createHash } from 'node:crypto';

/** Where `trailwarden` puts the report's JSON; src/page/page.cpp looks for it. */
export const PLACEHOLDER = '<!--trailwarden-data-->';

const sha256 = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * Only our own script and style run, known by their hashes. connect-src is for the live dashboard,
 * which fetches /api/report from where it came; a file has no such place. Trusted Types make every
 * way of turning a string into elements an error.
 */
const policy = (script, style) =>
  [
    "default-src 'none'",
    `script-src ${sha256(script)}`,
    `style-src ${sha256(style)}`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

function only(bundle, kind, matches) {
  const found = Object.values(bundle).filter(matches);
  if (found.length !== 1) throw new Error(`expected one ${kind} in the bundle, got ${found.length}`);
  delete bundle[found[0].fileName];
  return found[0];
}

function inlined(html, script, style) {
  // Functions as replacements: a `$&` in the bundle must stay what it is.
  return html
    .replace(/\s*<script type="module"[^>]*><\/script>/, '')
    .replace(/\s*<link rel="stylesheet"[^>]*>/, '')
    .replace('<meta charset="utf-8">', (charset) =>
      `${charset}\n<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">`)
    .replace('</head>', () => `<style>${style}</style>\n</head>`)
    .replace('</body>', () => `<script>${script}</script>\n</body>`);
}

/** Makes the build one HTML file: style and script inside, and a policy that allows nothing else. */
export function singleFile() {
  return {
    name: 'trailwarden-single-file',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const script = only(bundle, 'script', (file) => file.type === 'chunk').code.trim();
        const style = String(only(bundle, 'style', (file) => file.fileName.endsWith('.css')).source).trim();
        if (/<\/script|<!--/i.test(script)) throw new Error('the script would end its own element');
        if (/<\/style/i.test(style)) throw new Error('the style would end its own element');

        const page = Object.values(bundle).find((file) => file.fileName === 'index.html');
        page.source = inlined(page.source, script, style);
        if (page.source.split(PLACEHOLDER).length !== 2) {
          throw new Error(`${PLACEHOLDER} must stand exactly once in the page`);
        }
      },
    },
  };
}
