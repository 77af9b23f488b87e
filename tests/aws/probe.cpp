// The AWS clients on a leash, for the tests in this folder. Reads one call a line and answers one
// line each, with the settings and credentials of its environment:
//
//   {"service": "SQS", "operation": "SendMessage", "region": "", "input": {…}, "silence_ms": 500}
//   {"s3": "get", "bucket": "logs", "key": "a", "max_bytes": 100}
//   {"output": {…}}   or   {"failure": {"kind": "Refused", "code": …, "line": …}}
//
// Bytes (members of type Blob, bodies of objects) are base64 on both sides. `aws_probe --tables`
// prints the operation tables instead. AWS_PROBE_SLEEP_SCALE: what waits between attempts are
// multiplied with.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <thread>

#include "aws/client.h"
#include "aws/default_chain.h"
#include "aws/s3.h"
#include "aws/scalar.h"
#include "aws/settings.h"
#include "aws/sts.h"
#include "probe_tables.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

const char* name_of(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::Refused:
      return "Refused";
    case Failure::Kind::Exhausted:
      return "Exhausted";
    case Failure::Kind::Credentials:
      return "Credentials";
    case Failure::Kind::Unreachable:
      return "Unreachable";
    case Failure::Kind::Unreadable:
      return "Unreadable";
    case Failure::Kind::Cancelled:
      return "Cancelled";
  }
  return "";
}

json::value as_json(const Failure& failure) {
  return {{"failure",
           {{"kind", name_of(failure.kind)},
            {"service", failure.service},
            {"operation", failure.operation},
            {"code", failure.code},
            {"message", failure.message},
            {"request_id", failure.request_id},
            {"status", failure.status},
            {"attempts", failure.attempts},
            {"line", to_string(failure)}}}};
}

// Turns the blobs of a value into base64, or back.
void convert_blobs(const Shape& shape, json::value& value, bool to_base64) {
  if (shape.type == Type::Blob && value.is_string()) {
    const std::string bytes(view(value.get_string()));
    value = to_base64 ? base64_encode(bytes) : base64_decode(bytes).value();
  } else if (shape.type == Type::Structure && value.is_object()) {
    for (const Member& member : shape.members) {
      json::value* child = value.get_object().if_contains({member.name.data(), member.name.size()});
      if (child != nullptr) convert_blobs(*member.shape, *child, to_base64);
    }
  } else if (shape.type == Type::List && value.is_array()) {
    for (json::value& child : value.get_array()) convert_blobs(*shape.element, child, to_base64);
  } else if (shape.type == Type::Map && value.is_object()) {
    for (auto& entry : value.get_object()) {
      convert_blobs(*shape.element, entry.value(), to_base64);
    }
  }
}

const Operation* find_operation(std::string_view service, std::string_view name) {
  for (const Operation* operation : all_operations()) {
    if (operation->service->id == service && operation->name == name) return operation;
  }
  return nullptr;
}

class Probe {
 public:
  explicit Probe(Session session) : session_(session), s3_(std::move(session)) {}

  json::value answer(const json::object& line) {
    return line.contains("s3") ? answer_s3(line) : answer_call(line);
  }

 private:
  static std::string text(const json::object& line, const char* name) {
    const json::value* value = line.if_contains(name);
    return value == nullptr ? "" : std::string(view(value->get_string()));
  }
  static std::uint64_t number(const json::object& line, const char* name, std::uint64_t otherwise) {
    const json::value* value = line.if_contains(name);
    return value == nullptr ? otherwise : value->to_number<std::uint64_t>();
  }

  json::value answer_call(const json::object& line) {
    const Operation* operation = find_operation(text(line, "service"), text(line, "operation"));
    if (operation == nullptr) return {{"error", "no such operation"}};
    json::value input = line.contains("input") ? line.at("input") : json::object();
    convert_blobs(*operation->input, input, false);
    CallOptions options;
    options.limits.silence = milliseconds(number(line, "silence_ms", 60'000));
    options.limits.total = milliseconds(number(line, "total_ms", 0));
    const auto output = client(*operation->service, text(line, "region"))
                            .call(*operation, input.get_object(), {}, options);
    if (!output) return as_json(output.error());
    json::value result = *output;
    convert_blobs(*operation->output, result, true);
    return {{"output", result}};
  }

  json::value answer_s3(const json::object& line) {
    const std::string method = text(line, "s3"), bucket = text(line, "bucket"),
                      key = text(line, "key");
    if (method == "list") return answer_list(line);
    if (method == "get") {
      return answer_object(s3_.get(bucket, key, number(line, "max_bytes", 1 << 20)));
    }
    if (method == "get_range") {
      return answer_object(
          s3_.get_range(bucket, key, number(line, "begin", 0), number(line, "end", 0)));
    }
    if (method == "head") return answer_head(s3_.head(bucket, key));
    if (method == "remove") return answer_done(s3_.remove(bucket, key));
    PutOptions options;
    options.content_type = text(line, "content_type");
    options.only_if_absent = line.contains("only_if_absent");
    if (line.contains("metadata")) {
      for (const auto& [name, value] : line.at("metadata").get_object()) {
        options.metadata.emplace_back(name, view(value.get_string()));
      }
    }
    const std::string body = base64_decode(text(line, "body")).value();
    if (method == "put") return answer_done(s3_.put(bucket, key, body, options));
    return answer_done(
        s3_.put_multipart(bucket, key, body, number(line, "part_bytes", 5 << 20), options));
  }

  json::value answer_list(const json::object& line) {
    const auto page = s3_.list({.bucket = text(line, "bucket"),
                                .prefix = text(line, "prefix"),
                                .delimiter = text(line, "delimiter"),
                                .start_after = text(line, "start_after"),
                                .token = text(line, "token"),
                                .keys_max = static_cast<unsigned>(number(line, "keys_max", 1000))});
    if (!page) return as_json(page.error());
    json::array objects;
    for (const ObjectInfo& object : page->objects) objects.push_back(info(object));
    return {{"output",
             {{"objects", std::move(objects)},
              {"prefixes", json::value_from(page->prefixes)},
              {"next_token", page->next_token}}}};
  }

  static json::value info(const ObjectInfo& object) {
    return {{"key", object.key},
            {"size", object.size},
            {"etag", object.etag},
            {"last_modified", object.last_modified}};
  }

  static json::value answer_object(const Outcome<Object>& object) {
    if (!object) return as_json(object.error());
    json::object metadata;
    for (const auto& [name, value] : object->metadata) metadata.emplace(name, value);
    return {{"output",
             {{"body", base64_encode(object->body)},
              {"etag", object->etag},
              {"metadata", std::move(metadata)}}}};
  }

  static json::value answer_head(const Outcome<std::optional<ObjectInfo>>& head) {
    if (!head) return as_json(head.error());
    return {{"output", *head ? info(**head) : json::value(nullptr)}};
  }

  static json::value answer_done(const Outcome<void>& done) {
    if (!done) return as_json(done.error());
    return {{"output", nullptr}};
  }

  Client& client(const Service& service, const std::string& region) {
    const auto key = std::pair(service.id, region);
    const auto found = clients_.find(key);
    if (found != clients_.end()) return found->second;
    return clients_.emplace(key, Client(session_, service, region)).first->second;
  }

  Session session_;
  S3 s3_;
  std::map<std::pair<std::string_view, std::string>, Client> clients_;
};

Session make_session() {
  auto settings = load_settings(environment, {});
  if (!settings) {
    std::cerr << to_string(settings.error()) << '\n';
    std::exit(1);
  }
  Session session;
  session.settings = std::make_shared<const Settings>(*std::move(settings));
  session.http = std::make_shared<net::Client>(
      net::Route{.http_proxy = environment("HTTP_PROXY").value_or(""),
                 .ca_bundle = environment("AWS_CA_BUNDLE").value_or("")});
  const double scale = std::stod(environment("AWS_PROBE_SLEEP_SCALE").value_or("1"));
  session.sleep = [scale](milliseconds wait, const std::stop_token&) {
    std::this_thread::sleep_for(wait * scale);
  };
  session.random = [] { return 0.5; };
  auto chain = default_chain({.settings = session.settings,
                              .http = session.http,
                              .direct = session.http,
                              .sts = make_sts_calls(session),
                              .sleep = session.sleep});
  if (!chain) {
    std::cerr << to_string(chain.error()) << '\n';
    std::exit(1);
  }
  session.credentials = *std::move(chain);
  return session;
}

int run() {
  Probe probe(make_session());
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << json::serialize(probe.answer(json::parse(line).as_object())) << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace trailwarden::aws

int main(int count, char** arguments) {
  if (count == 2 && std::string_view(arguments[1]) == "--tables") {
    std::cout << boost::json::serialize(trailwarden::aws::tables_as_json()) << '\n';
    return 0;
  }
  return trailwarden::aws::run();
}
