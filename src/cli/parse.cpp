// The only file that sees CLI11: it costs seconds to compile.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <list>

#include "cli/config.h"
#include "cli/help.h"
#include "cli/options.h"

namespace trailwarden::cli {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool is_whole_number(const std::string& text) {
  return !text.empty() && text.size() < 10 &&
         text.find_first_not_of("0123456789") == std::string::npos && text != "0";
}

// What is wrong with `value` for `option`; empty when nothing is.
std::string problem_with(const Option& option, const std::string& value) {
  if (option.kind == OptionKind::Number && !is_whole_number(value)) {
    return "takes a whole number from 1 up, not '" + value + "'";
  }
  if (option.kind == OptionKind::Switch && value != "true" && value != "false") {
    return "is true or false, not '" + value + "'";
  }
  if (option.kind == OptionKind::Choice) {
    const auto choices = split(option.choices, '|');
    if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
      return "is one of " + std::string(option.choices) + ", not '" + value + "'";
    }
  }
  return {};
}

// What the command line says of one command.
struct Words {
  std::vector<std::string> inputs;
  std::map<std::string, std::vector<std::string>, std::less<>> values;
  std::map<std::string, bool, std::less<>> switches;
};

// The option's values and where they stand: command line over environment over file.
std::pair<std::vector<std::string>, std::string> find_values(const Words& words,
                                                             const Option& option,
                                                             const Config& config) {
  if (const auto on = words.switches.find(option.name); on != words.switches.end() && on->second) {
    return {{"true"}, "--" + std::string(option.name)};
  }
  if (const auto given = words.values.find(option.name);
      given != words.values.end() && !given->second.empty()) {
    return {given->second, "--" + std::string(option.name)};
  }
  const std::string key(option.kept_name());
  const std::string variable = environment_name(key);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): before any thread starts
  if (const char* value = std::getenv(variable.c_str()); value != nullptr && *value != '\0') {
    if (!option.repeatable) return {{value}, variable};
    return {split(value, ';'), variable};
  }
  if (const auto found = config.find(key); found != config.end()) {
    return {found->second, key + " in trailwarden.yaml"};
  }
  return {{}, {}};
}

Parsed wrong(std::string why) {
  return {Parsed::Next::WrongUsage, {}, std::move(why) + " (see trailwarden --help)"};
}

Parsed request(const Command& command, Words words) {
  Parsed parsed;
  parsed.request.command = command.name;
  parsed.request.inputs = std::move(words.inputs);
  const auto config = read_config("trailwarden.yaml");
  if (!config) return wrong(to_string(config.error()));
  for (const Option& option : command.options) {
    auto [values, from] = find_values(words, option, *config);
    if (!option.repeatable && values.size() > 1) {
      return wrong(from + " is given more than once");
    }
    for (const std::string& value : values) {
      const std::string problem = problem_with(option, value);
      if (!problem.empty()) return wrong(std::string(from).append(" ").append(problem));
    }
    if (option.kind == OptionKind::Switch && !values.empty() && values.back() == "false") continue;
    if (!values.empty()) parsed.request.values[std::string(option.name)] = std::move(values);
  }
  return parsed;
}

// The CLI11 application made from the table, and where it puts what it read.
class Application {
 public:
  // Knows the commands that begin with `word`, for CLI11 takes its time with each; all of them
  // where none does, so that it can say what is wrong.
  explicit Application(std::string_view word) {
    app_.set_help_flag("-h,--help");
    app_.set_version_flag("--version", std::string("trailwarden ") + TW_VERSION);
    app_.require_subcommand(1);
    const auto is_meant = [word](const Command& command) {
      return word == command.name.substr(0, command.name.find(' '));
    };
    const bool is_known = std::ranges::any_of(commands(), is_meant);
    for (const Command& command : commands()) {
      if (!is_known || is_meant(command)) add(command);
    }
  }

  Parsed parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      return {Parsed::Next::PrintHelp, {}, render_help(asked())};
    } catch (const CLI::CallForVersion& version) {
      return {Parsed::Next::PrintHelp, {}, std::string(version.what()) + "\n"};
    } catch (const CLI::RequiredError& error) {
      // CLI11 asks for the command before it looks at the words that are none.
      const auto rest = app_.remaining();
      return wrong(rest.empty() ? error.what() : "'" + rest.front() + "' is no command");
    } catch (const CLI::ParseError& error) {
      return wrong(error.what());
    }
    for (Slot& slot : slots_) {
      if (slot.app->parsed()) return request(*slot.command, std::move(slot.words));
    }
    return wrong("a command is missing");
  }

 private:
  struct Slot {
    const Command* command;
    CLI::App* app;
    Words words;
  };

  // The command whose help is asked for, "" for all of them: "rules list".
  std::string asked() {
    std::string name;
    const CLI::App* app = &app_;
    for (auto below = app->get_subcommands(); !below.empty(); below = app->get_subcommands()) {
      app = below.front();
      name += (name.empty() ? "" : " ") + app->get_name();
    }
    return name;
  }

  // "rules list" is the subcommand list of the subcommand rules.
  CLI::App* subcommand(const Command& command) {
    CLI::App* app = &app_;
    for (const std::string& name : split(command.name, ' ')) {
      const auto known =
          app->get_subcommands([&](CLI::App* below) { return below->check_name(name); });
      app = known.empty() ? app->add_subcommand(name, std::string(command.summary)) : known.front();
    }
    return app;
  }

  void add(const Command& command) {
    CLI::App* app = subcommand(command);
    if (command.name.find(' ') != std::string_view::npos) app->get_parent()->require_subcommand(1);
    slots_.push_back({&command, app, {}});
    Slot& slot = slots_.back();
    auto* inputs = app->add_option("INPUT", slot.words.inputs);
    if (command.positional_required) inputs->required();
    for (const Option& option : command.options) add(slot, option);
  }

  static void add(Slot& slot, const Option& option) {
    const std::string flag = "--" + std::string(option.name);
    if (option.kind == OptionKind::Switch) {
      slot.app->add_flag(flag, slot.words.switches[std::string(option.name)]);
      return;
    }
    auto* added = slot.app->add_option(flag, slot.words.values[std::string(option.name)]);
    added->expected(1)->allow_extra_args(false);
    if (option.repeatable) {
      added->take_all();
    } else {
      added->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    }
  }

  CLI::App app_{"", "trailwarden"};
  std::list<Slot> slots_;  // Addresses of its members are given to CLI11.
};

}  // namespace

std::string Request::text(std::string_view option, std::string_view fallback) const {
  const auto found = values.find(option);
  return std::string(found == values.end() ? fallback : std::string_view(found->second.back()));
}

std::vector<std::string> Request::all(std::string_view option) const {
  const auto found = values.find(option);
  return found == values.end() ? std::vector<std::string>{} : found->second;
}

Parsed parse(int argc, const char* const* argv) {
  // A function starts without further words, and CLI11 takes a tenth of its start to get ready.
  if (argc == 2 && std::string_view(argv[1]).find(' ') == std::string_view::npos) {
    const auto known = std::ranges::find(commands(), std::string_view(argv[1]), &Command::name);
    if (known != commands().end() && !known->positional_required) return request(*known, {});
  }
  return Application(argc > 1 ? argv[1] : "").parse(argc, argv);
}

}  // namespace trailwarden::cli
