#include "deploy/model_parts.h"

#include <algorithm>

namespace trailwarden::deploy {
namespace {

bool is_id(std::string_view text) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-";
  return !text.empty() && text.find_first_not_of(kAllowed) == text.npos;
}

bool is_place(std::string_view text) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return (text.size() == 2 && std::all_of(text.begin(), text.end(), is_lower)) || text == "apac" ||
         text == "us-gov" || text == "global";
}

}  // namespace

Result<ModelParts> model_parts(std::string_view model) {
  std::string_view id = model;
  if (model.starts_with("arn:")) {
    const std::size_t slash = model.find('/');
    const std::string_view kind = model.substr(0, slash);
    if (!kind.ends_with(":foundation-model") && !kind.ends_with(":inference-profile")) {
      return fail(ErrorCode::Usage,
                  "rights are made for a foundation model or one of AWS's inference profiles: name "
                  "the model that this one leads to");
    }
    id = slash == model.npos ? std::string_view() : model.substr(slash + 1);
  }
  const std::size_t dot = id.find('.');
  if (!is_id(id) || dot == id.npos) {
    return fail(ErrorCode::Usage,
                "a model of Bedrock is named like eu.anthropic.claude-haiku-4-5-20251001-v1:0");
  }
  if (!is_place(id.substr(0, dot))) return ModelParts{std::string(id), ""};
  return ModelParts{std::string(id.substr(dot + 1)), std::string(id)};
}

}  // namespace trailwarden::deploy
