import { readFile } from 'node:fs/promises';

const SAMPLE = new URL('../tests/browser/data/sample.json', import.meta.url);

/** `npm run dev` only: answers /api/report with the sample report of the browser tests. */
export function sampleReport() {
  return {
    name: 'trailwarden-sample-report',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use('/api/report', async (_request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(await readFile(SAMPLE));
      });
    },
  };
}
