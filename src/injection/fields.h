// Instructions to a language model as fields of a record, so that rules can ask for them.
#pragma once

#include <array>
#include <string_view>

#include "cloudtrail/reader.h"
#include "injection/quiet_texts.h"
#include "json/projection.h"

namespace trailwarden::injection {

// The reserved first name of these fields' paths, as rules reach them by "trailwarden.…". No record
// has a member of this name, because raw control characters are illegal in JSON strings.
inline constexpr std::string_view kMadeUp =
    "\x1f"
    "trailwarden";

// For each instruction that a record holds:
//   trailwarden.instruction.aim     what it wants: to_string(Aim)
//   trailwarden.instruction.field   where it stands: "userAgent"
//   trailwarden.instruction.form    "plain", "base64", …
//   trailwarden.instruction.text    what it says, shortened
class InstructionFields {
 public:
  static InstructionFields add_to(json::ProjectionBuilder& builder);

  // Adds the instructions of `record` to record.found: those in its caller's own words, for which
  // it need not be read as a whole. True: it was, since one of them could speak.
  bool fill(const cloudtrail::RawRecord& record, QuietTexts& quiet) const;
  // Those anywhere in it. True: there are some.
  bool fill(const cloudtrail::RawRecord& record) const {
    return fill(record.index, record.token, record.text, record.found);
  }
  // The same of the record `text`, which begins at `token` of `index`.
  bool fill(const json::StructuralIndex& index, std::uint32_t token, std::string_view text,
            json::Projected& found) const;

 private:
  json::FieldId aim_{}, field_{}, form_{}, text_{};
  json::FieldId parameters_{};
  // What callers write themselves. The other members are AWS's words, or repeat these.
  std::array<json::FieldId, 5> callers_words_{};
};

}  // namespace trailwarden::injection
