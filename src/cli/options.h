// Every command and option in one table (commands.cpp): --help, the man page, the keys of
// trailwarden.yaml and the TRAILWARDEN_* variables are all made from it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trailwarden::cli {

enum class OptionKind : std::uint8_t { Switch, Text, Number, Choice, Time };

struct Option {
  std::string_view group;  // Its heading in --help: "Which events".
  std::string_view name;   // "min-verdict": --min-verdict, min-verdict:, TRAILWARDEN_MIN_VERDICT
  std::string_view value;  // What --help calls its value: "VERDICT"; empty for a switch.
  std::string_view help;   // One clause.
  OptionKind kind = OptionKind::Text;
  bool repeatable = false;
  std::string_view choices = {};  // Of a Choice: "text|jsonl|markdown|html".
  // Its name in trailwarden.yaml and the environment, where that is not `name`: of an option that
  // means something else to another command.
  std::string_view key = {};

  std::string_view kept_name() const { return key.empty() ? name : key; }
};

struct Command {
  std::string_view name;
  std::string_view summary;      // One line.
  std::string_view description;  // A paragraph for --help and the man page.
  std::string_view positional;   // "INPUT...", or empty.
  std::string_view positional_help;
  bool positional_required = false;
  std::span<const Option> options;
  std::string_view examples;  // Lines "command   # what it does".
};

std::span<const Command> commands();

struct StatusMeaning {
  int status;
  std::string_view meaning;
};

std::span<const StatusMeaning> exit_statuses();

// TRAILWARDEN_MIN_VERDICT for "min-verdict".
std::string environment_name(std::string_view option);

// What was asked for: the command, its options by name (a switch has the value "true"), its inputs.
struct Request {
  std::string command;
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  std::vector<std::string> inputs;

  bool has(std::string_view option) const { return values.find(option) != values.end(); }
  // The option's last value, or `fallback`.
  std::string text(std::string_view option, std::string_view fallback = {}) const;
  std::vector<std::string> all(std::string_view option) const;
};

// What there is to do after reading the command line: run `request`, or print `text` and exit.
struct Parsed {
  enum class Next : std::uint8_t { Run, PrintHelp, WrongUsage } next = Next::Run;
  Request request;
  std::string text;  // Help, or the one line that says what was wrong.
};

// Reads the command line over the environment over trailwarden.yaml in the working directory.
Parsed parse(int argc, const char* const* argv);

}  // namespace trailwarden::cli
