// A model's text made fit for a message.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace trailwarden::analyst {

// Words that the message shows anyway, and that stay as they are though they look like a host or an
// address of e-mail: names from the case.
using IsKnown = std::function<bool(std::string_view word)>;

// `text` on one line: no control or deceiving characters, nothing between angle brackets (HTML,
// Slack's mentions and links), no links (URLs go, of Markdown links the text stays, hosts are
// written "evil[.]example"), no "@" that mentions, no Markdown marks. Longer than `characters_max`
// it is cut and ends in "…".
std::string cleaned(std::string_view text, std::size_t characters_max,
                    const IsKnown& is_known = {});

}  // namespace trailwarden::analyst
