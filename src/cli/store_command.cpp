// Housekeeping of a store, also while `watch` writes to it.
#include <algorithm>
#include <charconv>

#include "cli/commands.h"
#include "cli/live_parts.h"
#include "cli/output.h"
#include "cli/period.h"
#include "report/format.h"
#include "report/terminal.h"
#include "store/store.h"

namespace trailwarden::cli {
namespace {

using Opened = std::unique_ptr<store::Store>;

constexpr std::size_t kDeadMax = 100'000;  // More than anybody reads; each is some kilobytes.
constexpr UnixSeconds kDay = 86'400;

std::string path_of(const Request& request) { return request.text("store", "trailwarden.db"); }

std::string moment_of(store::UnixMillis time) { return report::moment(time / 1000); }

std::string megabytes(std::uint64_t bytes) {
  const std::uint64_t tenths = (bytes * 10 + 524'288) / 1'048'576;
  return report::grouped(tenths / 10) + "." + std::to_string(tenths % 10) + " MiB";
}

std::string dollars(std::int64_t nano_dollars) {
  const std::int64_t cents = (nano_dollars + 5'000'000) / 10'000'000;
  const std::string rest = std::to_string(cents % 100);
  return "$" + std::to_string(cents / 100) + "." + (rest.size() == 1 ? "0" : "") + rest;
}

void field(std::string& out, std::string_view name, std::string_view value) {
  out += report::pad_right(name, 12) + std::string(value) + "\n";
}

// What models cost in the time since `since`.
Result<std::string> spent(const store::Store& store, UnixSeconds since) {
  std::int64_t tokens = 0;
  std::int64_t nano_dollars = 0;
  for (const store::SpendingRow& row : TW_TRY(store.spending_since(since))) {
    tokens += row.tokens;
    nano_dollars += row.nano_dollars;
  }
  return report::grouped(static_cast<std::uint64_t>(std::max<std::int64_t>(tokens, 0))) +
         " tokens, " + dollars(nano_dollars);
}

std::string received(const store::StoreStatistics& now) {
  if (!now.oldest || !now.newest) return {};
  return ", received " + moment_of(*now.oldest) + " to " + moment_of(*now.newest) + " UTC";
}

Result<std::string> status_text(const store::Store& store, const std::string& path) {
  const store::StoreStatistics now = TW_TRY(store.statistics());
  const UnixSeconds today = wall_clock() / 1000;
  std::string out;
  field(out, "store", report::printable(path));
  field(out, "size", megabytes(now.bytes) + ", " + megabytes(now.free_bytes) + " of it free");
  field(out, "schema", std::to_string(now.schema));
  std::string read;
  for (const std::string_view counter : {"read", "judged", "filtered", "repeated", "skipped"}) {
    if (!read.empty()) read += ", ";
    read += report::grouped(TW_TRY(store.counter(counter))) + " " + std::string(counter);
  }
  field(out, "records", read);
  field(out, "events", report::grouped(now.events) + " with findings" + received(now));
  field(out, "cases", report::grouped(now.cases));
  field(out, "messages",
        report::grouped(now.pending) + " waiting, " + report::grouped(now.sending) +
            " being sent or in doubt, " + report::grouped(now.sent) + " sent, " +
            report::grouped(now.dead) + " given up");
  field(out, "answers", report::grouped(now.answers) + " of language models kept");
  field(out, "spent",
        TW_TRY(spent(store, today - kDay)) + " in 24 hours; " +
            TW_TRY(spent(store, today - 30 * kDay)) + " in 30 days");
  return out;
}

Result<int> show_status(const Request& request) {
  const Opened store = TW_TRY(store::Store::open(path_of(request), {.read_only = true}));
  return write_out(TW_TRY(status_text(*store, path_of(request)))) ? kDone : kFailed;
}

Result<int> check(const Request& request) {
  const Opened store = TW_TRY(store::Store::open(path_of(request), {.read_only = true}));
  const auto faults = TW_TRY(store->faults());
  std::string out;
  for (const std::string& fault : faults) out += report::printable(fault) + "\n";
  if (faults.empty()) out = "sound\n";
  return write_out(out) && faults.empty() ? kDone : kFailed;
}

Result<int> forget(const Request& request) {
  if (!request.has("older-than")) {
    return fail(ErrorCode::Usage, "--older-than is needed: 90d, or a date");
  }
  const UnixSeconds before =
      TW_TRY(parse_period_end(request.text("older-than"), wall_clock() / 1000));
  const Opened store = TW_TRY(store::Store::open(path_of(request), {.visiting = true}));
  const std::uint64_t gone = TW_TRY(store->forget(before * 1000));
  return write_out("forgot " + report::plural(gone, "row") + " older than " +
                   report::moment(before) + " UTC\n")
             ? kDone
             : kFailed;
}

Result<int> compact(const Request& request) {
  const Opened store = TW_TRY(store::Store::open(path_of(request), {.visiting = true}));
  const std::uint64_t before = TW_TRY(store->statistics()).bytes;
  TW_TRY(store->compact());
  const std::uint64_t after = TW_TRY(store->statistics()).bytes;
  return write_out(megabytes(before) + " before, " + megabytes(after) + " now\n") ? kDone : kFailed;
}

Result<int> list_dead(const Request& request) {
  const Opened store = TW_TRY(store::Store::open(path_of(request), {.read_only = true}));
  const auto messages = TW_TRY(store->messages(store::OutboxState::Dead, kDeadMax));
  std::string out;
  for (const store::OutboxRow& row : messages) {
    const std::string cells[] = {std::to_string(row.id), moment_of(row.tried.value_or(row.created)),
                                 report::printable(row.sink), report::printable(row.case_id),
                                 report::printable(row.kind)};
    const std::size_t widths[] = {8, 21, 28, 16, 9};
    for (std::size_t i = 0; i < std::size(cells); ++i) {
      out += report::pad_right(cells[i], widths[i] - 2) + "  ";
    }
    out += report::printable(row.reason) + "\n";
  }
  return write_out(out) ? kDone : kFailed;
}

// The messages that the request names, or all that were given up.
Result<std::vector<std::int64_t>> to_retry(const Request& request, const store::Store& store) {
  std::vector<std::int64_t> ids;
  for (const std::string& text : request.inputs) {
    const char* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, ids.emplace_back());
    if (problem != std::errc{} || stop != end) {
      return fail(ErrorCode::Usage,
                  "'" + text + "' is no message: `trailwarden store dead` lists them");
    }
  }
  if (!request.inputs.empty()) return ids;
  for (const store::OutboxRow& row : TW_TRY(store.messages(store::OutboxState::Dead, kDeadMax))) {
    ids.push_back(row.id);
  }
  return ids;
}

Result<int> retry(const Request& request) {
  const Opened store = TW_TRY(store::Store::open(path_of(request), {.visiting = true}));
  const auto ids = TW_TRY(to_retry(request, *store));
  const auto revive = [&](store::Writer& to) -> Result<void> {
    for (const std::int64_t id : ids) TW_TRY(to.revive(id, wall_clock()));
    return {};
  };
  TW_TRY(store->write(revive));
  return write_out(report::plural(ids.size(), "message") + " will be sent again by `watch`\n")
             ? kDone
             : kFailed;
}

Result<int> run(const Request& request) {
  if (request.command == "store status") return show_status(request);
  if (request.command == "store check") return check(request);
  if (request.command == "store forget") return forget(request);
  if (request.command == "store compact") return compact(request);
  if (request.command == "store dead") return list_dead(request);
  return retry(request);
}

}  // namespace

int run_store(const Request& request) {
  const auto status = run(request);
  if (status) return *status;
  return complain(status.error(), status.error().code == ErrorCode::Usage ? kUsage : kFailed);
}

}  // namespace trailwarden::cli
