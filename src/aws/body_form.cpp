// The Query protocol's request: a form whose names are paths ("MessageAttributes.entry.1.Name").
#include <boost/json/value.hpp>

#include "aws/body.h"
#include "aws/scalar.h"
#include "aws/sigv4.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;

class Form {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    text_ += encoded(name) + "=" + encoded(value);
  }

  Result<void> add_structure(const Shape& shape, const json::object& from, std::string prefix) {
    TW_TRY(check_members(shape, from));
    if (!prefix.empty()) prefix += '.';
    for (const Member& member : shape.members) {
      const json::value* value = from.if_contains({member.name.data(), member.name.size()});
      if (value == nullptr || value->is_null()) continue;
      TW_TRY(add_value(*member.shape, *value, prefix + std::string(wire_name(member))));
    }
    return {};
  }

  std::string take() && { return std::move(text_); }

 private:
  // As forms are encoded since HTML 2: a blank is '+'.
  static std::string encoded(std::string_view text) {
    std::string result = percent_encode(text);
    std::size_t to = 0;
    for (std::size_t from = 0; from < result.size(); ++from, ++to) {
      const bool is_blank = result.compare(from, 3, "%20") == 0;
      result[to] = is_blank ? '+' : result[from];
      if (is_blank) from += 2;
    }
    result.resize(to);
    return result;
  }

  Result<void> add_value(const Shape& shape, const json::value& value, const std::string& name) {
    if (shape.type == Type::Structure && value.is_object()) {
      return add_structure(shape, value.get_object(), name);
    }
    if (shape.type == Type::List && value.is_array()) {
      return add_list(shape, value.get_array(), name);
    }
    if (shape.type == Type::Map && value.is_object()) {
      return add_map(shape, value.get_object(), name);
    }
    const auto text = scalar_text(shape, value);
    if (!text) return fail(text.error().code, name + " " + text.error().message);
    add(name, *text);
    return {};
  }

  Result<void> add_list(const Shape& shape, const json::array& from, std::string name) {
    if (from.empty()) add(name, "");  // An empty list is said, unlike one that is not there.
    if (!shape.flattened) {
      name += '.';
      name += shape.element_name.empty() ? "member" : shape.element_name;
    }
    std::size_t number = 0;
    for (const json::value& value : from) {
      TW_TRY(add_value(*shape.element, value, name + "." + std::to_string(++number)));
    }
    return {};
  }

  Result<void> add_map(const Shape& shape, const json::object& from, std::string name) {
    if (!shape.flattened) name += ".entry";
    const std::string key_name(shape.key_name.empty() ? "key" : shape.key_name);
    const std::string value_name(shape.value_name.empty() ? "value" : shape.value_name);
    std::size_t number = 0;
    for (const auto& [key, value] : from) {
      const std::string entry = name + "." + std::to_string(++number) + ".";
      add(entry + key_name, {key.data(), key.size()});
      TW_TRY(add_value(*shape.element, value, entry + value_name));
    }
    return {};
  }

  std::string text_;
};

}  // namespace

Result<std::string> form_body(const Operation& operation, const json::object& input) {
  Form form;
  form.add("Action", operation.name);
  form.add("Version", operation.service->api_version);
  TW_TRY(form.add_structure(*operation.input, input, {}));
  return std::move(form).take();
}

}  // namespace trailwarden::aws
