#include "aws/process.h"

#include <csignal>

#include "aws/process_credentials.h"
#include "provider_world.h"

namespace trailwarden::aws {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using Words = std::vector<std::string>;

TEST(SplitCommand, AsShlexDoes) {
  // Each expectation is what Python's shlex.split says.
  const std::pair<const char*, Words> cases[] = {
      {"", {}},
      {"  tool  --a\tb ", {"tool", "--a", "b"}},
      {"'a b' \"c d\"", {"a b", "c d"}},
      {"a'b'\"c\"d", {"abcd"}},
      {"'' \"\"", {"", ""}},
      {R"('it\s' "q\"x\\y\z")", {R"(it\s)", R"(q"x\y\z)"}},
      {R"(a\ b \"c)", {"a b", "\"c"}},
      {"a # b; $(c) ~ *", {"a", "#", "b;", "$(c)", "~", "*"}},
  };
  for (const auto& [command, words] : cases) {
    EXPECT_EQ(split_command(command).value(), words) << command;
  }
}

TEST(SplitCommand, RefusesWhatDoesNotEnd) {
  for (const char* command : {"'a", "\"a", "a\\", "a \"b\\\""}) {
    EXPECT_FALSE(split_command(command)) << command;
  }
}

TEST(RunProcess, GivesOutputErrorsAndStatus) {
  const auto result =
      run_process({"sh", "-c", "echo out; echo err >&2; cat; exit 3"}, {}, {}).value();
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.error, "err\n");
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(run_process({"sh", "-c", "kill -9 $$"}, {}, {})->status, 128 + SIGKILL);
}

TEST(RunProcess, SaysWhenItCannotStart) {
  const auto result = run_process({"no-such-program-here"}, {}, {});
  EXPECT_THAT(message_of(result), HasSubstr("cannot be started"));
}

TEST(RunProcess, EndsWhatDoesNotEnd) {
  const auto result = run_process({"sleep", "1000"}, {.time = milliseconds{50}}, {});
  EXPECT_THAT(message_of(result), HasSubstr("did not end"));
}

TEST(RunProcess, EndsWhatPrintsTooMuch) {
  const auto result = run_process({"yes"}, {.output_bytes = 1000}, {});
  EXPECT_THAT(message_of(result), HasSubstr("prints too much"));
}

TEST(RunProcess, DoesNotWaitForWhatTheProgramLeftBehind) {
  const auto result =
      run_process({"sh", "-c", "sleep 40 & echo done"}, {.time = std::chrono::seconds{30}}, {});
  ASSERT_TRUE(result) << message_of(result);
  EXPECT_EQ(result->out, "done\n");
}

TEST(RunProcess, TheProgramsSignalsAreAsInAShell) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  const auto old_handler = std::signal(SIGPIPE, SIG_IGN);
  const auto piped = run_process({"sh", "-c", "kill -PIPE $$; echo alive"}, {}, {});
  const auto ended = run_process({"sh", "-c", "kill -TERM $$; echo alive"}, {}, {});
  std::signal(SIGPIPE, old_handler);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(piped->status, 128 + SIGPIPE);
  EXPECT_EQ(ended->status, 128 + SIGTERM);
}

TEST(RunProcess, AStopEndsIt) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(message_of(run_process({"sleep", "1000"}, {}, stop.get_token())), "stopped");
}

// The command prints `text`.
std::string printing(const std::string& text) { return "printf '%s' '" + text + "'"; }

Outcome<Credentials> fetch(const std::string& command) {
  return process_credentials("p", command)->fetch({});
}

TEST(ProcessCredentials, ReadsTheDocumentedAnswer) {
  const auto keys = fetch(
      printing(R"({"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"S3CR3T","SessionToken":"T",)"
               R"("Expiration":"2027-01-15T08:00:00Z","AccountId":"111122223333"})"));
  ASSERT_TRUE(keys) << message_of(keys);
  EXPECT_EQ(keys->access_key_id, "AKID");
  EXPECT_EQ(keys->secret_access_key, kSecret);
  EXPECT_EQ(keys->session_token, "T");
  EXPECT_EQ(keys->account_id, "111122223333");
  EXPECT_EQ(keys->expires, SystemTime{std::chrono::seconds{1'800'000'000}});
  EXPECT_EQ(process_credentials("p", "x")->name(), "profile p, credential_process");
}

TEST(ProcessCredentials, WithoutAnExpirationKeysLast) {
  const auto keys =
      fetch(printing(R"({"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"S3CR3T"})"));
  ASSERT_TRUE(keys) << message_of(keys);
  EXPECT_EQ(keys->expires, std::nullopt);
  EXPECT_EQ(keys->session_token, "");
}

TEST(ProcessCredentials, SaysWhatIsWrong) {
  const std::string document =
      R"("AccessKeyId":"AKID","SecretAccessKey":"S3CR3T","SessionToken":"S3CR3T")";
  const std::pair<std::string, const char*> cases[] = {
      {"sh -c 'echo S3CR3T; echo sign in first >&2; exit 7'",
       "the command ended with status 7: sign in first"},
      {"false", "status 1: it said nothing"},
      {"'open", "quotation that does not end"},
      {"", "the command is empty"},
      {printing("{" + document + "}"), "not of Version 1"},
      {printing("{\"Version\":2," + document + "}"), "not of Version 1"},
      {printing("{\"Version\":\"1\"," + document + "}"), "not of Version 1"},
      {printing("S3CR3T"), "no JSON object"},
      {printing(R"({"Version":1,"AccessKeyId":"AKID"})"), "no SecretAccessKey"},
      {printing(R"({"Version":1,"SecretAccessKey":"S3CR3T"})"), "no AccessKeyId"},
      {printing("{\"Version\":1,\"Expiration\":\"S3CR3T\"," + document + "}"),
       "Expiration is no time"},
  };
  for (const auto& [command, says] : cases) {
    const auto keys = fetch(command);
    ASSERT_FALSE(keys) << command;
    EXPECT_EQ(keys.error().kind, Failure::Kind::Credentials) << command;
    EXPECT_THAT(message_of(keys), HasSubstr(says)) << command;
  }
}

}  // namespace
}  // namespace trailwarden::aws
