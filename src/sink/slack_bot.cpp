#include "sink/slack_bot.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

namespace trailwarden::sink {
namespace {

namespace bj = boost::json;
using std::chrono::milliseconds;

// Slack's clock and ours may differ by this much.
constexpr UnixSeconds kLookBackMargin = 120;
// 200 messages each; a channel that had more since we first tried is too busy to be searched.
constexpr int kPagesMax = 25;
// Searches that are to go on; those beyond begin anew.
constexpr std::size_t kSearchesMax = 1'000;
// An error that we do not know may be a passing one.
constexpr std::uint32_t kUnknownAttemptsMax = 3;
// A notice whose reply was sent waits this long at most to have the first message renewed.
constexpr milliseconds kUpdateWaitMax{3'000};

bool is_channel_id(std::string_view text) {
  return text.size() >= 9 && (text[0] == 'C' || text[0] == 'G' || text[0] == 'D') &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

// Grown and Opinion call nobody; what raises a verdict is seen in the channel as well.
bool is_broadcast(const Notice& notice) { return notice.kind == NoticeKind::Raised; }

}  // namespace

SlackBotSink::SlackBotSink(std::string channel, std::shared_ptr<SlackApi> api,
                           std::vector<Route> routes)
    : channel_(std::move(channel)),
      name_("slack:" + channel_),
      api_(std::move(api)),
      routes_(std::move(routes)) {}

std::optional<SlackBotSink::Thread> SlackBotSink::thread_of(std::string_view reference) {
  const std::size_t colon = reference.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return Thread{std::string(reference.substr(0, colon)), std::string(reference.substr(colon + 1))};
}

// What conversations.history takes: an id only. Empty: it is not known yet.
std::string SlackBotSink::channel_id() const {
  if (is_channel_id(channel_)) return channel_;
  const std::scoped_lock lock(mutex_);
  return learnt_id_;
}

Outcome SlackBotSink::send(const Dispatch& dispatch, const std::stop_token& stop) {
  const Notice& notice = dispatch.notice;
  const auto thread = thread_of(dispatch.thread);
  const bool is_first =
      !thread || notice.kind == NoticeKind::Opened || notice.kind == NoticeKind::Test;
  if (is_first) return post(dispatch, std::nullopt, stop);
  if (notice.kind == NoticeKind::Grown) return grow(dispatch, *thread, stop);
  // People first: the reply tells them, then the first message is brought up to date.
  Outcome outcome = post(dispatch, thread, stop);
  if (std::holds_alternative<Sent>(outcome)) update_quietly(notice, *thread, stop);
  return outcome;
}

// --- Posting ----------------------------------------------------------------------------------

Outcome SlackBotSink::post(const Dispatch& dispatch, const std::optional<Thread>& thread,
                           const std::stop_token& stop) {
  SlackForm form{.place = thread ? SlackPlace::Thread : SlackPlace::Root};
  if (dispatch.in_doubt) {
    const auto looked = look_up(dispatch, thread, stop);
    if (!looked) return looked.error();
    form.may_repeat = *looked == Lookup::NotPermitted;
  }
  return post_message(slack_message(dispatch.notice, form), dispatch, thread, stop);
}

SlackReply SlackBotSink::post_once(bj::object message, const Dispatch& dispatch,
                                   const std::optional<Thread>& thread,
                                   const std::stop_token& stop) {
  message["channel"] = thread ? thread->channel : channel_;
  if (thread) {
    message["thread_ts"] = thread->ts;
    message["reply_broadcast"] = is_broadcast(dispatch.notice);
  }
  message["metadata"] = {
      {"event_type", std::string(kSlackEventType)},
      {"event_payload", {{"key", std::string(dispatch.key)}, {"case", dispatch.notice.case_id}}}};
  return api_->post("chat.postMessage", message, stop);
}

Outcome SlackBotSink::post_message(bj::object message, const Dispatch& dispatch,
                                   const std::optional<Thread>& thread,
                                   const std::stop_token& stop) {
  constexpr std::string_view kMethod = "chat.postMessage";
  SlackReply reply = post_once(std::move(message), dispatch, thread, stop);
  if (reply && !reply->ok && slack_reaction(reply->error) == SlackReaction::Plain) {
    // An alert is never lost to its looks.
    const SlackForm form{.place = thread ? SlackPlace::Thread : SlackPlace::Root};
    reply = post_once(slack_plain_message(dispatch.notice, form), dispatch, thread, stop);
  }
  if (!reply) return reply.error();
  if (reply->ok) {
    // The thread of a case is where its first message is, whatever was said later.
    if (thread) return Sent{std::string(dispatch.thread)};
    if (reply->channel.empty() || reply->ts.empty()) return Sent{};
    const std::scoped_lock lock(mutex_);
    learnt_id_ = reply->channel;
    return Sent{reply->channel + ":" + reply->ts};
  }
  if (thread && slack_reaction(reply->error) == SlackReaction::Gone) {
    return post_message(slack_message(dispatch.notice, {}), dispatch, std::nullopt, stop);
  }
  return refused(kMethod, *reply, dispatch.attempt);
}

Outcome SlackBotSink::refused(std::string_view method, const SlackAnswer& answer,
                              std::uint32_t attempt) const {
  const bool is_unknown = slack_reaction(answer.error) == SlackReaction::Unknown;
  if (is_unknown && attempt < kUnknownAttemptsMax) {
    return Postponed{told(method, answer), std::nullopt};
  }
  return Refused{told(method, answer)};
}

// --- Doubt ------------------------------------------------------------------------------------

// Sent: it is there. Postponed is a doubt still: nothing was sent by this attempt, but perhaps by
// an earlier one.
tl::expected<SlackBotSink::Lookup, Outcome> SlackBotSink::look_up(
    const Dispatch& dispatch, const std::optional<Thread>& thread, const std::stop_token& stop) {
  const std::string channel = thread ? thread->channel : channel_id();
  if (channel.empty()) return Lookup::NotPermitted;
  const std::string_view method = thread ? "conversations.replies" : "conversations.history";
  std::vector<std::pair<std::string, std::string>> query = {
      {"channel", channel},
      {"oldest", std::to_string(dispatch.first_tried - kLookBackMargin) + ".000000"},
      {"include_all_metadata", "true"},
      {"limit", "200"}};
  if (thread) query.emplace_back("ts", thread->ts);
  query.emplace_back("cursor", "");
  for (Search search = take_search(dispatch.key); search.pages < kPagesMax; ++search.pages) {
    query.back().second = search.cursor;
    const SlackReply reply = api_->get(method, query, stop);
    if (!reply) {
      keep_search(dispatch.key, std::move(search));
      const auto* postponed = std::get_if<Postponed>(&reply.error());
      return tl::unexpected<Outcome>(
          InDoubt{postponed == nullptr ? std::string(method) : postponed->reason});
    }
    if (!reply->ok && reply->error == "invalid_cursor" && !search.cursor.empty()) {
      search.cursor.clear();  // Cursors do not last for ever.
      continue;
    }
    if (!reply->ok) return Lookup::NotPermitted;
    for (const SlackFound& found : reply->found) {
      if (found.key != dispatch.key) continue;
      return tl::unexpected<Outcome>(
          Sent{thread ? std::string(dispatch.thread) : channel + ":" + found.ts});
    }
    if (reply->cursor.empty()) return Lookup::Absent;
    search.cursor = reply->cursor;
  }
  return Lookup::NotPermitted;
}

SlackBotSink::Search SlackBotSink::take_search(std::string_view key) {
  const std::scoped_lock lock(mutex_);
  const auto found = searches_.find(key);
  if (found == searches_.end()) return {};
  Search search = std::move(found->second);
  searches_.erase(found);
  return search;
}

void SlackBotSink::keep_search(std::string_view key, Search search) {
  const std::scoped_lock lock(mutex_);
  if (searches_.size() >= kSearchesMax) searches_.clear();
  searches_.insert_or_assign(std::string(key), std::move(search));
}

// --- The first message, as the case grows -----------------------------------------------------

SlackReply SlackBotSink::update(const Notice& notice, const Thread& thread,
                                const std::stop_token& stop) {
  const auto once = [&](bj::object message) {
    message["channel"] = thread.channel;
    message["ts"] = thread.ts;
    return api_->post("chat.update", message, stop);
  };
  SlackReply reply = once(slack_message(notice, {}));
  if (reply && !reply->ok && slack_reaction(reply->error) == SlackReaction::Plain) {
    return once(slack_plain_message(notice, {}));
  }
  return reply;
}

// Doing it twice is as good as once: no doubt about it needs a look-up.
Outcome SlackBotSink::grow(const Dispatch& dispatch, const Thread& thread,
                           const std::stop_token& stop) {
  const SlackReply reply = update(dispatch.notice, thread, stop);
  if (!reply) {
    const auto* doubt = std::get_if<InDoubt>(&reply.error());
    return doubt == nullptr ? reply.error() : Outcome(Postponed{doubt->reason, std::nullopt});
  }
  if (reply->ok) return Sent{std::string(dispatch.thread)};
  // Somebody deleted it: whoever did wants to hear no more of it.
  if (reply->error == "message_not_found") return Sent{std::string(dispatch.thread)};
  if (slack_reaction(reply->error) == SlackReaction::Gone) return post(dispatch, thread, stop);
  return refused("chat.update", *reply, dispatch.attempt);
}

// The reply is out; the first message is worth one more try, and the case's next notice is another.
void SlackBotSink::update_quietly(const Notice& notice, const Thread& thread,
                                  const std::stop_token& stop) {
  const SlackReply reply = update(notice, thread, stop);
  if (reply) return;
  const auto* postponed = std::get_if<Postponed>(&reply.error());
  const milliseconds wait =
      postponed == nullptr ? milliseconds(0) : postponed->after.value_or(milliseconds(0));
  if (wait > kUpdateWaitMax) return;
  if (api_->means().sleep) api_->means().sleep(wait, stop);
  (void)update(notice, thread, stop);
}

}  // namespace trailwarden::sink
