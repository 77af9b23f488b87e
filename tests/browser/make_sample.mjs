// Writes data/sample.json and data/calm.json: made-up reports for the browser tests, for
// `npm run dev` in dashboard/ and for the screenshots. The same bytes every time.
import { writeFile } from 'node:fs/promises';

const ACCOUNT = '111122223333';
const DAY = Date.parse('2026-03-12T00:00:00Z') / 1000;
const STEP = 300;

/** A small deterministic generator (mulberry32): numbers in [0, 1). */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const random = randomNumbers(2026);
const time = (at) => new Date(at * 1000).toISOString().replace('.000Z', 'Z');
const at = (clock) => DAY + clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
const hex = (length) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
const uuid = () => [8, 4, 4, 4, 12].map(hex).join('-');
const user = (name) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const session = (role, name) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`;

/** One event of a case. `given`: clock, source, name, and what differs from the case's usual. */
function caseEvent(usual, given) {
  const event = {
    event_id: uuid(),
    time: time(at(given.clock)),
    event_source: `${given.source}.amazonaws.com`,
    event_name: given.name,
    region: given.region ?? usual.region,
    source_ip: given.ip ?? usual.ip,
    user_agent: usual.agent,
    error_code: given.error ?? null,
    verdict: given.verdict ?? 'safe',
    risk: given.risk ?? 0,
    findings: given.findings ?? [],
  };
  const record = {
    eventVersion: '1.11',
    userIdentity: {
      type: usual.actor.includes(':assumed-role/') ? 'AssumedRole' : 'IAMUser',
      arn: usual.actor,
      accountId: ACCOUNT,
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    },
    eventTime: event.time,
    eventSource: event.event_source,
    eventName: event.event_name,
    awsRegion: event.region,
    sourceIPAddress: event.source_ip,
    userAgent: event.user_agent,
    ...(event.error_code && { errorCode: event.error_code, errorMessage: 'User is not authorized to perform this action' }),
    requestParameters: given.request ?? null,
    responseElements: null,
    readOnly: /^(Get|List|Describe)/.test(event.event_name),
    eventID: event.event_id,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  };
  return { ...event, raw: JSON.stringify(record) };
}

function finding(id, title, level, weight, attack, why, falsePositives, reference) {
  return {
    id, title, level, attack, why, count: 0, first: '', last: '', weight,
    references: [reference, `https://attack.mitre.org/techniques/${attack[0].replace('.', '/')}/`],
    false_positives: falsePositives,
  };
}

/** Fills in what follows from the events: counts and times of the findings and of the case. */
function finished(item) {
  const events = item.timeline;
  for (const each of item.findings) {
    const evidence = events.filter((event) => event.findings.includes(each.id));
    each.count = evidence.length;
    each.first = evidence[0].time;
    each.last = evidence.at(-1).time;
  }
  return {
    ...item,
    account: ACCOUNT,
    user: item.actor,
    services: [...new Set(events.map((event) => event.event_source))],
    regions: [...new Set(events.map((event) => event.region))],
    source_ips: [...new Set(events.map((event) => event.source_ip))],
    user_agents: [...new Set(events.map((event) => event.user_agent))],
    first: events[0].time,
    last: events.at(-1).time,
    events: events.length + (item.timeline_omitted ?? 0),
    timeline_omitted: item.timeline_omitted ?? 0,
  };
}

function keyTheft() {
  const usual = { actor: user('ci-deploy'), ip: '203.0.113.77', agent: 'aws-cli/2.15.30 Python/3.11.8 Linux/6.6 exe/x86_64', region: 'eu-west-1' };
  const key = 'a7a3c1de-4b7b-4d52-9e7e-0b6f5f1d2c01';
  const admin = 'a7a3c1de-4b7b-4d52-9e7e-0b6f5f1d2c02';
  const trail = 'a7a3c1de-4b7b-4d52-9e7e-0b6f5f1d2c03';
  const share = 'a7a3c1de-4b7b-4d52-9e7e-0b6f5f1d2c04';
  const denied = 'a7a3c1de-4b7b-4d52-9e7e-0b6f5f1d2c05';
  const secrets = 'a7a3c1de-4b7b-4d52-9e7e-0b6f5f1d2c06';
  const bad = (risk, ...findings) => ({ verdict: 'dangerous', risk, findings });
  const doubt = (risk, ...findings) => ({ verdict: 'uncertain', risk, findings });
  const events = [
    { clock: '14:02:11', source: 'sts', name: 'GetCallerIdentity' },
    { clock: '14:02:40', source: 'iam', name: 'ListUsers', error: 'AccessDenied', ...doubt(35, denied) },
    { clock: '14:02:52', source: 'iam', name: 'ListAttachedUserPolicies', request: { userName: 'ci-deploy' } },
    { clock: '14:03:05', source: 's3', name: 'ListBuckets' },
    { clock: '14:03:18', source: 'ec2', name: 'DescribeInstances', error: 'Client.UnauthorizedOperation', ...doubt(35, denied) },
    { clock: '14:03:31', source: 'secretsmanager', name: 'ListSecrets' },
    { clock: '14:04:02', source: 'secretsmanager', name: 'GetSecretValue', request: { secretId: 'prod/orders/database' }, ...doubt(45, secrets) },
    { clock: '14:04:09', source: 'secretsmanager', name: 'GetSecretValue', request: { secretId: 'prod/payments/api' }, ...doubt(45, secrets) },
    { clock: '14:07:44', source: 'iam', name: 'CreateUser', request: { userName: 'svc-backup' } },
    { clock: '14:08:01', source: 'iam', name: 'AttachUserPolicy', request: { userName: 'svc-backup', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }, ...bad(85, admin) },
    { clock: '14:08:20', source: 'iam', name: 'CreateAccessKey', request: { userName: 'svc-backup' }, ...bad(70, key) },
    { clock: '14:12:37', source: 'cloudtrail', name: 'StopLogging', request: { name: 'company-trail' }, region: 'us-east-1', ...bad(80, trail) },
    { clock: '14:19:03', source: 'ec2', name: 'DescribeSnapshots' },
    { clock: '14:20:46', source: 'ec2', name: 'ModifySnapshotAttribute', request: { snapshotId: 'snap-0abc12def34567890', attributeType: 'CREATE_VOLUME_PERMISSION', createVolumePermission: { add: { items: [{ userId: '999988887777' }] } } }, ...bad(75, share) },
    { clock: '14:21:12', source: 'ec2', name: 'ModifySnapshotAttribute', request: { snapshotId: 'snap-0fed98cba76543210', attributeType: 'CREATE_VOLUME_PERMISSION', createVolumePermission: { add: { items: [{ userId: '999988887777' }] } } }, ...bad(75, share) },
  ];
  return finished({
    id: 'c-7f3a91d204be', verdict: 'dangerous', risk: 99,
    title: 'Stolen key of ci-deploy makes an administrator, stops the trail and shares snapshots',
    actor: usual.actor,
    tactics: ['discovery', 'persistence', 'privilege-escalation', 'defense-impairment', 'credential-access', 'exfiltration'],
    techniques: ['T1087.004', 'T1098.001', 'T1098.003', 'T1136.003', 'T1562.008', 'T1555.006', 'T1537'],
    story: [
      'In 19 minutes user ci-deploy, from the address 203.0.113.77, created the user svc-backup, gave it AdministratorAccess and an access key of its own.',
      'It then stopped the trail company-trail and shared two snapshots with the account 999988887777, which is not yours.',
      'Disable both keys, delete svc-backup, start the trail again and take the sharing back; assume that the two secrets it read are known to others.',
    ],
    arithmetic: '1 − (1−0.85)(1−0.80)(1−0.75)(1−0.70)(1−0.45)(1−0.35) = 0.999 → 99',
    findings: [
      finding(key, 'Access key created for another user', 'high', 0.7, ['T1098.001'], 'CreateAccessKey by user/ci-deploy for svc-backup, which had been created 36 seconds before.', ['A user administrator, or automation that hands out keys.'], 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html'),
      finding(admin, 'AdministratorAccess attached to a user', 'high', 0.85, ['T1098.003'], 'AttachUserPolicy with arn:aws:iam::aws:policy/AdministratorAccess for svc-backup.', ['The first set-up of an account.', 'A break-glass user that a change request covers.'], 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html'),
      finding(trail, 'CloudTrail logging stopped', 'high', 0.8, ['T1562.008'], 'StopLogging of company-trail by user/ci-deploy.', ['A trail that is being replaced by an organisation trail.'], 'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html'),
      finding(share, 'Snapshot shared with another account', 'high', 0.75, ['T1537'], 'ModifySnapshotAttribute adds 999988887777 to snap-0abc12def34567890 and one more.', ['Backups kept in a second account of yours: name that account in a suppression.'], 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html'),
      finding(denied, 'Calls denied in a row', 'low', 0.35, ['T1087.004'], '2 calls of 2 services denied within a minute.', ['A new deployment whose permissions are not complete yet.'], 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html'),
      finding(secrets, 'Secrets read from an unusual address', 'medium', 0.45, ['T1555.006'], 'GetSecretValue for prod/orders/database and prod/payments/api from 203.0.113.77.', ['A developer who debugs with the deployment key.'], 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html'),
    ],
    timeline: events.map((each) => caseEvent(usual, each)),
  });
}

function loginWithoutMfa() {
  const usual = { actor: user('marta'), ip: '198.51.100.24', agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) AppleWebKit/605.1.15 Safari/605.1.15', region: 'us-east-1' };
  const id = 'b1e0c8a2-7d0f-4d0c-8a41-5f6a7b8c9d01';
  const fails = 'b1e0c8a2-7d0f-4d0c-8a41-5f6a7b8c9d02';
  const doubt = (risk, ...findings) => ({ verdict: 'uncertain', risk, findings });
  return finished({
    id: 'c-2b90c4e71a55', verdict: 'uncertain', risk: 55,
    title: 'Console login of marta without MFA after failed attempts',
    actor: usual.actor, tactics: ['initial-access', 'credential-access'], techniques: ['T1078.004', 'T1110'],
    story: ['After three failed attempts user marta logged in to the console without a second factor, from an address seen before.', 'Nothing unusual followed; ask her, and require MFA.'],
    arithmetic: '1 − (1−0.40)(1−0.25) = 0.550 → 55',
    findings: [
      finding(id, 'Console login without MFA', 'medium', 0.4, ['T1078.004'], 'ConsoleLogin of user/marta with MFAUsed "No".', ['Federated users, whose second factor is elsewhere.'], 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html'),
      finding(fails, 'Failed console logins before a success', 'low', 0.25, ['T1110'], '3 failures within 2 minutes, then a success.', ['A mistyped password.'], 'https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html'),
    ],
    timeline: [
      { clock: '08:41:10', source: 'signin', name: 'ConsoleLogin', error: 'Failed authentication', ...doubt(25, fails) },
      { clock: '08:41:38', source: 'signin', name: 'ConsoleLogin', error: 'Failed authentication', ...doubt(25, fails) },
      { clock: '08:42:15', source: 'signin', name: 'ConsoleLogin', error: 'Failed authentication', ...doubt(25, fails) },
      { clock: '08:43:02', source: 'signin', name: 'ConsoleLogin', ...doubt(55, id, fails) },
      { clock: '08:43:30', source: 'billing', name: 'GetBillingDetails' },
    ].map((each) => caseEvent(usual, each)),
  });
}

function openPort() {
  const usual = { actor: session('Developer', 'jonas'), ip: '198.51.100.31', agent: 'console.amazonaws.com', region: 'eu-central-1' };
  const id = 'c40d1f66-0a55-4f0e-9d3a-2f7d3a1b5e01';
  return finished({
    id: 'c-91d0ab34f7c8', verdict: 'uncertain', risk: 40,
    title: 'Security group opened to the world on port 22',
    actor: usual.actor, tactics: ['defense-impairment'], techniques: ['T1562.007'],
    story: ['Developer/jonas let every address reach port 22 of sg-0a1b2c3d and closed it again 26 minutes later.'],
    arithmetic: '1 − (1−0.40) = 0.400 → 40',
    findings: [finding(id, 'Ingress from anywhere to an administration port', 'medium', 0.4, ['T1562.007'], 'AuthorizeSecurityGroupIngress with 0.0.0.0/0 on port 22.', ['A bastion host, or a test that was closed again.'], 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html')],
    timeline: [
      { clock: '10:17:20', source: 'ec2', name: 'DescribeSecurityGroups' },
      { clock: '10:18:05', source: 'ec2', name: 'AuthorizeSecurityGroupIngress', request: { groupId: 'sg-0a1b2c3d', ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] } }, verdict: 'uncertain', risk: 40, findings: [id] },
      { clock: '10:44:19', source: 'ec2', name: 'RevokeSecurityGroupIngress', request: { groupId: 'sg-0a1b2c3d' } },
    ].map((each) => caseEvent(usual, each)),
  });
}

/** Events of a working day: few at night, a dip at noon, and the cases' own. */
function workingDay(cases) {
  const total = Array.from({ length: 288 }, (_, index) => {
    const hour = index / 12;
    const morning = Math.exp(-((hour - 10.2) ** 2) / 4.5);
    const afternoon = Math.exp(-((hour - 15) ** 2) / 5);
    const backup = index % 12 === 0 ? 9 : 0;
    return Math.round(4 + 3 * random() + backup + (28 + 12 * random()) * (morning + 0.9 * afternoon));
  });
  const uncertain = total.map(() => 0);
  const dangerous = total.map(() => 0);
  for (const event of cases.flatMap((item) => item.timeline)) {
    const index = Math.floor((Date.parse(event.time) / 1000 - DAY) / STEP);
    if (event.verdict === 'dangerous') dangerous[index] += 1;
    if (event.verdict === 'uncertain') uncertain[index] += 1;
  }
  return { start: time(DAY), step_seconds: STEP, total, uncertain, dangerous };
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

/** Shares of `names`, the cases' events at least, the rest split by the given weights. */
function shares(weights, events, cases, nameOf, namesOfCase) {
  const whole = sum(Object.values(weights));
  return Object.entries(weights).map(([name, weight]) => {
    const own = cases.flatMap((item) => item.timeline.filter((event) => nameOf(event, item) === name));
    return {
      name,
      events: Math.max(own.length, Math.round((events * weight) / whole)),
      dangerous: own.filter((event) => event.verdict === 'dangerous').length,
      uncertain: own.filter((event) => event.verdict === 'uncertain').length,
      cases: cases.filter((item) => namesOfCase(item).includes(name)).length,
    };
  });
}

function report(cases) {
  const timeline = workingDay(cases);
  const judged = sum(timeline.total);
  const dangerous = sum(timeline.dangerous);
  const uncertain = sum(timeline.uncertain);
  const users = {
    [session('Developer', 'jonas')]: 21, [session('Developer', 'priya')]: 19, [session('AppServer', 'i-0123456789abcdef0')]: 34,
    [session('BackupJob', 'nightly')]: 8, [user('marta')]: 4, [user('ci-deploy')]: 12, 'cloudwatch.amazonaws.com': 3, [`arn:aws:iam::${ACCOUNT}:root`]: 0.05,
  };
  const services = Object.fromEntries(
    Object.entries({ s3: 22, ec2: 19, sts: 18, kms: 11, lambda: 8, iam: 3, dynamodb: 6, secretsmanager: 1.5, cloudtrail: 0.6, signin: 0.4, billing: 0.1 })
      .map(([name, weight]) => [`${name}.amazonaws.com`, weight]),
  );
  return {
    schema: 1,
    generator: 'trailwarden 0.1.0',
    inputs: ['examples/working-day'],
    period: { first: time(DAY + 12), last: time(DAY + 86361) },
    counts: { read: judged + 15, judged, filtered: 0, repeated: 12, skipped: cases.length > 0 ? 3 : 0, dangerous, uncertain, safe: judged - dangerous - uncertain },
    skipped: cases.length > 0 ? [{ reason: 'damaged record', count: 2 }, { reason: 'damaged gzip member', count: 1 }] : [],
    rules: { count: 75, hash: '5d41402abc4b2a76b9719d911017c592' },
    timeline,
    case_counts: { dangerous: cases.filter(({ verdict }) => verdict === 'dangerous').length, uncertain: cases.filter(({ verdict }) => verdict === 'uncertain').length },
    by_user: shares(users, judged, cases, (_event, item) => item.actor, (item) => [item.actor]),
    by_service: shares(services, judged, cases, (event) => event.event_source, (item) => item.timeline.map((event) => event.event_source)),
    by_region: shares({ 'eu-west-1': 61, 'eu-central-1': 27, 'us-east-1': 12 }, judged, cases, (event) => event.region, (item) => item.regions),
    cases,
  };
}

const write = (name, value) => writeFile(new URL(`data/${name}`, import.meta.url), `${JSON.stringify(value, null, 1)}\n`);

await write('sample.json', report([keyTheft(), loginWithoutMfa(), openPort()]));
const calm = report([]);
calm.counts.read = calm.counts.judged + calm.counts.repeated;
await write('calm.json', calm);
