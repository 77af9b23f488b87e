/** ATT&CK tactics in the order of an attack. Source: attack.mitre.org/matrices/enterprise. */
export const TACTICS: readonly { id: string; name: string; always: boolean }[] = [
  // The first two happen before CloudTrail sees anything: shown only when a case has them.
  { id: 'reconnaissance', name: 'Reconnaissance', always: false },
  { id: 'resource-development', name: 'Resource development', always: false },
  { id: 'initial-access', name: 'Initial access', always: true },
  { id: 'execution', name: 'Execution', always: true },
  { id: 'persistence', name: 'Persistence', always: true },
  { id: 'privilege-escalation', name: 'Privilege escalation', always: true },
  // ATT&CK 19 made two tactics of this one; rules from elsewhere may still name it.
  { id: 'defense-evasion', name: 'Defense evasion', always: false },
  { id: 'stealth', name: 'Stealth', always: true },
  { id: 'defense-impairment', name: 'Defense impairment', always: true },
  { id: 'credential-access', name: 'Credential access', always: true },
  { id: 'discovery', name: 'Discovery', always: true },
  { id: 'lateral-movement', name: 'Lateral movement', always: true },
  { id: 'collection', name: 'Collection', always: true },
  { id: 'command-and-control', name: 'Command and control', always: false },
  { id: 'exfiltration', name: 'Exfiltration', always: true },
  { id: 'impact', name: 'Impact', always: true },
];

export interface TacticStep {
  id: string;
  name: string;
  present: boolean;
}

const normalised = (tactic: string): string => tactic.toLowerCase().replaceAll('_', '-');

/** The tactics to draw for a case, in order, those we do not know at the end. */
export function tacticSteps(tactics: readonly string[]): TacticStep[] {
  const present = new Set(tactics.map(normalised));
  const steps = TACTICS.filter((tactic) => tactic.always || present.has(tactic.id)).map(
    ({ id, name }) => ({ id, name, present: present.has(id) }),
  );
  const known = new Set(TACTICS.map((tactic) => tactic.id));
  const unknown = [...present].filter((id) => !known.has(id));
  return [...steps, ...unknown.map((id) => ({ id, name: id, present: true }))];
}

/** Names of a case's tactics in the order of an attack. */
export const tacticNames = (tactics: readonly string[]): string[] =>
  tacticSteps(tactics).filter((step) => step.present).map((step) => step.name);
