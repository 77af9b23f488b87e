#include "cloudtrail/record_shape.h"

#include <algorithm>
#include <string_view>

namespace trailwarden::cloudtrail {
namespace {

bool is_text(const json::Projected& found, json::FieldId field) {
  const std::uint32_t first = found.first(field);
  return first != json::Projected::kNone && found.value(first).kind == json::Kind::String;
}

}  // namespace

RecordShape RecordShape::add_to(json::ProjectionBuilder& builder) {
  RecordShape shape;
  shape.signs_ = {builder.add("eventVersion"), builder.add("eventTime"), builder.add("eventID"),
                  builder.add("userIdentity"), builder.add("awsRegion"), builder.add("@timestamp")};
  shape.event_name_ = builder.add("eventName");
  shape.event_source_ = builder.add("eventSource");
  shape.lower_event_name_ = builder.add("eventname");
  shape.lower_event_source_ = builder.add("eventsource");
  shape.event_category_ = builder.add("eventCategory");
  shape.event_type_ = builder.add("eventType");
  shape.insight_state_ = builder.add("insightDetails.state");
  return shape;
}

RecordShape RecordShape::any_object() {
  RecordShape shape;
  shape.any_object_ = true;
  return shape;
}

bool RecordShape::has_sign(const json::Projected& found) const {
  return std::any_of(signs_.begin(), signs_.end(),
                     [&found](json::FieldId sign) { return found.has(sign); });
}

Shape RecordShape::of(json::Projected& found) const {
  if (any_object_) return Shape::Record;
  const std::string_view category = found.text(event_category_).value_or("");
  const std::string_view type = found.text(event_type_).value_or("");
  if (category == "Insight" || type == "AwsCloudTrailInsight" || found.has(insight_state_)) {
    return Shape::Insight;
  }
  if (category == "Aggregated" || type == "AwsAggregatedEvent") return Shape::Aggregated;
  if (is_text(found, event_name_) && is_text(found, event_source_)) {
    const bool notice = found.text(event_source_)->starts_with("aws:");
    return notice || !has_sign(found) ? Shape::Other : Shape::Record;
  }
  const bool lower = is_text(found, lower_event_name_) && is_text(found, lower_event_source_);
  return lower ? Shape::LowerCase : Shape::Other;
}

}  // namespace trailwarden::cloudtrail
