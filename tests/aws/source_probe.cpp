// The live sources on a leash, for source_test.py: reads what comes, and writes a line for each
// record, its eventID, to a file before it calls the delivery done.
//
//   source_probe sqs RECORDS url=QUEUE_URL [dead_file=PATH] [dead_queue=URL] [visibility=S]
//   source_probe http RECORDS [key=KEY] [deadline_ms=MS]    Prints its port first.
//   source_probe lookup RECORDS input=lookup:… since=UNIX [until=UNIX] [marks=PATH]
//
// and for each: [threads=N] [work_ms=MS] [fail=TEXT], which fails deliveries that hold TEXT.
// Ends when its standard input does; notes go to standard error, counts to standard output.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "aws/settings.h"
#include "cloudtrail/reader.h"
#include "json/projection.h"
#include "source/http_source.h"
#include "source/lookup_source.h"
#include "source/sqs_source.h"

namespace trailwarden::source {
namespace {

using std::chrono::milliseconds;
using Options = std::map<std::string, std::string>;

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

class KeysOfEnvironment final : public aws::CredentialsProvider {
 public:
  aws::Outcome<aws::Credentials> get(const std::stop_token&) override {
    aws::Credentials keys;
    keys.access_key_id = environment("AWS_ACCESS_KEY_ID").value_or("");
    keys.secret_access_key = environment("AWS_SECRET_ACCESS_KEY").value_or("");
    return keys;
  }
  void discard(const aws::Credentials&) override {}
  std::string name() const override { return "environment"; }
};

template <class T>
T or_exit(Result<T> result) {
  if (!result) {
    std::cerr << to_string(result.error()) << std::endl;
    std::exit(1);
  }
  return *std::move(result);
}

aws::Session make_session() {
  aws::Session session;
  session.settings =
      std::make_shared<const aws::Settings>(or_exit(aws::load_settings(environment, {})));
  session.credentials = std::make_shared<KeysOfEnvironment>();
  session.http = std::make_shared<net::Client>();
  session.sleep = [](milliseconds time, const std::stop_token& stop) {
    Bell nobody;
    nobody.wait(nobody.rings(), std::chrono::steady_clock::now() + time, stop);
  };
  session.random = [] { return 0.5; };
  return session;
}

void note(std::string_view line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::cerr << line << std::endl;
}

std::string option(const Options& options, const std::string& name, std::string otherwise = {}) {
  const auto found = options.find(name);
  return found == options.end() ? std::move(otherwise) : found->second;
}

long number(const Options& options, const std::string& name, long otherwise) {
  return std::stol(option(options, name, std::to_string(otherwise)));
}

// Writes eventIDs, a line each, in one write: whole, and there, whatever ends us.
class Recorder final : public cloudtrail::RecordVisitor {
 public:
  Recorder(int file, json::FieldId id) : file_(file), id_(id) {}
  void on_record(const cloudtrail::RawRecord& record) override {
    lines_ += std::string(record.found.text(id_).value_or("?")) + "\n";
  }
  void on_problem(const cloudtrail::Problem& problem) override { note(to_string(problem)); }
  void flush() {
    if (::write(file_, lines_.data(), lines_.size()) < 0) std::abort();
    lines_.clear();
  }

 private:
  const int file_;
  const json::FieldId id_;
  std::string lines_;
};

void consume(LiveSource& source, int file, const Options& options, const std::stop_token& stop) {
  json::ProjectionBuilder builder;
  const json::FieldId id = builder.add("eventID");
  const cloudtrail::RecordShape shape = cloudtrail::RecordShape::add_to(builder);
  cloudtrail::ReadProgress progress;
  cloudtrail::Reader reader(std::move(builder).build(), shape, progress);
  Recorder recorder(file, id);
  const std::string poison = option(options, "fail");
  while (const auto delivery = or_exit(source.next(stop))) {
    std::this_thread::sleep_for(milliseconds(number(options, "work_ms", 0)));
    if (!poison.empty() && delivery->bytes.find(poison) != std::string::npos) {
      source.failed(delivery->receipt, "holds " + poison);
      continue;
    }
    reader.read_bytes(delivery->bytes, delivery->name, recorder, {});
    recorder.flush();
    source.done(delivery->receipt);
  }
}

void run(LiveSource& source, const std::string& records, const Options& options) {
  const int file = ::open(records.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  std::stop_source stop;
  std::vector<std::jthread> workers;
  for (long i = 0; i < number(options, "threads", 2); ++i) {
    workers.emplace_back([&] { consume(source, file, options, stop.get_token()); });
  }
  // A source that has an end ends its workers; others end with our input.
  std::thread([stop]() mutable {
    const std::string all(std::istreambuf_iterator<char>(std::cin), {});
    stop.request_stop();
  }).detach();
  workers.clear();
  source.close();
  ::close(file);
}

void run_sqs(const std::string& records, const Options& options) {
  SqsSetup setup{.queue_url = option(options, "url"),
                 .dead_letter_path = option(options, "dead_file"),
                 .dead_letter_queue_url = option(options, "dead_queue")};
  setup.options.visibility = std::chrono::seconds(number(options, "visibility", 10));
  setup.options.receives_max = static_cast<unsigned>(number(options, "receives_max", 5));
  const auto source = or_exit(SqsSource::open(make_session(), setup, note));
  run(*source, records, options);
  const SqsCounts& counts = source->counts();
  std::cout << "{\"received\":" << counts.received << ",\"deleted\":" << counts.deleted
            << ",\"dead_lettered\":" << counts.dead_lettered
            << ",\"without_logs\":" << counts.without_logs
            << ",\"left_in_queue\":" << counts.left_in_queue << "}" << std::endl;
}

void run_http(const std::string& records, const Options& options) {
  HttpSetup setup;
  if (options.contains("key")) setup.rules.keys = {option(options, "key")};
  setup.rules.deadline = milliseconds(number(options, "deadline_ms", 4'000));
  const auto source = or_exit(HttpSource::open(setup));
  std::cout << source->port() << std::endl;
  run(*source, records, options);
}

void run_lookup(const std::string& records, const Options& options) {
  const aws::Session session = make_session();
  LookupSetup setup;
  setup.regions = or_exit(parse_lookup_input(option(options, "input"), session.settings->region));
  setup.since = number(options, "since", 0);
  if (options.contains("until")) setup.until = number(options, "until", 0);
  setup.rate = std::make_shared<LookupRate>(std::chrono::steady_clock::now, session.sleep);
  const std::string marks = option(options, "marks");
  if (std::ifstream file(marks); file) {
    setup.marks = or_exit(parse_lookup_marks(
        std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>())));
  }
  LookupSource source(session, setup, note);
  run(source, records, options);
  if (!marks.empty()) std::ofstream(marks) << to_json(source.marks());
}

}  // namespace
}  // namespace trailwarden::source

int main(int count, char** arguments) {
  using namespace trailwarden::source;
  if (count < 3) return 2;
  Options options;
  for (int i = 3; i < count; ++i) {
    const std::string text = arguments[i];
    options[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
  }
  const std::string kind = arguments[1];
  if (kind == "sqs") run_sqs(arguments[2], options);
  if (kind == "http") run_http(arguments[2], options);
  if (kind == "lookup") run_lookup(arguments[2], options);
  return 0;
}
