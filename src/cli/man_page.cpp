#include "cli/man_page.h"

#include <algorithm>
#include <string_view>

#include "cli/help.h"
#include "cli/options.h"

namespace trailwarden::cli {
namespace {

// roff(7): a backslash begins an escape, '-' alone is a hyphen, a line must not begin like a
// request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += std::string("\\&") + c;
    } else {
      out += c;
    }
  }
  return out;
}

// man(7) wants each sentence on a line of its own.
std::string sentences(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool ends = text[i] == ' ' && i != 0 && text[i - 1] == '.';
    out += ends ? '\n' : text[i];
  }
  return roff(out) + "\n";
}

void term(std::string& out, std::string_view name, std::string_view value,
          std::string_view meaning) {
  out += ".TP\n\\fB" + roff(name) + "\\fR";
  if (!value.empty()) out += " \\fI" + roff(value) + "\\fR";
  out += "\n" + sentences(meaning);
}

void command_section(std::string& out, const Command& command) {
  out += ".SS trailwarden " + std::string(command.name) + "\n";
  out += "\\fBtrailwarden " + std::string(command.name) + "\\fR";
  if (!command.options.empty()) out += " [\\fIOPTION\\fR]...";
  if (!command.positional.empty()) {
    const std::string inputs = "\\fI" + roff(command.positional) + "\\fR";
    out += " " + (command.positional_required ? inputs : "[" + inputs + "]");
  }
  out += "\n.PP\n" + sentences(command.description);
  if (!command.positional.empty()) term(out, command.positional, "", command.positional_help);
  for (const Option& option : command.options) {
    term(out, "--" + std::string(option.name), option.value, option.help);
  }
  out += ".PP\nExamples:\n.PP\n.EX\n" + roff(command.examples) + "\n.EE\n";
}

void environment(std::string& out) {
  out += ".SH ENVIRONMENT\n";
  for (const Command& command : commands()) {
    for (const Option& option : command.options) {
      const std::string name = environment_name(option.name);
      const std::string entry = "\\fB" + name + "\\fR\n";
      if (out.find(entry) != std::string::npos) continue;  // Several commands have it.
      out += ".TP\n" + entry + "The option \\fB" + roff("--" + std::string(option.name)) +
             "\\fR, where the command line does not have it.\n";
    }
  }
  term(out, "NO_COLOR", "", "No colours when it is set and not empty.");
}

}  // namespace

std::string render_man_page() {
  std::string out =
      ".\\\" Made from src/cli/commands.cpp: tests/unit/cli/man_page_test.cpp compares.\n"
      ".TH TRAILWARDEN 1 \"\" \"trailwarden " TW_VERSION
      "\" \"User Commands\"\n"
      ".SH NAME\n"
      "trailwarden \\- find what is dangerous in AWS CloudTrail logs\n"
      ".SH SYNOPSIS\n"
      "\\fBtrailwarden\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... \\fIINPUT\\fR...\n"
      ".SH DESCRIPTION\n";
  out += sentences(kWhatItIs) + ".SH COMMANDS\n";
  for (const Command& command : commands()) command_section(out, command);
  out += ".SH EXIT STATUS\n";
  for (const auto& [status, meaning] : exit_statuses()) {
    term(out, std::to_string(status), "", meaning);
  }
  environment(out);
  out += ".SH FILES\n";
  term(out, "trailwarden.yaml", "",
       "In the working directory: a map of option names (min-verdict) to a value or a list of "
       "values. The environment and then the command line come before it. An unknown name is an "
       "error.");
  return out;
}

}  // namespace trailwarden::cli
