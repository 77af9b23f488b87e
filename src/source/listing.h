// Which objects there are to read.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "aws/s3.h"
#include "base/result.h"
#include "cloudtrail/feed.h"
#include "source/layout.h"
#include "source/object_store.h"

namespace trailwarden::source {

struct ListedObject {
  std::string bucket;
  aws::ObjectInfo info;
  bool named = false;  // Its key is what the user wrote, not only begins so.

  std::string name() const;  // "s3://bucket/key"
  // What tells this content from another of the same name: the ETag, as far as there is one.
  std::string version() const;
};

struct ListingOptions {
  Days days;
  // Whether an object is to be read; empty: all are. Called from any thread, once an object, and
  // never by two threads at once.
  std::function<bool(const ListedObject& object)> wanted{};
  std::size_t lists_in_flight = 8;
  // Objects listed and not yet taken; the listing pauses there, so that memory stays flat.
  std::size_t ahead_max = 50'000;
};

// Lists what lies below some locations, on threads of its own, ahead of who takes it. Folders of
// CloudTrail's layout are walked down to the regions, several at once; of a region only the keys in
// the days that are needed are listed (from the first day on, to the first key behind the last).
// Whatever is laid out otherwise is listed plainly, and chosen from by key.
//
// Left alone, as in local folders: names that begin with a dot, and the markers that consoles make
// for folders. Left out and told: folders of AWSLogs that hold no events, unless the user named
// them.
class Listing {
 public:
  // `store` and `progress` outlive it. A stop on `stop` ends it.
  Listing(ObjectStore& store, std::vector<aws::S3Location> locations, ListingOptions options,
          cloudtrail::FeedProgress& progress, std::stop_token stop);
  ~Listing();

  // The next object in the order of locations, then of keys. Nothing at the end, or after a stop.
  // Error: a list failed, or below a location there is nothing at all.
  Result<std::optional<ListedObject>> next();

  // After the end: the folders that were left out, as s3:// URLs.
  std::vector<std::string> left_out() const;

 private:
  // A list to be made, page by page, or objects that one has found.
  struct Node {
    enum class Walk : std::uint8_t {
      Folder,  // What lies right in it, and its folders: more nodes.
      Deep,    // All below.
    };
    std::size_t location = 0;
    std::string prefix;
    Walk walk = Walk::Deep;
    unsigned unknown_above = 0;    // Folders that say nothing to us between it and the location.
    std::string start_after, end;  // Only keys between them; empty: no bound.
    std::string token;
    bool busy = false;
    bool done = false;
    std::deque<aws::ObjectInfo> objects;
  };
  using Nodes = std::list<Node>;

  Node root(std::size_t location) const;
  std::optional<Node> child(const Node& parent, const std::string& folder);
  Node deep(std::size_t location, std::string prefix) const;

  void run();
  Nodes::iterator pick();
  bool over() const;
  bool ready();
  Result<void> check_existence() const;
  void absorb(Nodes::iterator node, aws::ListPage page);
  void absorb_folder(Nodes::iterator node, aws::ListPage& page);
  void keep(Node& node, aws::ObjectInfo object);
  bool is_below(const Node& node, const aws::ObjectInfo& object);
  void leave_out(std::size_t location, std::string_view folder);
  std::string url(std::size_t location, std::string_view key) const;

  ObjectStore& store_;
  const std::vector<aws::S3Location> locations_;
  const ListingOptions options_;
  cloudtrail::FeedProgress& progress_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Nodes nodes_;               // In the order of their keys.
  std::vector<bool> exists_;  // Something was found below this location, or cannot be known.
  std::set<std::string> left_out_;
  std::size_t held_ = 0;  // Objects in nodes.
  std::optional<Error> failure_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_stop_;
  std::vector<std::jthread> threads_;  // Last: joined before what they use.
};

}  // namespace trailwarden::source
