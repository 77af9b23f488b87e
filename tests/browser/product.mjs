// The page that the binary itself writes for the bundled day.
import { execFile } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BINARY = join(ROOT, 'build/release/bin/trailwarden');

/** Why there is no such page, or null. */
export async function productMissing() {
  try {
    await access(BINARY);
    return null;
  } catch {
    return 'build/release/bin/trailwarden is not built: make build';
  }
}

async function scan(format) {
  const options = { cwd: ROOT, maxBuffer: 256 << 20 };
  const { stdout } = await promisify(execFile)(BINARY, ['scan', 'examples/day', '--format', format], options);
  return stdout;
}

/** The page, as an address. It is gone after the tests of the file. */
export async function productPage() {
  const folder = await mkdtemp(join(tmpdir(), 'trailwarden-product-'));
  after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'report.html');
  await writeFile(path, await scan('html'));
  return pathToFileURL(path).href;
}

/** The same events as the page shows, by their own verdicts and cases: one object a verdict line. */
export async function productLines() {
  return (await scan('jsonl')).trim().split('\n').map((line) => JSON.parse(line));
}
