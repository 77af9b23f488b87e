#include "inference/job_journal.h"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdio>
#include <random>

#include "base/utc_time.h"
#include "model/json_read.h"

namespace trailwarden::inference {
namespace {

namespace json = boost::json;
using State = JobEntry::State;

struct StateName {
  State state;
  std::string_view name;
};
constexpr auto kStateNames = std::to_array<StateName>({{State::Ready, "ready"},
                                                       {State::Created, "created"},
                                                       {State::Done, "done"},
                                                       {State::Failed, "failed"}});

std::string job_key(std::size_t number) { return "batch/" + std::to_string(number); }
std::string tasks_key(std::size_t number) { return job_key(number) + "/tasks"; }

// "20261122t153000z-1a2b3c4d".
std::string made_up_name() {
  std::string name;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  for (const char c : format_utc(std::chrono::duration_cast<std::chrono::seconds>(now).count())) {
    if (c >= '0' && c <= '9') name += c;
    if (c == 'T') name += 't';
  }
  std::array<char, 16> random{};
  std::snprintf(random.data(), random.size(), "z-%08x", std::random_device{}());
  return name + random.data();
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    result.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

Result<JobEntry> read_entry(const std::string& text, std::size_t number) {
  const auto value = model::parse_json(text);
  const json::object* object = value ? value->if_object() : nullptr;
  const json::object* order = object == nullptr ? nullptr : model::object_in(*object, "order");
  if (order != nullptr) {
    for (const StateName& each : kStateNames) {
      if (model::text_in(*object, "state") != each.name) continue;
      return JobEntry{.state = each.state,
                      .number = number,
                      .order = json::serialize(*order),
                      .id = model::text_in(*object, "id"),
                      .tasks = {}};
    }
  }
  return fail(ErrorCode::Decode, "the journal's entry " + job_key(number) + " is damaged");
}

}  // namespace

Result<std::string> JobJournal::run_name() {
  if (auto name = journal_.find("batch/run")) return *std::move(name);
  std::string name = made_up_name();
  TW_TRY(journal_.put("batch/run", name));
  return name;
}

Result<std::vector<JobEntry>> JobJournal::jobs() const {
  std::vector<JobEntry> jobs;
  while (const auto text = journal_.find(job_key(jobs.size()))) {
    JobEntry entry = TW_TRY(read_entry(*text, jobs.size()));
    entry.tasks = words(journal_.find(tasks_key(entry.number)).value_or(""));
    jobs.push_back(std::move(entry));
  }
  return jobs;
}

Result<void> JobJournal::add(const JobEntry& entry) {
  std::string tasks;
  for (const std::string& task : entry.tasks) tasks += (tasks.empty() ? "" : " ") + task;
  TW_TRY(journal_.put(tasks_key(entry.number), tasks));
  return update(entry);
}

Result<void> JobJournal::update(const JobEntry& entry) {
  std::string_view state;
  for (const StateName& each : kStateNames) {
    if (each.state == entry.state) state = each.name;
  }
  auto order = model::parse_json(entry.order);
  const json::object object{{"state", model::as_key(state)},
                            {"id", entry.id},
                            {"order", order ? *std::move(order) : json::value(json::object())}};
  return journal_.put(job_key(entry.number), json::serialize(object));
}

}  // namespace trailwarden::inference
