// Escapes inside text: what a reader, or a model, sees through.
#pragma once

#include <string>
#include <string_view>

namespace trailwarden::injection {

// `text` with one layer of escapes resolved: \n, \", \x41, \u0041 (documents inside strings), %41
// and %u0041, &#65;, &#x41; and HTML's names of blanks, signs and brackets. What is no escape
// stays. Never longer than `text`, but for a few characters of Unicode.
std::string resolve_escapes(std::string_view text);

}  // namespace trailwarden::injection
