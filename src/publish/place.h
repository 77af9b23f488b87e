// Where whole pages go: files, buckets, the standard output. What else `--sink` names is a sink.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "aws/s3.h"
#include "base/result.h"
#include "digest/page.h"

namespace trailwarden::publish {

enum class PageForm : std::uint8_t { Text, Markdown, Html };
std::string rendered(const digest::Page& page, PageForm form);

// How a message links to a page in a bucket.
enum class PageLink : std::uint8_t {
  Console,    // To the AWS console, which asks for a sign-in.
  Presigned,  // With a signature that is good for seven days: whoever has the message can open it.
};

struct Place {
  enum class Kind : std::uint8_t { Output, File, Bucket } kind = Kind::Output;
  std::string path{};  // Of a file.
  aws::S3Location bucket{};
  PageLink link = PageLink::Console;

  bool operator==(const Place& other) const {
    return kind == other.kind && path == other.path && bucket.bucket == other.bucket.bucket &&
           bucket.prefix == other.bucket.prefix && link == other.link;
  }
};

// "-", "file:PATH" or "s3:BUCKET[/PREFIX][,link=console|presigned]"; nothing for what names a sink.
// Error: Usage.
Result<std::optional<Place>> parse_place(std::string_view text);

// Writes `text` to `path` so that the file holds all of it, or what it held before (mode 0640 less
// the umask). Error: Io.
Result<void> write_whole_file(const std::string& path, std::string_view text);

// What pages are put with.
struct PlaceMeans {
  std::optional<PageForm> form{};  // Asked for; nothing: by a file's ending, else text.
  std::function<bool(std::string_view)> print;  // To the standard output.
  std::function<Result<aws::Session>()> aws;    // Asked only where a place is a bucket.
};

// Puts the page to each of `places`, in their order. In a bucket it is PREFIX/NAME.html and
// PREFIX/NAME.md, encrypted as the bucket says; doing it again puts the same in the same place.
// Answers the first link; empty where no place has one. Error: of the first place that failed, with
// its name; the places behind it were not tried.
Result<std::string> put_page(const digest::Page& page, const std::vector<Place>& places,
                             const std::string& name, const PlaceMeans& means,
                             const std::stop_token& stop);

}  // namespace trailwarden::publish
