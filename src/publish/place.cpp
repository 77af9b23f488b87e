#include "publish/place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "aws/sigv4.h"
#include "report/digest_report.h"
#include "sink/notice.h"
#include "triage/log_text.h"

namespace trailwarden::publish {
namespace {

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::Usage, std::move(message));
}

Result<Place> bucket_place(std::string_view text) {
  Place place{.kind = Place::Kind::Bucket};
  constexpr std::string_view kLink = ",link=";
  if (const std::size_t at = text.rfind(kLink); at != text.npos) {
    const std::string_view link = text.substr(at + kLink.size());
    if (link != "console" && link != "presigned") {
      return wrong("link= is console or presigned, not '" + triage::shown(link, 40) + "'");
    }
    place.link = link == "presigned" ? PageLink::Presigned : PageLink::Console;
    text = text.substr(0, at);
  }
  if (text.starts_with("//")) text.remove_prefix(2);
  auto location = aws::parse_s3_url("s3://" + std::string(text));
  if (!location) return wrong("s3: takes BUCKET or BUCKET/PREFIX: " + location.error().message);
  place.bucket = *std::move(location);
  return place;
}

PageForm form_by_ending(std::string_view path) {
  const auto ends = [path](std::string_view ending) { return path.ends_with(ending); };
  if (ends(".html") || ends(".htm")) return PageForm::Html;
  return ends(".md") || ends(".markdown") ? PageForm::Markdown : PageForm::Text;
}

tl::unexpected<Error> io_error(const std::string& path, std::string_view what) {
  return fail(ErrorCode::Io, std::string(what) + ": " + std::generic_category().message(errno),
              path);
}

// Closes what it holds; a draft that was not made the file is removed.
class Draft {
 public:
  explicit Draft(const std::string& path)
      : path_(path + ".new"),
        descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640)) {}
  ~Draft() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!is_kept_) ::unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  int descriptor() const { return descriptor_; }
  bool become(const std::string& path) {
    is_kept_ = std::rename(path_.c_str(), path.c_str()) == 0;
    return is_kept_;
  }

 private:
  const std::string path_;
  const int descriptor_;
  bool is_kept_ = false;
};

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// A page in one form, as an object.
struct PageObject {
  PageForm form;
  std::string_view ending, content_type;
};
constexpr std::array kObjects = {
    PageObject{PageForm::Markdown, ".md", "text/markdown; charset=utf-8"},
    PageObject{PageForm::Html, ".html", "text/html; charset=utf-8"},
};

// Two pages of one bucket share a client; one that has none opens none.
class Buckets {
 public:
  explicit Buckets(const PlaceMeans& means) : means_(means) {}

  Result<std::string> put(const digest::Page& page, const Place& place, const std::string& name,
                          const std::stop_token& stop) {
    if (!s3_) s3_.emplace(TW_TRY(means_.aws()));
    const std::string& bucket = place.bucket.bucket;
    std::string key = place.bucket.prefix;
    if (!key.empty() && !key.ends_with('/')) key += '/';
    key += name;
    const std::string shown = "s3://" + bucket + "/" + key;
    for (const PageObject& object : kObjects) {
      aws::PutOptions options;
      options.content_type = object.content_type;
      const auto done = s3_->put(bucket, key + std::string(object.ending),
                                 rendered(page, object.form), options, stop);
      if (!done) return fail(ErrorCode::Io, to_string(done.error()), shown);
    }
    return link_to(place, key + ".html", stop);
  }

 private:
  Result<std::string> link_to(const Place& place, const std::string& key,
                              const std::stop_token& stop) {
    const std::string& bucket = place.bucket.bucket;
    if (place.link == PageLink::Console) {
      return sink::object_console_url(bucket, key, s3_->region_of(bucket));
    }
    auto url = s3_->presigned_get(bucket, key, aws::kPresignedMax, stop);
    if (!url) return fail(ErrorCode::Io, to_string(url.error()), "s3://" + bucket + "/" + key);
    return *std::move(url);
  }

  const PlaceMeans& means_;
  std::optional<aws::S3> s3_;
};

}  // namespace

std::string rendered(const digest::Page& page, PageForm form) {
  switch (form) {
    case PageForm::Html:
      return report::render_digest_html(page);
    case PageForm::Markdown:
      return report::render_digest_markdown(page);
    case PageForm::Text:
      break;
  }
  return report::render_digest_text(page);
}

Result<std::optional<Place>> parse_place(std::string_view text) {
  if (text == "-") return Place{};
  if (text.starts_with("s3:")) return TW_TRY(bucket_place(text.substr(3)));
  if (!text.starts_with("file:")) return std::nullopt;
  if (text.size() == 5) return wrong("file: takes a path");
  return Place{.kind = Place::Kind::File, .path = std::string(text.substr(5))};
}

Result<void> write_whole_file(const std::string& path, std::string_view text) {
  Draft draft(path);
  if (draft.descriptor() < 0) return io_error(path, "cannot be made");
  if (!write_all(draft.descriptor(), text)) return io_error(path, "cannot be written");
  if (::fsync(draft.descriptor()) != 0) return io_error(path, "cannot be brought to the disk");
  if (!draft.become(path)) return io_error(path, "cannot be replaced");
  return {};
}

Result<std::string> put_page(const digest::Page& page, const std::vector<Place>& places,
                             const std::string& name, const PlaceMeans& means,
                             const std::stop_token& stop) {
  Buckets buckets(means);
  std::string link;
  for (const Place& place : places) {
    switch (place.kind) {
      case Place::Kind::Output:
        if (!means.print(rendered(page, means.form.value_or(PageForm::Text)))) {
          return fail(ErrorCode::Io, "cannot write to standard output");
        }
        break;
      case Place::Kind::File:
        TW_TRY(write_whole_file(place.path,
                                rendered(page, means.form.value_or(form_by_ending(place.path)))));
        break;
      case Place::Kind::Bucket: {
        std::string url = TW_TRY(buckets.put(page, place, name, stop));
        if (link.empty()) link = std::move(url);
        break;
      }
    }
  }
  return link;
}

}  // namespace trailwarden::publish
