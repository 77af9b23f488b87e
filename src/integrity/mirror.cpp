#include "integrity/mirror.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <system_error>

#include "base/ascii.h"

namespace trailwarden::integrity {
namespace {

namespace fs = std::filesystem;
namespace bj = boost::json;

constexpr std::size_t kSidecarBytesMax = std::size_t{1} << 20U;

class FileBytes final : public ObjectBytes {
 public:
  explicit FileBytes(std::unique_ptr<cloudtrail::FileStream> file) : file_(std::move(file)) {}
  std::size_t read(std::span<char> into) override { return file_->read(into); }
  std::string failure() const override { return file_->failure(); }

 private:
  std::unique_ptr<cloudtrail::FileStream> file_;
};

// Whether each part of `key` names something right below the one before it.
bool stays_below(std::string_view key) {
  if (key.empty() || key.find('\0') != std::string_view::npos) return false;
  while (true) {
    const std::size_t slash = key.find('/');
    const std::string_view part = key.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    key.remove_prefix(slash + 1);
  }
}

tl::unexpected<Error> refuse(const std::string& path, const std::error_code& why) {
  return fail(ErrorCode::Io, "cannot be read: " + why.message(), path);
}

Result<std::string> read_small(const std::string& path) {
  auto file = TW_TRY(cloudtrail::FileStream::open(path));
  std::string text(kSidecarBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const std::size_t got = file->read({text.data() + size, text.size() - size});
    if (got == 0) break;
    size += got;
  }
  if (!file->failure().empty()) return fail(ErrorCode::Io, file->failure(), path);
  if (size > kSidecarBytesMax) return fail(ErrorCode::LimitExceeded, "is too large", path);
  text.resize(size);
  return text;
}

}  // namespace

Result<Metadata> parse_sidecar(std::string_view json) {
  boost::system::error_code bad;
  const bj::value document = bj::parse({json.data(), json.size()}, bad);
  const bj::object* fields = bad ? nullptr : document.if_object();
  if (fields == nullptr) return fail(ErrorCode::Syntax, "is no JSON object");
  if (const bj::value* inner = fields->if_contains("Metadata")) fields = inner->if_object();
  if (fields == nullptr) return fail(ErrorCode::Syntax, "its \"Metadata\" is no object");
  Metadata metadata;
  for (const auto& [name, value] : *fields) {
    const bj::string* text = value.if_string();
    if (text != nullptr)
      metadata[ascii_lower({name.data(), name.size()})] = {text->data(), text->size()};
  }
  return metadata;
}

Result<std::unique_ptr<Mirror>> Mirror::open(const std::string& folder) {
  std::error_code bad;
  const fs::file_status status = fs::status(folder, bad);
  if (status.type() == fs::file_type::not_found) {
    return fail(ErrorCode::Io, "does not exist", folder);
  }
  if (bad) return refuse(folder, bad);
  if (!fs::is_directory(status)) return fail(ErrorCode::Io, "is no folder", folder);
  return std::unique_ptr<Mirror>(new Mirror(folder.ends_with('/') ? folder : folder + "/"));
}

Result<std::vector<std::string>> Mirror::folders(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code bad;
  fs::directory_iterator entry(root_ + folder, bad);
  for (; !bad && entry != fs::directory_iterator(); entry.increment(bad)) {
    std::error_code unknown;
    const std::string name = entry->path().filename().string();
    if (!name.starts_with('.') && entry->is_directory(unknown)) names.push_back(name);
  }
  if (bad && bad != std::errc::no_such_file_or_directory) return refuse(root_ + folder, bad);
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> Mirror::files(const std::string& folder,
                           const std::function<void(std::string key)>& on_file) {
  std::error_code bad;
  fs::recursive_directory_iterator entry(root_ + folder, bad);
  for (; !bad && entry != fs::recursive_directory_iterator(); entry.increment(bad)) {
    std::error_code unknown;
    if (entry->is_directory(unknown)) continue;
    on_file(entry->path().string().substr(root_.size()));
  }
  if (bad && bad != std::errc::no_such_file_or_directory) return refuse(root_ + folder, bad);
  return {};
}

Result<Metadata> Mirror::sidecar_of(const std::string& key) const {
  const std::string path = root_ + key + std::string(kSidecarEnding);
  std::error_code unknown;
  const fs::file_type type = fs::status(path, unknown).type();
  if (type == fs::file_type::not_found) return Metadata{};
  if (type != fs::file_type::regular) return fail(ErrorCode::Io, "is no file", path);
  const std::string text = TW_TRY(read_small(path));
  auto metadata = parse_sidecar(text);
  if (!metadata) metadata.error().where = path;
  return metadata;
}

Result<std::optional<StoredObject>> Mirror::get(const std::string& key, Want want,
                                                const std::stop_token& /*stop*/) {
  if (!stays_below(key)) return std::nullopt;
  const std::string path = root_ + key;
  std::error_code unknown;
  const fs::file_type type = fs::status(path, unknown).type();
  if (type == fs::file_type::not_found) return std::nullopt;
  // A pipe would never end, a device is no log.
  if (type != fs::file_type::regular) return fail(ErrorCode::Io, "is no file", path);
  StoredObject object;
  object.bytes = std::make_unique<FileBytes>(TW_TRY(cloudtrail::FileStream::open(path)));
  if (want == Want::BytesAndMetadata) object.metadata = TW_TRY(sidecar_of(key));
  return object;
}

}  // namespace trailwarden::integrity
