#include "cli/help.h"

#include <algorithm>
#include <vector>

#include "cli/options.h"
#include "report/terminal.h"

namespace trailwarden::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kTermColumns = 24;  // Of "  --min-verdict VERDICT ".

void paragraph(std::string& out, std::string_view text) {
  for (const std::string& line : report::wrap(text, kColumns)) out += line + "\n";
  out += "\n";
}

// "  TERM    what it means", wrapped under itself.
void entry(std::string& out, const std::string& term, std::string_view meaning) {
  const auto lines = report::wrap(meaning, kColumns - kTermColumns);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += report::pad_right(i == 0 ? "  " + term : "", kTermColumns) + lines[i] + "\n";
  }
}

void options(std::string& out, const Command& command) {
  std::string_view group;
  for (const Option& option : command.options) {
    if (option.group != group) out += "\n" + std::string(option.group) + ":\n";
    group = option.group;
    const std::string value = option.value.empty() ? "" : " " + std::string(option.value);
    entry(out, "--" + std::string(option.name) + value, option.help);
  }
}

void examples(std::string& out, std::string_view lines) {
  out += "\nExamples:\n";
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    out += "  " + std::string(lines.substr(0, end)) + "\n";
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

// What stands behind the command: "[OPTION]... INPUT...".
std::string arguments(const Command& command) {
  std::string out;
  if (!command.options.empty()) out += " [OPTION]...";
  if (command.positional.empty()) return out;
  const std::string inputs(command.positional);
  return out + " " + (command.positional_required ? inputs : "[" + inputs + "]");
}

std::string help_of(const Command& command) {
  std::string out = "Usage: trailwarden " + std::string(command.name) + arguments(command) + "\n\n";
  paragraph(out, command.description);
  if (command.positional.empty()) {
    out.pop_back();  // The options bring an empty line of their own.
  } else {
    entry(out, std::string(command.positional), command.positional_help);
  }
  options(out, command);
  examples(out, command.examples);
  return out;
}

// The commands whose names begin with `prefix`, in the order of the table.
void command_list(std::string& out, std::string_view prefix) {
  out += "Commands:\n";
  for (const Command& command : commands()) {
    if (command.name.starts_with(prefix)) entry(out, std::string(command.name), command.summary);
  }
  out += "\n";
}

std::string help_of_all() {
  std::string out = "Usage: trailwarden COMMAND [OPTION]... INPUT...\n\n";
  paragraph(out, kWhatItIs);
  command_list(out, "");
  out += "  -h, --help            help, of a command too: trailwarden scan --help\n";
  out += "  --version             the version\n\n";
  out += "Exit status:\n";
  for (const auto& [status, meaning] : exit_statuses()) {
    entry(out, std::to_string(status), meaning);
  }
  out += "\n";
  paragraph(out,
            "Options may also stand in trailwarden.yaml under the same names (min-verdict: "
            "dangerous) or in the environment (TRAILWARDEN_MIN_VERDICT=dangerous). Colours follow "
            "NO_COLOR.");
  out.pop_back();
  return out;
}

}  // namespace

std::string render_help(std::string_view command) {
  for (const Command& known : commands()) {
    if (known.name == command) return help_of(known);
  }
  if (command.empty()) return help_of_all();
  const std::string group(command);
  std::string out = "Usage: trailwarden " + group + " COMMAND [PATH...]\n\n";
  command_list(out, group + " ");
  out += "See trailwarden " + group + " COMMAND --help.\n";
  return out;
}

}  // namespace trailwarden::cli
