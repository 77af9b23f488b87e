/**
 * The report, schema 1: what `trailwarden scan --format html` embeds and /api/report will answer.
 * Times are UTC, RFC 3339 ("2026-03-14T09:26:53Z"). Every text may come from a log, hence from an
 * attacker: show it as text (LogText), never as markup, and never as an address.
 */
export interface Report {
  schema: 1;
  generator: string;
  inputs: string[];
  /** First and last event time; null when nothing was read. */
  period: { first: string | null; last: string | null };
  counts: Counts;
  skipped: { reason: string; count: number }[];
  rules: { count: number; hash: string };
  timeline: Timeline;
  by_user: Share[];
  by_service: Share[];
  by_region: Share[];
  /** How many there are, those left out of `cases` included. Absent: none is left out. */
  case_counts?: { dangerous: number; uncertain: number };
  cases: Case[];
}

/** Of records: read = judged + filtered + repeated + skipped, judged = dangerous + uncertain + safe. */
export interface Counts {
  read: number;
  judged: number;
  filtered: number;
  repeated: number;
  skipped: number;
  dangerous: number;
  uncertain: number;
  safe: number;
}

export type Verdict = 'dangerous' | 'uncertain' | 'safe';

/** Events per step from `start`; the three lists are equally long, total includes the other two. */
export interface Timeline {
  start: string | null;
  step_seconds: number;
  total: number[];
  uncertain: number[];
  dangerous: number[];
}

/** One user's, service's or region's part of the judged events. */
export interface Share {
  name: string;
  events: number;
  dangerous: number;
  uncertain: number;
  cases: number;
}

export interface Case {
  id: string;
  verdict: Verdict;
  /** 0 to 100. */
  risk: number;
  title: string;
  actor: string;
  /** Its name in `by_user`. Absent: the actor. */
  user?: string;
  account: string;
  regions: string[];
  /** Event sources, "iam.amazonaws.com". Absent: those of the timeline. */
  services?: string[];
  source_ips: string[];
  user_agents: string[];
  /** Null where no event of the case has a time. */
  first: string | null;
  last: string | null;
  events: number;
  /** ATT&CK short names ("privilege-escalation"), any order. */
  tactics: string[];
  techniques: string[];
  /** Plain sentences of the analyst. */
  story: string[];
  /** How the findings' weights make the risk, to be redone by hand. */
  arithmetic?: string;
  findings: Finding[];
  timeline: CaseEvent[];
  /** Events of the case that the report leaves out. */
  timeline_omitted: number;
}

export interface Finding {
  id: string;
  title: string;
  level: string;
  attack: string[];
  why: string;
  count: number;
  first: string | null;
  last: string | null;
  /** 0 to 1. */
  weight?: number;
  references: string[];
  false_positives: string[];
}

export interface CaseEvent {
  event_id: string;
  time: string | null;
  event_source: string;
  event_name: string;
  region: string;
  source_ip: string;
  user_agent: string;
  error_code: string | null;
  verdict: Verdict;
  risk: number;
  /** Ids of the case's findings that this event is evidence of. */
  findings: string[];
  /** The record as CloudTrail wrote it. */
  raw: string;
}
