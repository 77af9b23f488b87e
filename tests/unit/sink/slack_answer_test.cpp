#include "sink/slack_answer.h"

#include <gtest/gtest.h>

#include "sink/slack_api.h"

namespace trailwarden::sink {
namespace {

TEST(SlackAnswer, OkWithItsIds) {
  const auto answer =
      read_slack_answer(R"({"ok":true,"channel":"C012AB3CD","ts":"1503435956.000247"})");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->ok);
  EXPECT_EQ(answer->channel, "C012AB3CD");
  EXPECT_EQ(answer->ts, "1503435956.000247");
}

TEST(SlackAnswer, AnErrorWithWhatElseWasSaid) {
  const auto answer = read_slack_answer(
      R"({"ok":false,"error":"missing_scope","needed":"chat:write","provided":"x",
          "response_metadata":{"messages":["[ERROR] no\u202e more than 50 items"]}})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(told("chat.postMessage", *answer),
            "chat.postMessage: missing_scope (needed scope chat:write; [ERROR] no\\u202e more than "
            "50 items): give the app the scope and install it again");
}

TEST(SlackAnswer, OurMessagesOfAPage) {
  const auto answer = read_slack_answer(
      R"({"ok":true,"messages":[
          {"ts":"1.1","metadata":{"event_type":"trailwarden_notice","event_payload":{"key":"a"}}},
          {"ts":"1.2","metadata":{"event_type":"other","event_payload":{"key":"b"}}},
          {"ts":"1.3"}, 7, {"ts":"x/../y","metadata":{"event_type":"trailwarden_notice",
          "event_payload":{"key":"c"}}},
          {"ts":"1.4","metadata":{"event_type":"trailwarden_notice","event_payload":{"key":4}}}],
          "response_metadata":{"next_cursor":"bmV4dA=="}})");
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->found.size(), 1U);
  EXPECT_EQ(answer->found.at(0).ts, "1.1");
  EXPECT_EQ(answer->found.at(0).key, "a");
  EXPECT_EQ(answer->cursor, "bmV4dA==");
}

TEST(SlackAnswer, IdsThatAreNoneAreNotTaken) {
  const auto answer = read_slack_answer(R"({"ok":true,"channel":"C1:2\n","ts":"../etc"})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->channel, "");
  EXPECT_EQ(answer->ts, "");
}

TEST(SlackAnswer, WhatIsNoAnswer) {
  for (const char* body : {"", "ok", "<html>", "{}", "[]", R"({"ok":"true"})", R"({"ok":1})"}) {
    EXPECT_FALSE(read_slack_answer(body)) << body;
  }
}

TEST(SlackAnswer, AnErrorWithoutANameIsOne) {
  for (const char* body : {R"({"ok":false})", R"({"ok":false,"error":7})"}) {
    EXPECT_EQ(read_slack_answer(body)->error, "no error named");
  }
}

TEST(SlackReaction, Table) {
  struct Case {
    SlackReaction reaction;
    std::vector<const char*> errors;
  };
  const Case kCases[] = {
      {SlackReaction::Wait,
       {"ratelimited", "rate_limited", "service_unavailable", "request_timeout"}},
      {SlackReaction::Doubt, {"internal_error", "fatal_error", "rollup_error"}},
      {SlackReaction::Renew,
       {"invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"}},
      {SlackReaction::Operator,
       {"channel_not_found", "not_in_channel", "is_archived", "missing_scope", "no_permission",
        "restricted_action", "no_service", "action_prohibited", "access_denied"}},
      {SlackReaction::Plain,
       {"invalid_blocks", "invalid_attachments", "msg_too_long", "msg_blocks_too_long", "no_text",
        "invalid_payload", "metadata_too_large"}},
      {SlackReaction::Gone,
       {"thread_not_found", "message_not_found", "cant_update_message", "edit_window_closed",
        "cannot_reply_to_message", "invalid_thread_ts"}},
      {SlackReaction::Unknown, {"", "ok", "Ratelimited", "zzz"}},
  };
  for (const Case& each : kCases) {
    for (const char* error : each.errors) EXPECT_EQ(slack_reaction(error), each.reaction) << error;
  }
}

}  // namespace
}  // namespace trailwarden::sink
