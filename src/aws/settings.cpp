#include "aws/settings.h"

#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <system_error>

#include "aws/ini.h"
#include "base/ascii.h"

namespace trailwarden::aws {
namespace {

// Far above what anyone keeps there; a file that is larger is not such a file.
constexpr std::size_t kFileBytesMax = std::size_t{4} << 20;

struct File {
  std::string path;
  std::string text;
};

// The file that `variable` names, or ~/.aws/`name`; an absent one is empty.
Result<File> read_file(const Environment& environment, const char* variable, const char* name) {
  const std::string home = environment("HOME").value_or("");
  File file;
  if (const auto named = environment(variable)) {
    file.path = named->starts_with("~/") && !home.empty() ? home + named->substr(1) : *named;
  } else if (!home.empty()) {
    file.path = home + "/.aws/" + name;
  }
  struct stat status {};
  if (file.path.empty() || (::stat(file.path.c_str(), &status) != 0 && errno == ENOENT))
    return file;
  if (S_ISDIR(status.st_mode)) return fail(ErrorCode::Io, "is a folder, not a file", file.path);
  std::ifstream in(file.path, std::ios::binary);
  file.text.resize(kFileBytesMax + 1);
  in.read(file.text.data(), static_cast<std::streamsize>(file.text.size()));
  if (in.bad() || (in.fail() && !in.eof())) {
    return fail(ErrorCode::Io, "cannot be read: " + std::generic_category().message(errno),
                file.path);
  }
  file.text.resize(static_cast<std::size_t>(in.gcount()));
  if (file.text.size() > kFileBytesMax) {
    return fail(ErrorCode::LimitExceeded, "is larger than 4 MiB", file.path);
  }
  return file;
}

// "profile audit" → "audit" where `kind` is "profile"; the name may stand in quotes. Empty: not
// one.
std::string named_section(std::string_view section, std::string_view kind) {
  if (!section.starts_with(kind)) return {};
  std::string_view name = section.substr(kind.size());
  const std::size_t begin = name.find_first_not_of(" \t");
  if (begin == 0 || begin == name.npos) return {};
  name.remove_prefix(begin);
  const bool is_quoted = name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
                         name.back() == name.front();
  return std::string(is_quoted ? name.substr(1, name.size() - 2) : name);
}

void merge(ProfileFiles::Section& into, const IniSection& from) {
  for (const auto& [name, value] : from) into[name] = value;
}

Result<ProfileFiles> read_files(const Environment& environment) {
  ProfileFiles files;
  const File config = TW_TRY(read_file(environment, "AWS_CONFIG_FILE", "config"));
  for (const auto& [section, values] : TW_TRY(parse_ini(config.text, config.path))) {
    const std::string profile = section == "default" ? section : named_section(section, "profile");
    if (!profile.empty()) merge(files.profiles[profile], values);
    if (const std::string session = named_section(section, "sso-session"); !session.empty()) {
      merge(files.sso_sessions[session], values);
    }
    if (const std::string services = named_section(section, "services"); !services.empty()) {
      merge(files.services[services], values);
    }
  }
  const File keys = TW_TRY(read_file(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials"));
  for (const auto& [section, values] : TW_TRY(parse_ini(keys.text, keys.path))) {
    merge(files.profiles[section], values);
  }
  return files;
}

// By the environment's `variable`, else by the profile's `key`.
std::optional<std::string> setting(const Settings& settings, const char* variable,
                                   std::string_view key) {
  auto value = settings.environment(variable);
  return value ? value : settings.in_profile(key);
}

std::string both_names(const char* variable, std::string_view key) {
  return std::string(variable) + " (or the profile's " + std::string(key) + ")";
}

Result<bool> truth(const Settings& settings, const char* variable, std::string_view key) {
  const std::string text = ascii_lower(setting(settings, variable, key).value_or("false"));
  if (text == "true" || text == "false") return text == "true";
  return fail(ErrorCode::Usage, both_names(variable, key) + " must be true or false");
}

Result<unsigned> attempts(const Settings& settings) {
  const auto text = setting(settings, "AWS_MAX_ATTEMPTS", "max_attempts");
  if (!text) return Settings{}.attempts_max;
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc{} && end == text->data() + text->size() && number > 0) return number;
  return fail(ErrorCode::Usage, both_names("AWS_MAX_ATTEMPTS", "max_attempts") +
                                    " must be a whole number of at least 1");
}

Result<void> choose_profile(Settings& settings, const SettingsOptions& options) {
  auto profile = options.profile ? options.profile : settings.environment("AWS_PROFILE");
  if (!profile) profile = settings.environment("AWS_DEFAULT_PROFILE");
  settings.profile = profile.value_or("default");
  settings.profile_by_option = options.profile.has_value();
  if (settings.profile == "default" || settings.files.profiles.contains(settings.profile))
    return {};
  return fail(ErrorCode::Usage,
              "the AWS profile '" + settings.profile +
                  "' is in neither the config nor the credentials file; 'aws configure "
                  "list-profiles' shows those that are");
}

}  // namespace

std::optional<std::string> Settings::in_profile(std::string_view key) const {
  const auto section = files.profiles.find(profile);
  if (section == files.profiles.end()) return std::nullopt;
  const auto value = section->second.find(key);
  if (value == section->second.end() || value->second.empty()) return std::nullopt;
  return value->second;
}

std::optional<std::string> Settings::endpoint_url(std::string_view service_id) const {
  const auto ignored =
      setting(*this, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls");
  if (ignored && ascii_lower(*ignored) == "true") return std::nullopt;
  if (auto url = environment("AWS_ENDPOINT_URL_" + ascii_upper(service_id))) return url;
  if (auto url = environment("AWS_ENDPOINT_URL")) return url;
  if (const auto name = in_profile("services")) {
    const auto section = files.services.find(*name);
    const std::string key = ascii_lower(service_id) + ".endpoint_url";
    if (section != files.services.end() && section->second.contains(key)) {
      return section->second.find(key)->second;
    }
  }
  return in_profile("endpoint_url");
}

Result<Settings> load_settings(const Environment& environment, const SettingsOptions& options) {
  Settings settings;
  settings.environment = environment;
  settings.files = TW_TRY(read_files(environment));
  TW_TRY(choose_profile(settings, options));
  const auto services = settings.in_profile("services");
  if (services && !settings.files.services.contains(*services)) {
    return fail(ErrorCode::Usage, "the AWS profile '" + settings.profile +
                                      "' names services that have no [services] section");
  }
  auto region = options.region ? options.region : environment("AWS_REGION");
  settings.region = region.value_or(setting(settings, "AWS_DEFAULT_REGION", "region").value_or(""));
  settings.fips = TW_TRY(truth(settings, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"));
  settings.dual_stack =
      TW_TRY(truth(settings, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"));
  settings.attempts_max = TW_TRY(attempts(settings));
  return settings;
}

}  // namespace trailwarden::aws
