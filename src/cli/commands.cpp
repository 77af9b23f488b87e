// The table of commands and options: the contract of docs/ARCHITECTURE.md.
#include "cli/commands.h"

#include <cctype>

#include "cli/options.h"

namespace trailwarden::cli {
namespace {

constexpr std::string_view kEvents = "Which events";
constexpr std::string_view kFiles = "Which files, and what proves them";
constexpr std::string_view kJudgement = "What they are judged by";
constexpr std::string_view kOutput = "What is printed";
constexpr std::string_view kTold = "Who is told, and of what";
constexpr std::string_view kRunning = "Running";
constexpr std::string_view kModel = "The second opinion of a language model";
constexpr std::string_view kAws = "Where inputs are in AWS";

constexpr Option kRules = {
    kJudgement,       "rules",
    "PATH",           "more Sigma rules: a file, or a folder of .yml files (repeatable)",
    OptionKind::Text, true};
constexpr Option kNoBuiltinRules = {kJudgement, "no-builtin-rules", "",
                                    "leave the built-in rules out", OptionKind::Switch};
constexpr Option kSuppress = {
    kJudgement,
    "suppress",
    "FILE",
    "Sigma file: findings of events that it matches are dropped, and counted (repeatable)",
    OptionKind::Text,
    true};
constexpr Option kThreads = {kRunning, "threads", "N",
                             "worker threads (default: as many as there are processors)",
                             OptionKind::Number};
constexpr Option kProfile = {kAws, "profile", "NAME",
                             "the profile of ~/.aws to use (default: AWS_PROFILE, or default)"};
constexpr Option kRegion = {kAws, "region", "REGION",
                            "the region to ask first (default: AWS_REGION, or the profile's)"};

// docs/ANALYST.md. What the user pays for is never on by itself.
constexpr Option kAnalyst = {
    kModel,
    "analyst",
    "WHO",
    "local (default: no model), bedrock, bedrock-invoke, anthropic, or openai for any server that "
    "speaks its protocol",
    OptionKind::Choice,
    false,
    "local|bedrock|bedrock-invoke|anthropic|openai"};
constexpr Option kModelId = {kModel, "model", "ID", "which model: an id, a profile or an ARN"};
constexpr Option kRedact = {kModel, "redact", "",
                            "send pseudonyms instead of accounts, keys, addresses and names",
                            OptionKind::Switch};
constexpr Option kPrompt = {kModel, "prompt", "FILE",
                            "instructions to use instead of prompts/case.md"};
constexpr Option kModelTime = {kModel, "model-time", "SECONDS",
                               "how long one question may take, retries included (default: 60)",
                               OptionKind::Number};
constexpr Option kPrices = {kModel, "prices", "FILE",
                            "JSON with prices of models, over the list that is built in"};

constexpr Option kScanOptions[] = {
    {kEvents, "since", "TIME",
     "only events from this time on: 2026-03-01, 2026-03-01T08:00:00Z, or 24h for the last day",
     OptionKind::Time},
    {kEvents, "until", "TIME", "only events before this time", OptionKind::Time},
    {kEvents, "pattern", "FILE", "only events that match this EventBridge pattern"},
    kRules,
    kNoBuiltinRules,
    kSuppress,
    {kOutput, "format", "FORMAT", "text (default), jsonl, markdown, html or ocsf",
     OptionKind::Choice, false, "text|jsonl|markdown|html|ocsf"},
    {kOutput, "min-verdict", "VERDICT", "show from this verdict up: uncertain (default), dangerous",
     OptionKind::Choice, false, "uncertain|dangerous"},
    {kOutput, "by", "DIMENSION", "which table to show: user, service or region (default: all)",
     OptionKind::Choice, false, "user|service|region"},
    {kOutput, "all", "", "a line for every record, safe ones too (jsonl)", OptionKind::Switch},
    {kRunning, "fail-on", "VERDICT", "exit with 3 when a case is at least uncertain, or dangerous",
     OptionKind::Choice, false, "uncertain|dangerous"},
    kThreads,
    {kRunning, "checkpoint", "FILE",
     "note here what has been read: a run that was killed goes on there when it is started again"},
    {kRunning, "stats", "", "print speed, CPU time and memory to stderr", OptionKind::Switch},
    kAnalyst,
    kModelId,
    {kModel, "max-cost", "USD", "ask no more than this buys, at list prices (default: 1)"},
    kRedact,
    kPrompt,
    kModelTime,
    kPrices,
    kProfile,
    kRegion,
};

constexpr Option kDigestOptions[] = {
    {kEvents, "since", "TIME",
     "only events from this time on: 2026-03-01, 2026-03-01T08:00:00Z, or 7d for the last week",
     OptionKind::Time},
    {kEvents, "until", "TIME", "only events before this time", OptionKind::Time},
    {kEvents, "max-events", "N",
     "sum up the latest N safe events (default: 20000); dangerous and uncertain ones are all told",
     OptionKind::Number},
    {kEvents, "with-services", "", "also what AWS services did of their own accord",
     OptionKind::Switch},
    {kEvents, "pattern", "FILE", "only events that match this EventBridge pattern"},
    kRules,
    kNoBuiltinRules,
    kSuppress,
    {kOutput, "format", "FORMAT",
     "text (default; of a file by its ending), markdown, or html that fits an e-mail",
     OptionKind::Choice, false, "text|markdown|html"},
    {kOutput, "by", "DIMENSION", "a summary of each user, service, region or account as well",
     OptionKind::Choice, false, "user|service|region|account"},
    {kTold,
     "sink",
     "SINK",
     "where the page goes: slack, slack:CHANNEL, sns:ARN, webhook:URL, jsonl:PATH, file:PATH, "
     "s3:BUCKET/PREFIX, or - for stdout; with ,min=dangerous only where there is such a case "
     "(repeatable; default: -; in trailwarden.yaml: digest-sink)",
     OptionKind::Text,
     true,
     {},
     "digest-sink"},
    {kRunning, "store", "PATH",
     "keep here what the next digest of the same inputs tells changes from (default: nowhere)"},
    {kRunning, "checkpoint", "FILE",
     "note here what a model answered, and keep it: a run that was killed goes on there (default: "
     "a file of one's own state that is removed when the page is written)"},
    {kRunning, "estimate", "", "only say what a model would be asked, and what that costs",
     OptionKind::Switch},
    kThreads,
    kAnalyst,
    kModelId,
    kRedact,
    {kModel, "max-cost", "USD", "ask no more than this buys, at list prices (default: 5)"},
    {kModel, "engine", "ENGINE",
     "batch (one job of all prompts, at half the price) or direct (calls of their own); default: "
     "batch where there is one for so many prompts",
     OptionKind::Choice, false, "batch|direct"},
    {kModel, "batch-bucket", "BUCKET",
     "where Bedrock's jobs read prompts and write answers: BUCKET or BUCKET/PREFIX, in the job's "
     "region"},
    {kModel, "batch-role", "ARN", "the role that Bedrock assumes for it"},
    {kModel, "prompt", "FILE", "instructions to use instead of prompts/digest.md"},
    {kModel, "model-time", "SECONDS",
     "how long one question may take, retries included (default: 300)", OptionKind::Number},
    kPrices,
    kProfile,
    kRegion,
};

constexpr Option kMatchOptions[] = {
    {kEvents, "pattern", "FILE|JSON", "the EventBridge pattern: a file, or the JSON itself"},
    {kEvents, "raw", "", "match any JSON objects as they stand, not CloudTrail records",
     OptionKind::Switch},
    {kOutput, "check", "",
     "only say whether the pattern is valid, and warn of one that can never fire",
     OptionKind::Switch},
    {kOutput, "count", "", "print how many events match instead of the events", OptionKind::Switch},
    kThreads,
    kProfile,
    kRegion,
};

constexpr Option kStore = {kRunning, "store", "PATH",
                           "the store that watch writes to (default: trailwarden.db)"};

// The same as scan's: another judgement would be explained otherwise.
constexpr Option kExplainOptions[] = {
    {kEvents, "store", "STORE",
     "explain from a store instead of from logs: the path of watch's, or dynamodb:TABLE, which "
     "lambda shares, for a case"},
    kRules,
    kNoBuiltinRules,
    kSuppress,
    kProfile,
    kRegion};

constexpr Option kStoreOptions[] = {kStore};
constexpr Option kForgetOptions[] = {
    kStore,
    {kRunning, "older-than", "TIME", "what was last touched before this: 90d, or 2026-03-01",
     OptionKind::Time},
};

constexpr Option kVerifyOptions[] = {
    {kFiles, "since", "TIME",
     "only digests of this time on, and the log files that they name: 2026-03-01, "
     "2026-03-01T08:00:00Z, or 24h for the last day",
     OptionKind::Time},
    {kFiles, "until", "TIME", "only digests before this time", OptionKind::Time},
    {kFiles, "public-keys", "FILE",
     "CloudTrail's public keys: the output of `aws cloudtrail list-public-keys` (repeatable, one "
     "file a region; default: ask CloudTrail)",
     OptionKind::Text, true},
    kProfile,
    kRegion,
    {kOutput, "format", "FORMAT", "text (default) or json", OptionKind::Choice, false, "text|json"},
    kThreads,
};

constexpr Option kSink = {
    kTold,
    "sink",
    "SINK",
    "who is told: slack, slack:CHANNEL, sns:ARN, webhook:URL, jsonl:PATH, ocsf:PATH, or - for "
    "stdout; with ,min=dangerous and ,account=ID for some cases only (repeatable)",
    OptionKind::Text,
    true};
constexpr Option kLeastTold = {kTold,
                               "min-verdict",
                               "VERDICT",
                               "tell of cases from this verdict up: uncertain (default)",
                               OptionKind::Choice,
                               false,
                               "safe|uncertain|dangerous"};
constexpr Option kDashboardUrl = {kTold, "dashboard-url", "URL", "where messages link to"};
constexpr Option kLog = {
    kRunning,           "log", "FORM",     "what it says of itself on stderr: text or json",
    OptionKind::Choice, false, "text|json"};

constexpr Option kCostPerDay = {kModel, "max-cost", "USD",
                                "ask no more than this buys in a day, at list prices (default: 5)"};
constexpr Option kCostPerHour = {kModel, "max-cost-hour", "USD", "and in an hour"};
constexpr Option kTokensPerDay = {kModel, "max-tokens", "N",
                                  "spend no more tokens in a day (default: 5000000)",
                                  OptionKind::Number};
constexpr Option kTokensPerHour = {kModel, "max-tokens-hour", "N", "and in an hour",
                                   OptionKind::Number};

constexpr Option kLambdaOptions[] = {
    {kEvents, "pattern", "FILE", "only events that match this EventBridge pattern"},
    kRules,
    kNoBuiltinRules,
    kSuppress,
    kSink,
    kLeastTold,
    kDashboardUrl,
    kAnalyst,
    kModelId,
    kCostPerDay,
    kCostPerHour,
    kTokensPerDay,
    kTokensPerHour,
    kRedact,
    kPrompt,
    kModelTime,
    kPrices,
    {kRunning, "store", "STORE",
     "what lasts between calls: dynamodb:TABLE, shared by all that run at once, or the path of a "
     "file, for one at a time (default: nothing lasts)"},
    {kRunning, "keep", "TIME",
     "what was last touched before is no longer kept in a DynamoDB table (default: 90d)",
     OptionKind::Time},
    kLog,
    kProfile,
    kRegion,
};

constexpr std::string_view kDigests = "Digests by the clock";

constexpr Option kWatchOptions[] = {
    {kEvents, "source", "SOURCE",
     "where events come from: s3://BUCKET/PREFIX, sqs:URL, lookup:REGION[,REGION], "
     "http:ADDRESS:PORT, file:PATH, or - for stdin"},
    {kEvents, "source-keys", "FILE", "keys that senders to http: must give, one a line"},
    {kEvents, "dead-letters", "PATH|URL",
     "where messages go that cannot be read: a file, or another queue (sqs:)"},
    {kEvents, "since", "TIME", "where s3: and lookup: begin when they have no mark (default: 15m)",
     OptionKind::Time},
    {kEvents, "poll", "SPAN", "how often s3: and lookup: ask for what is new (default: 1m)"},
    {kEvents, "pattern", "FILE", "only events that match this EventBridge pattern"},
    kRules,
    kNoBuiltinRules,
    kSuppress,
    kSink,
    kLeastTold,
    kDashboardUrl,
    kAnalyst,
    kModelId,
    kCostPerDay,
    kCostPerHour,
    kTokensPerDay,
    kTokensPerHour,
    kRedact,
    kPrompt,
    kModelTime,
    kPrices,
    {kDigests, "digest-at", "WHEN",
     "make a digest of what happened since the last one: \"MON 07:00\", \"07:00\", or the five "
     "fields of a crontab line, in UTC"},
    {kDigests, "digest-sink", "SINK", "where digests go: as of digest --sink (repeatable)",
     OptionKind::Text, true},
    {kDigests, "digest-input", "INPUT",
     "what digests read: as digest's INPUT (repeatable; default: the --source where that is s3:, "
     "else what the store has)",
     OptionKind::Text, true},
    {kDigests, "digest-by", "DIMENSION",
     "a summary of each user, service, region or account as well", OptionKind::Choice, false,
     "user|service|region|account"},
    {kDigests, "digest-analyst", "WHO", "who writes them: as --analyst (default: local, no model)",
     OptionKind::Choice, false, "local|bedrock|bedrock-invoke|anthropic|openai"},
    {kDigests, "digest-model", "ID", "which model; 5 dollars a digest at most, at list prices"},
    {kRunning, "store", "PATH", "what lasts: cases, messages to be sent (default: trailwarden.db)"},
    {kRunning, "keep", "TIME", "forget what was last touched before (default: 90d)",
     OptionKind::Time},
    {kRunning, "listen", "ADDRESS:PORT",
     "answer /healthz, /readyz and /metrics (Prometheus) here; loopback without an address"},
    {kRunning, "listen-keys", "FILE",
     "keys for /metrics, one a line: needed to listen beyond loopback"},
    kLog,
    kThreads,
    kProfile,
    kRegion,
};

// The sinks that watch would tell: those of trailwarden.yaml, unless others are named.
constexpr Option kSinkTestOptions[] = {kSink, kProfile, kRegion};

constexpr std::string_view kMade = "What is made";
constexpr std::string_view kWhere = "Where";
constexpr Option kStack = {kWhere, "stack", "NAME",
                           "the CloudFormation stack (default: trailwarden)"};
constexpr Option kStackRegion = {
    kWhere, "region", "REGION",
    "the region of the stack, which is that of batch jobs (default: AWS_REGION, or the profile's)"};
constexpr Option kStackProfile = {
    kWhere, "profile", "NAME", "the profile of ~/.aws to use (default: AWS_PROFILE, or default)"};
constexpr Option kSetupOptions[] = {
    {kMade, "email", "ADDRESS", "who gets digests by e-mail; AWS asks them to confirm first"},
    {kMade, "model", "ID",
     "the model of Bedrock that writes digests: makes the role for batch jobs, and rights to this "
     "model only"},
    {kMade, "keep-days", "N",
     "remove prompts, answers and pages from the bucket after so many days (default: 30)",
     OptionKind::Number},
    {kMade, "kms-key", "ARN",
     "a key of yours for bucket and topic (default: S3's own, and SNS's in the account)"},
    {kMade, "print", "", "only print the CloudFormation template, and ask AWS nothing",
     OptionKind::Switch},
    kStack,
    kStackRegion,
    kStackProfile,
};
constexpr Option kTeardownOptions[] = {
    {kRunning, "empty-bucket", "", "remove what is in the bucket as well, all versions, for good",
     OptionKind::Switch},
    kStack,
    kStackRegion,
    kStackProfile,
};

constexpr Command kCommands[] = {
    {"scan", "analyse logs at rest: what in them is dangerous, and why",
     "Reads CloudTrail logs (files, folders, or - for stdin; gzip or plain; any of the forms that "
     "CloudTrail records come in) and judges every event: dangerous, uncertain or safe. Findings "
     "of one actor that are close in time form a case with its story. Files need no network and no "
     "account; nothing needs a language model.",
     "INPUT...", "files, folders, s3://BUCKET/PREFIX, lookup:REGION, store:PATH, or - for stdin",
     true, kScanOptions,
     "trailwarden scan logs/                              # a report on the terminal\n"
     "trailwarden scan logs/ --format html > report.html  # the same as a page\n"
     "aws cloudtrail lookup-events | trailwarden scan -   # the latest events\n"
     "trailwarden scan s3://trail-bucket --since 24h      # straight from S3\n"
     "trailwarden scan logs/ --format jsonl --fail-on dangerous | jq .event_name"},
    {"digest", "a period on one page: what matters, what changed, what to do",
     "Reads logs as scan does and writes one page about them: what matters now, who was notable, "
     "what changed since the last digest, what is routine, what to do; and tables by user, service "
     "and region. Events that a person would read as one are told as one; what rules call "
     "dangerous or uncertain is told event by event.",
     "INPUT...", "files, folders, s3://BUCKET/PREFIX, lookup:REGION, store:PATH, or - for stdin",
     true, kDigestOptions,
     "trailwarden digest logs/\n"
     "trailwarden digest --since 7d --by user s3://my-trail-bucket\n"
     "trailwarden digest --since 7d --format html logs/ > week.html\n"
     "trailwarden digest s3://trail --sink s3:my-pages --sink sns:TOPIC_ARN"},
    {"watch", "follow live events, and tell people what is dangerous",
     "Takes events as they come, judges them as scan does, keeps what matters in a store and tells "
     "the sinks: a case once, and again when its verdict rises. An event is acknowledged at its "
     "source only when its verdict is on the disk; a message that a sink does not take is tried "
     "again, across restarts, and nothing is told twice. Secrets of sinks come from the "
     "environment, files or Secrets Manager, never from options.",
     "", "", false, kWatchOptions,
     "trailwarden watch --source sqs:QUEUE_URL --sink slack:C0123456789\n"
     "trailwarden watch --source s3://trail-bucket --sink -  # a trail, no queue\n"
     "trailwarden watch --source lookup:eu-west-1 --sink -  # no trail, no queue\n"
     "trailwarden watch --source file:events.jsonl --sink webhook:https://soc/in\n"
     "trailwarden watch --source http::8080 --sink sns:TOPIC_ARN --listen :9100\n"
     "trailwarden watch --source s3://trail-bucket --sink slack:C0123456789 \\\n"
     "  --digest-at 'MON 07:00' --digest-sink sns:TOPIC_ARN"},
    {"lambda", "judge events in AWS Lambda, as its custom runtime",
     "Takes EventBridge events, S3 notifications and batches from SQS and SNS from Lambda's "
     "runtime "
     "API, and tells the sinks before it answers. Of a batch from SQS only the messages that could "
     "not be handled come again (ReportBatchItemFailures). Runs by itself where the executable is "
     "the function's bootstrap: options stand in TRAILWARDEN_* variables then, several values of "
     "one parted by semicolons.",
     "", "", false, kLambdaOptions, "TRAILWARDEN_SINK=slack:C0123456789 trailwarden lambda"},
    {"sink test", "send a test message to each sink, and say what became of it",
     "Sends a message that says it is a test, whatever verdicts and accounts the sink is for, and "
     "prints a line for each sink: sent, or why not and what to do about it. Exit status: 0 all "
     "were sent, 1 not.",
     "SINK...", "sinks as of watch --sink (default: those of trailwarden.yaml)", false,
     kSinkTestOptions,
     "SLACK_BOT_TOKEN=… trailwarden sink test slack:C0123456789\n"
     "trailwarden sink test                              # those of trailwarden.yaml"},
    {"match", "print the events that an EventBridge pattern matches",
     "Prints each matching event as one line of JSON. Bare CloudTrail records are wrapped into "
     "their "
     "EventBridge envelope first. Exit status: 0 some matched, 1 none, 2 the pattern is invalid.",
     "INPUT...", "files, folders, s3://BUCKET/PREFIX, lookup:REGION, store:PATH, or - for stdin",
     false, kMatchOptions,
     "trailwarden match --pattern rule.json logs/\n"
     "trailwarden match --pattern '{\"detail\":{\"errorCode\":[{\"exists\":true}]}}' logs/\n"
     "trailwarden match --check --pattern rule.json       # valid? can it ever fire?"},
    {"rules list",
     "the rules: level, name, ATT&CK techniques",
     "Lists the built-in rules, or the rules of the paths given.",
     "PATH...",
     "Sigma files, or folders of them",
     false,
     {},
     "trailwarden rules list                # the built-in ones\n"
     "trailwarden rules list my-rules/"},
    {"rules check",
     "which rules load, and why the others do not",
     "Loads every rule of the paths given and prints each problem with its place. Exit status: 0 "
     "all "
     "load, 1 some do not.",
     "PATH...",
     "Sigma files, or folders of them (the built-in rules without any)",
     false,
     {},
     "trailwarden rules check my-rules/"},
    {"rules test",
     "run rules against their example events",
     "For each NAME.yml, runs the events of NAME.events.json beside it: those that must fire the "
     "rule "
     "and the near misses that must not. Exit status: 0 all as expected, 1 not.",
     "PATH...",
     "folders with rules and their events",
     true,
     {},
     "trailwarden rules test rules/"},
    {"explain", "why a verdict was given: every finding with its evidence",
     "Reads the logs again, or a store of watch, and prints the case or the event that the id "
     "names: the arithmetic, every finding with the values that made it fire, and the raw event.",
     "ID INPUT...", "an event id or a case id, then inputs as of scan (none with --store)", true,
     kExplainOptions,
     "trailwarden explain c-1f6b4a2c9d3e logs/\n"
     "trailwarden explain c-1f6b4a2c9d3e --store trailwarden.db\n"
     "trailwarden explain c-1f6b4a2c9d3e --store dynamodb:trailwarden"},
    {"store status", "what a store holds: events, cases, messages, money spent",
     "Counts what the store holds, also while watch writes to it.", "", "", false, kStoreOptions,
     "trailwarden store status --store trailwarden.db"},
    {"store check", "is the file sound?",
     "Lets SQLite check the whole file and prints what it finds. Exit status: 0 sound, 1 not.", "",
     "", false, kStoreOptions, "trailwarden store check"},
    {"store forget", "remove what is old",
     "Removes cases that were last updated before the time given, their events and messages, and "
     "answers of language models as old as that. A case with a message that still waits stays. "
     "Works in small steps, also while watch writes.",
     "", "", false, kForgetOptions, "trailwarden store forget --older-than 90d"},
    {"store compact", "give the space of what was removed back to the file system",
     "Shortens the file by the space that was freed, in small steps, also while watch writes.", "",
     "", false, kStoreOptions, "trailwarden store compact"},
    {"store dead", "messages that were given up, and why",
     "Lists messages that no sink took: their number, when they were tried last, the sink, the "
     "case, what they tell, and the reason.",
     "", "", false, kStoreOptions, "trailwarden store dead"},
    {"store retry", "send messages again that were given up",
     "Puts the messages of these numbers, or all that were given up, back into the outbox. A watch "
     "that runs sends them when it next looks there, at the latest when it is started again.",
     "NUMBER...", "numbers of messages, as store dead lists them (default: all)", false,
     kStoreOptions,
     "trailwarden store retry           # all of them\n"
     "trailwarden store retry 17 18"},
    {"setup", "make what digest needs in an account: bucket, role, topic, policy",
     "Makes one CloudFormation stack: an encrypted bucket for batch jobs and pages, which forgets, "
     "the role that Bedrock assumes, an SNS topic with its e-mail subscription, and a policy for "
     "whoever runs digest. Run again, it changes what the options or a newer version say, keeps "
     "what is not named, and goes on where it was killed. Prints the options for digest, as lines "
     "for trailwarden.yaml. None of it costs anything until it is used: docs/DEPLOY.md.",
     "", "", false, kSetupOptions,
     "trailwarden setup --email me@example.com --model eu.amazon.nova-lite-v1:0\n"
     "trailwarden setup >> trailwarden.yaml  # its options for digest\n"
     "trailwarden setup --print | less       # what would be made"},
    {"teardown", "remove what setup made",
     "Deletes the CloudFormation stack and all that it made, and nothing that setup did not make. "
     "While something is in the bucket, nothing is removed without --empty-bucket.",
     "", "", false, kTeardownOptions,
     "trailwarden teardown\n"
     "trailwarden teardown --empty-bucket"},
    {"verify", "were logs altered, deleted or added since CloudTrail delivered them?",
     "Validates CloudTrail's log files by its signed digests: the chain of digests, their "
     "signatures, the hash of every log file that they name, files that none names, and which "
     "hours of which region have no logs though they should. Exit status: 0 nothing speaks against "
     "what is here, 3 tampering (invalid or missing files, a broken chain), 1 files cannot be read "
     "or there are no digests.",
     "INPUT...", "s3://BUCKET/PREFIX, or a mirror of the bucket as `aws s3 sync` makes it", true,
     kVerifyOptions,
     "trailwarden verify s3://my-trail-bucket --since 24h\n"
     "trailwarden verify mirror/                          # keys from CloudTrail\n"
     "trailwarden verify mirror/ --public-keys keys.json  # needs no network\n"
     "trailwarden verify mirror/ --format json | jq .problems"},
};

constexpr StatusMeaning kStatuses[] = {
    {kDone, "done (match: some events matched)"},
    {kFailed, "failed (match: none matched; rules: some do not load or pass)"},
    {kUsage, "wrong usage, or an invalid pattern or suppression"},
    {kVerdictReached, "scan --fail-on: a case of that verdict was found; verify: tampering"},
    {kInterrupted, "interrupted"},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

std::span<const StatusMeaning> exit_statuses() { return kStatuses; }

std::string environment_name(std::string_view option) {
  std::string name = "TRAILWARDEN_";
  for (const char c : option) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

}  // namespace trailwarden::cli
