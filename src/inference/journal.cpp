#include "inference/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <system_error>

#include "json/writer.h"

namespace trailwarden::inference {
namespace {

std::string line_of(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  std::string line;
  json::Writer json(line);
  json.begin_object();
  for (const auto& [name, value] : members) json.key(name).string(value);
  json.end_object();
  return line + '\n';
}

Error error(std::string_view what, const std::string& path) {
  return {
      ErrorCode::Io,
      "the journal cannot be " + std::string(what) + ": " + std::generic_category().message(errno),
      path};
}

Result<std::string> read_all(int descriptor, std::size_t size, const std::string& path) {
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const ssize_t now =
        ::pread(descriptor, bytes.data() + got, size - got, static_cast<off_t>(got));
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) return tl::unexpected(error("read", path));
    got += static_cast<std::size_t>(now);
  }
  return bytes;
}

// The text of a member; nothing where the line is no object that has it.
std::optional<std::string> member(const boost::json::value& line, std::string_view name) {
  const boost::json::object* object = line.if_object();
  const boost::json::value* value = object == nullptr ? nullptr : object->if_contains(name);
  const boost::json::string* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string(*text);
}

}  // namespace

Journal::~Journal() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path, std::string_view terms) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
  std::unique_ptr<Journal> journal(new Journal(descriptor, path));
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
    return tl::unexpected(error("opened", path));
  }
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::Usage, "is no file for a journal", path);
  // File systems without locks are no reason not to go on.
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return fail(ErrorCode::Usage, "another run is using this journal", path);
  }
  TW_TRY(journal->load(terms));
  return journal;
}

Result<void> Journal::load(std::string_view terms) {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return tl::unexpected(error("read", path_));
  const auto bytes = TW_TRY(read_all(descriptor_, static_cast<std::size_t>(status.st_size), path_));
  for (std::string_view rest = bytes; rest.find('\n') != rest.npos;) {
    const std::string_view text = rest.substr(0, rest.find('\n') + 1);
    boost::system::error_code broken;
    const boost::json::value line = boost::json::parse(text, broken);
    const auto begun_on = member(line, "terms");
    const auto key = member(line, "key");
    const auto value = member(line, "value");
    if (broken || (end_ == 0) != begun_on.has_value() || (!begun_on && !(key && value))) {
      return fail(ErrorCode::Usage, "is no journal of a digest, or damaged",
                  path_ + ":" + std::to_string(end_));
    }
    if (begun_on && *begun_on != terms) {
      return fail(ErrorCode::Usage,
                  "belongs to a digest of other events, options or another model; name another "
                  "file, or remove it",
                  path_);
    }
    if (key) values_[*key] = *value;
    end_ += text.size();
    rest.remove_prefix(text.size());
  }
  // A first line is only this run's own, cut short, when it is one's beginning.
  const std::string first = line_of({{"terms", terms}});
  if (end_ != 0) return {};
  if (bytes != std::string_view(first).substr(0, bytes.size())) {
    return fail(ErrorCode::Usage, "is no journal of a digest", path_);
  }
  return append(first);
}

Result<void> Journal::append(const std::string& line) {
  const auto size = static_cast<ssize_t>(line.size());
  if (::ftruncate(descriptor_, static_cast<off_t>(end_)) != 0 ||
      ::pwrite(descriptor_, line.data(), line.size(), static_cast<off_t>(end_)) != size ||
      ::fdatasync(descriptor_) != 0) {
    return tl::unexpected(error("written", path_));
  }
  end_ += line.size();
  return {};
}

std::optional<std::string> Journal::find(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

Result<void> Journal::put(std::string_view key, std::string_view value) {
  const std::lock_guard lock(mutex_);
  TW_TRY(append(line_of({{"key", key}, {"value", value}})));
  values_.insert_or_assign(std::string(key), std::string(value));
  return {};
}

std::size_t Journal::size() const {
  const std::lock_guard lock(mutex_);
  return values_.size();
}

}  // namespace trailwarden::inference
