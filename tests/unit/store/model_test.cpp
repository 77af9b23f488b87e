// Random operations on a store and on the obvious thing in memory that it has to be like: vectors,
// searched from end to end.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "rows.h"

namespace trailwarden::store {
namespace {

constexpr UnixMillis kAttemptMaxMs = std::chrono::milliseconds(kAttemptMax).count();

bool is_open(const OutboxRow& row) {
  return row.state == OutboxState::Pending || row.state == OutboxState::Sending;
}

struct Model {
  std::vector<OutboxRow> outbox;  // By id.
  std::vector<EventRow> events;   // By arrival.
  std::vector<CaseRow> cases;
  std::int64_t last_id = 0;

  OutboxRow* find(std::int64_t id) {
    for (OutboxRow& row : outbox) {
      if (row.id == id) return &row;
    }
    return nullptr;
  }
  bool has_key(const std::string& key) const {
    return std::ranges::any_of(outbox, [&](const OutboxRow& row) { return row.key == key; });
  }
  bool has_case(const std::string& id) const {
    return std::ranges::any_of(cases, [&](const CaseRow& row) { return row.id == id; });
  }
  bool is_head(const OutboxRow& row) const {
    return is_open(row) && std::ranges::none_of(outbox, [&](const OutboxRow& other) {
             return is_open(other) && other.sink == row.sink && other.case_id == row.case_id &&
                    other.id < row.id;
           });
  }

  bool enqueue(OutboxRow row) {
    if (has_key(row.key)) return false;
    row.id = ++last_id;
    outbox.push_back(row);
    return true;
  }
  void enqueue_or_replace(OutboxRow row) {
    if (has_key(row.key)) return;
    const auto old = std::ranges::find_if(outbox.rbegin(), outbox.rend(), [&](const OutboxRow& o) {
      return o.state == OutboxState::Pending && o.sink == row.sink && o.case_id == row.case_id &&
             o.kind == row.kind;
    });
    if (old != outbox.rend()) {
      row.key = old->key;
      row.created = old->created;
      row.due = old->due;
      outbox.erase(std::next(old).base());
    }
    enqueue(row);
  }
  std::vector<OutboxRow> due(const std::string& sink, UnixMillis now, std::size_t limit) const {
    std::vector<OutboxRow> rows;
    for (const OutboxRow& row : outbox) {
      if (row.sink == sink && row.due <= now && is_head(row)) rows.push_back(row);
    }
    std::ranges::stable_sort(rows, {}, &OutboxRow::due);
    rows.resize(std::min(limit, rows.size()));
    return rows;
  }
  void begin(OutboxRow& row, UnixMillis now) {
    row.state = OutboxState::Sending;
    ++row.attempts;
    if (!row.first_tried) row.first_tried = now;
    row.tried = now;
    row.due = now + kAttemptMaxMs;
  }
  std::uint64_t forget(UnixMillis before) {
    const auto open_of = [&](const std::string& id) {
      return std::ranges::any_of(
          outbox, [&](const OutboxRow& row) { return is_open(row) && row.case_id == id; });
    };
    std::uint64_t gone = std::erase_if(
        cases, [&](const CaseRow& row) { return row.updated < before && !open_of(row.id); });
    gone += std::erase_if(events, [&](const EventRow& row) {
      return row.received < before && !has_case(row.case_id);
    });
    gone += std::erase_if(outbox, [&](const OutboxRow& row) {
      const UnixMillis touched = row.sent ? *row.sent : row.tried.value_or(row.created);
      return !is_open(row) && row.created < before && touched < before && !has_case(row.case_id);
    });
    return gone;
  }
};

std::string text(const OutboxRow& row) {
  const auto maybe = [](const std::optional<UnixMillis>& time) {
    return time ? std::to_string(*time) : "-";
  };
  std::string result = std::to_string(row.id);
  for (const std::string& part :
       {row.key, row.sink, row.case_id, row.kind, row.notice, std::string(to_string(row.state)),
        std::to_string(row.attempts), std::to_string(row.created), std::to_string(row.due),
        maybe(row.first_tried), maybe(row.tried), maybe(row.sent), row.reference, row.reason}) {
    result += "|" + part;
  }
  return result;
}

std::string text(const std::vector<OutboxRow>& rows) {
  std::string result;
  for (const OutboxRow& row : rows) result += text(row) + "\n";
  return result;
}

// One walk of random operations, each compared.
class Walk {
 public:
  explicit Walk(unsigned seed) : random_(seed) {}

  void run(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      now_ += number(0, 400);
      const Model before = model_;
      const bool fails = number(0, 9) == 0;
      const auto done = store_->write([&](Writer& to) -> Result<void> {
        for (int left = number(1, 4); left > 0; --left) operate(to);
        if (fails) return fail(ErrorCode::Io, "on purpose");
        return {};
      });
      EXPECT_EQ(done.has_value(), !fails);
      if (fails) model_ = before;
      compare();
    }
  }

 private:
  int number(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
  std::string pick(const char* prefix, int high) {
    return prefix + std::to_string(number(1, high));
  }

  OutboxRow message() {
    OutboxRow row;
    row.key = pick("k", 200);
    row.sink = pick("s", 2);
    row.case_id = pick("c", 5);
    row.kind = pick("kind", 3);
    row.notice = pick("notice", 1'000);
    row.created = now_;
    row.due = now_ + number(-300, 900);
    return row;
  }
  std::int64_t some_id() { return model_.last_id - number(-1, 20); }

  // Settles a message in both; they agree on whether that can be done.
  template <class Store, class Change>
  void settle(std::int64_t id, bool possible, const Store& in_store, const Change& in_model) {
    EXPECT_EQ(in_store(id).has_value(), possible) << id;
    if (possible) in_model(*model_.find(id));
  }

  void operate(Writer& to) {
    const int dice = number(0, 99);
    if (dice < 20) {
      const OutboxRow row = message();
      EXPECT_EQ(value(to.enqueue(row)), model_.enqueue(row));
      learn_id();
    } else if (dice < 35) {
      const OutboxRow row = message();
      succeed(to.enqueue_or_replace(row));
      model_.enqueue_or_replace(row);
      learn_id();
    } else if (dice < 50) {
      claim(to);
    } else if (dice < 80) {
      end_attempt(to);
    } else if (dice < 90) {
      add_event(to);
    } else if (dice < 98) {
      put_case(to);
    } else {
      const UnixMillis before = now_ - number(0, 20'000);
      EXPECT_EQ(value(to.forget(before)), model_.forget(before));
    }
  }
  // Ids ascend, with gaps where a key was there already: the model takes over the last one.
  void learn_id() {
    if (model_.outbox.empty() || model_.outbox.back().state != OutboxState::Pending) return;
    OutboxRow& last = model_.outbox.back();
    const std::int64_t id = value(store_->messages(OutboxState::Pending, 9'999)).back().id;
    EXPECT_GE(id, last.id);
    last.id = model_.last_id = id;
  }
  void claim(Writer& to) {
    const std::string sink = pick("s", 2);
    const auto limit = static_cast<std::size_t>(number(0, 3));
    const auto expected = model_.due(sink, now_, limit);
    EXPECT_EQ(text(value(to.claim(sink, now_, limit))), text(expected));
    for (const OutboxRow& row : expected) model_.begin(*model_.find(row.id), now_);
  }
  void end_attempt(Writer& to) {
    const std::int64_t id = some_id();
    const OutboxRow* row = model_.find(id);
    const bool sending = row != nullptr && row->state == OutboxState::Sending;
    const UnixMillis due = now_ + number(0, 900);
    switch (number(0, 4)) {
      case 0:
        return settle(
            id, sending, [&](auto i) { return to.mark_sent(i, "ref", now_); },
            [&](OutboxRow& r) {
              r.state = OutboxState::Sent;
              r.sent = now_;
              r.reference = "ref";
              r.reason.clear();
            });
      case 1:
        return settle(
            id, sending, [&](auto i) { return to.postpone(i, "later", due); },
            [&](OutboxRow& r) {
              r.state = OutboxState::Pending;
              r.reason = "later";
              r.due = due;
            });
      case 2:
        return settle(
            id, sending, [&](auto i) { return to.leave_in_doubt(i, "?", due); },
            [&](OutboxRow& r) {
              r.reason = "?";
              r.due = due;
            });
      case 3:
        return settle(
            id, row != nullptr && is_open(*row), [&](auto i) { return to.bury(i, "no"); },
            [&](OutboxRow& r) {
              r.state = OutboxState::Dead;
              r.reason = "no";
            });
      default:
        return settle(
            id, row != nullptr && row->state == OutboxState::Dead,
            [&](auto i) { return to.revive(i, now_); },
            [&](OutboxRow& r) {
              r.state = OutboxState::Pending;
              r.attempts = 0;
              r.due = now_;
            });
    }
  }
  void add_event(Writer& to) {
    EventRow row = event_row(pick("f", 60));
    row.case_id = pick("c", 5);
    row.time = number(0, 5) == 0 ? std::nullopt : std::optional<UnixSeconds>(number(0, 5));
    row.received = now_;
    const bool is_new = std::ranges::none_of(
        model_.events, [&](const EventRow& other) { return other.fingerprint == row.fingerprint; });
    EXPECT_EQ(value(to.add_event(row)), is_new);
    if (is_new) model_.events.push_back(row);
  }
  void put_case(Writer& to) {
    CaseRow row = case_row(pick("c", 5));
    row.actor = pick("a", 2);
    row.first = number(0, 100);
    row.last = *row.first + number(0, 50);
    row.updated = now_;
    succeed(to.put_case(row));
    std::erase_if(model_.cases, [&](const CaseRow& other) { return other.id == row.id; });
    model_.cases.push_back(row);
  }

  void compare() {
    for (const std::string sink : {"s1", "s2"}) {
      EXPECT_EQ(text(due_messages(*store_, sink, now_, 3)), text(model_.due(sink, now_, 3)));
      const auto all = model_.due(sink, std::numeric_limits<UnixMillis>::max(), 999);
      EXPECT_EQ(value(store_->next_due(sink)),
                all.empty() ? std::nullopt : std::optional(all.front().due));
    }
    for (const OutboxState state :
         {OutboxState::Pending, OutboxState::Sending, OutboxState::Sent, OutboxState::Dead}) {
      std::vector<OutboxRow> expected;
      std::ranges::copy_if(model_.outbox, std::back_inserter(expected),
                           [&](const OutboxRow& row) { return row.state == state; });
      EXPECT_EQ(text(value(store_->messages(state, 9'999))), text(expected));
    }
    const std::string case_id = pick("c", 5);
    compare_events(case_id);
    compare_case_around();
    EXPECT_EQ(value(store_->find_case(case_id)).has_value(), model_.has_case(case_id));
  }
  void compare_events(const std::string& case_id) {
    std::vector<EventRow> rows;
    std::ranges::copy_if(model_.events, std::back_inserter(rows),
                         [&](const EventRow& row) { return row.case_id == case_id; });
    std::ranges::stable_sort(rows, {}, &EventRow::time);
    const auto found = value(store_->events_of_case(case_id, 99));
    ASSERT_EQ(found.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(found[i].fingerprint, rows[i].fingerprint);
    }
  }
  void compare_case_around() {
    constexpr std::int64_t kSilence = 10;
    constexpr std::int64_t kLength = 40;
    const std::string actor = pick("a", 2);
    const UnixSeconds time = number(-20, 170);
    const CaseRow* best = nullptr;
    for (const CaseRow& row : model_.cases) {
      const bool near = time >= *row.first - kSilence && time <= *row.last + kSilence;
      const bool fits = time - *row.first <= kLength && *row.last - time <= kLength;
      if (row.actor != actor || !near || !fits) continue;
      if (best == nullptr || std::pair(*row.last, row.id) > std::pair(*best->last, best->id)) {
        best = &row;
      }
    }
    const auto found = value(store_->case_around(actor, time, kSilence, kLength));
    EXPECT_EQ(found ? found->id : "none", best == nullptr ? "none" : best->id) << time;
  }

  std::mt19937 random_;
  std::unique_ptr<Store> store_ = open_or_die(":memory:");
  Model model_;
  UnixMillis now_ = 1'000;
};

TEST(Model, RandomWalks) {
  for (unsigned seed = 1; seed <= 12 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Walk(seed).run(250);
  }
}

}  // namespace
}  // namespace trailwarden::store
