// What makes a JSON object a CloudTrail record, decided from projected fields.
#pragma once

#include <array>
#include <cstdint>

#include "json/projected.h"
#include "json/projection.h"

namespace trailwarden::cloudtrail {

enum class Shape : std::uint8_t {
  Record,
  Insight,
  Aggregated,
  LowerCase,  // One of these, perhaps, in the spelling of exports: walk Projection::folded() to
              // see.
  Other,
};

// The few fields that tell. They are added to the caller's own projection, so that the one walk
// which fills that projection also says what was walked.
//
// A record has eventName and eventSource as strings (eventname and eventsource in the exports of
// Athena and Security Lake, whose table columns are in lower case) and at least one of
// eventVersion, eventTime, eventID, userIdentity, awsRegion and the @timestamp of collectors (a
// mere list of events has none), and its source is none of the "aws:…" names by which S3, SQS and
// SNS sign their notices.
class RecordShape {
 public:
  static RecordShape add_to(json::ProjectionBuilder& builder);

  // Takes every JSON object for a record, as it stands: each object of a text or of a list at its
  // top. Nothing is unwrapped, {"Records":[…]} is one object, and no field is needed to tell.
  static RecordShape any_object();
  bool takes_any_object() const { return any_object_; }

  Shape of(json::Projected& found) const;

 private:
  bool any_object_ = false;
  bool has_sign(const json::Projected& found) const;

  std::array<json::FieldId, 6> signs_{};  // One of these at least is in every record.
  json::FieldId event_name_{};
  json::FieldId event_source_{};
  json::FieldId lower_event_name_{};
  json::FieldId lower_event_source_{};
  json::FieldId event_category_{};
  json::FieldId event_type_{};
  json::FieldId insight_state_{};
};

}  // namespace trailwarden::cloudtrail
