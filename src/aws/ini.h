// The INI dialect of ~/.aws/config and ~/.aws/credentials. Source of fact: AWS SDKs and Tools
// Reference Guide, "Shared config and credentials files"; botocore's configloader.py.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trailwarden::aws {

using IniSection = std::map<std::string, std::string, std::less<>>;
using IniFile = std::map<std::string, IniSection, std::less<>>;  // By what stands in the brackets.

// Reads `text`. Names are lower-cased; a repeated section goes on, a repeated name wins over the
// earlier. Lines that begin with # or ; are comments, and so is what follows " #" or " ;" in a
// value, but not in a credential_process, which is a command line. A line indented deeper than
// "name =" without a value is a sub-property ("name.sub"); after a value, it goes on with it.
// Errors: Syntax with `path`:line, never quoting the line, which may hold a secret.
Result<IniFile> parse_ini(std::string_view text, const std::string& path);

}  // namespace trailwarden::aws
