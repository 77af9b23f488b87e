import type { Case, Verdict } from './report';
import { seconds } from './text';

/** Seconds since 1970, both ends included. */
export interface Period {
  from: number;
  to: number;
}

export type Dimension = 'user' | 'service' | 'region';

/** What the case list is narrowed to. All conditions must hold. */
export interface Filter {
  query: string;
  verdict: Verdict | null;
  period: Period | null;
  user: string | null;
  service: string | null;
  region: string | null;
}

export const NO_FILTER: Filter = {
  query: '', verdict: null, period: null, user: null, service: null, region: null,
};

export const isNarrowed = (filter: Filter): boolean =>
  Object.keys(NO_FILTER).some((key) => filter[key as keyof Filter] !== NO_FILTER[key as keyof Filter]);

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Tests a case for words in any letter case. Every word must occur somewhere. A regular expression
 * with the flag i reads the raw records in place: lower-casing them would hold them all twice.
 */
function wordTests(query: string): RegExp[] {
  return query.split(/\s+/).filter(Boolean).map((word) => new RegExp(escaped(word), 'i'));
}

function* texts(item: Case): Generator<string> {
  yield item.title;
  yield item.actor;
  yield item.id;
  yield item.account;
  for (const list of [item.regions, item.source_ips, item.user_agents, item.tactics, item.techniques, item.story]) {
    yield* list;
  }
  for (const finding of item.findings) {
    yield finding.title;
    yield finding.id;
    yield finding.why;
  }
  for (const event of item.timeline) {
    yield event.event_name;
    yield event.event_id;
    yield event.source_ip;
    yield event.raw;
  }
}

function contains(item: Case, word: RegExp): boolean {
  for (const text of texts(item)) if (word.test(text)) return true;
  return false;
}

function inPeriod(item: Case, period: Period): boolean {
  return seconds(item.last) >= period.from && seconds(item.first) <= period.to;
}

const usesService = (item: Case, service: string): boolean =>
  item.services?.includes(service) ?? item.timeline.some((event) => event.event_source === service);

/** The cases that satisfy `filter`, cheap conditions first, in their order. */
export function filtered(cases: readonly Case[], filter: Filter): Case[] {
  const { verdict, period, user, service, region } = filter;
  const words = wordTests(filter.query);
  return cases.filter(
    (item) =>
      (verdict === null || item.verdict === verdict) &&
      (period === null || inPeriod(item, period)) &&
      (user === null || (item.user ?? item.actor) === user) &&
      (region === null || item.regions.includes(region)) &&
      (service === null || usesService(item, service)) &&
      words.every((word) => contains(item, word)),
  );
}

export type CaseOrder = 'risk' | 'recent' | 'events';

const BY: Record<CaseOrder, (a: Case, b: Case) => number> = {
  risk: (a, b) => b.risk - a.risk || seconds(b.last) - seconds(a.last),
  recent: (a, b) => seconds(b.last) - seconds(a.last) || b.risk - a.risk,
  events: (a, b) => b.events - a.events || b.risk - a.risk,
};

export const ordered = (cases: readonly Case[], order: CaseOrder): Case[] => [...cases].sort(BY[order]);
