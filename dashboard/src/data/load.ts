import type { Report } from './report';

/** Text of the data element when nobody filled it in: then the page is served live. */
const UNFILLED = /^\s*(<!.*>)?\s*$/;

function checked(value: unknown): Report {
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema !== 1) {
    throw new Error(`This page reads reports of schema 1; this one says ${JSON.stringify(schema)}.`);
  }
  return value as Report;
}

async function fetched(): Promise<Report> {
  const response = await fetch('/api/report', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return checked(await response.json());
}

/** The report embedded in this file, or else the one that the server has. */
export async function loadReport(): Promise<Report> {
  const element = document.getElementById('trailwarden-data');
  const text = element?.textContent ?? '';
  if (UNFILLED.test(text)) return fetched();
  const report = checked(JSON.parse(text));
  element?.remove(); // A large report would otherwise be kept twice.
  return report;
}
