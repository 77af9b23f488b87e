// Slack by a bot's token: one thread a case, brought up to date as the case grows.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sink/route.h"
#include "sink/sink.h"
#include "sink/slack_api.h"
#include "sink/slack_message.h"

namespace trailwarden::sink {

// The first word of a case is a message; Raised and Opinion are replies to it (Raised is shown in
// the channel as well), and with Grown they bring the first message up to date. A reference is
// "CHANNEL:TS" of a case's first message. An attempt in doubt is looked up by the metadata that
// every message carries; where the app may not read the channel, it is sent again and says so.
class SlackBotSink final : public Sink {
 public:
  // `channel`: its id, or "#name" (a public one).
  SlackBotSink(std::string channel, std::shared_ptr<SlackApi> api, std::vector<Route> routes);

  const std::string& name() const override { return name_; }
  bool wants(const Notice& notice) const override { return is_for(routes_, notice); }
  Outcome send(const Dispatch& dispatch, const std::stop_token& stop) override;

 private:
  struct Thread {
    std::string channel, ts;
  };
  enum class Lookup : std::uint8_t { Absent, NotPermitted };
  // How far the channel was searched for a message before Slack stopped answering.
  struct Search {
    std::string cursor{};  // Of the page to look at next; empty: the first.
    int pages = 0;         // Looked at.
  };

  static std::optional<Thread> thread_of(std::string_view reference);
  std::string channel_id() const;
  Outcome post(const Dispatch& dispatch, const std::optional<Thread>& thread,
               const std::stop_token& stop);
  Outcome post_message(boost::json::object message, const Dispatch& dispatch,
                       const std::optional<Thread>& thread, const std::stop_token& stop);
  Outcome refused(std::string_view method, const SlackAnswer& answer, std::uint32_t attempt) const;
  SlackReply post_once(boost::json::object message, const Dispatch& dispatch,
                       const std::optional<Thread>& thread, const std::stop_token& stop);
  tl::expected<Lookup, Outcome> look_up(const Dispatch& dispatch,
                                        const std::optional<Thread>& thread,
                                        const std::stop_token& stop);
  Search take_search(std::string_view key);
  void keep_search(std::string_view key, Search search);
  Outcome grow(const Dispatch& dispatch, const Thread& thread, const std::stop_token& stop);
  SlackReply update(const Notice& notice, const Thread& thread, const std::stop_token& stop);
  void update_quietly(const Notice& notice, const Thread& thread, const std::stop_token& stop);

  const std::string channel_;
  const std::string name_;
  const std::shared_ptr<SlackApi> api_;
  const std::vector<Route> routes_;
  mutable std::mutex mutex_;
  std::string learnt_id_;  // Of the channel, where it was given by name.
  std::map<std::string, Search, std::less<>> searches_;  // By key; those that are to go on.
};

}  // namespace trailwarden::sink
