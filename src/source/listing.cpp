#include "source/listing.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace trailwarden::source {
namespace {

// AWSLogs/ lies at a bucket's top or below a prefix of one or two parts; a folder with many folders
// is not above it. What is not found this way is read all the same, only listed plainly.
constexpr unsigned kUnknownAboveMax = 2;
constexpr std::size_t kUnknownFoldersMax = 16;

bool has_dot_name(std::string_view below) {
  return below.starts_with('.') || below.find("/.") != std::string_view::npos;
}

}  // namespace

std::string ListedObject::name() const { return "s3://" + bucket + "/" + info.key; }

std::string ListedObject::version() const {
  // Gateways over other storage may have no ETags.
  if (!info.etag.empty()) return info.etag;
  return std::to_string(info.size) + "@" + info.last_modified;
}

Listing::Listing(ObjectStore& store, std::vector<aws::S3Location> locations, ListingOptions options,
                 cloudtrail::FeedProgress& progress, std::stop_token stop)
    : store_(store),
      locations_(std::move(locations)),
      options_(std::move(options)),
      progress_(progress),
      exists_(locations_.size()),
      on_stop_(std::move(stop), [this] { stop_.request_stop(); }) {
  for (std::size_t i = 0; i < locations_.size(); ++i) {
    nodes_.push_back(root(i));
    // Where only some days are asked for, none of them says nothing about the others.
    const Node& node = nodes_.back();
    exists_[i] = !node.start_after.empty() || !node.end.empty();
  }
  progress_.still_listing = true;
  for (std::size_t i = 0; i < options_.lists_in_flight; ++i) {
    threads_.emplace_back([this] { run(); });
  }
}

Listing::~Listing() { stop_.request_stop(); }

std::string Listing::url(std::size_t location, std::string_view key) const {
  return "s3://" + locations_[location].bucket + "/" + std::string(key);
}

Listing::Node Listing::deep(std::size_t location, std::string prefix) const {
  Node node;
  node.location = location;
  if (const auto region = region_folder(prefix)) {
    const Days& days = options_.days;
    if (!days.first.empty()) node.start_after = std::string(*region) + days.first;
    if (!days.end.empty()) node.end = std::string(*region) + days.end;
  }
  node.prefix = std::move(prefix);
  return node;
}

Listing::Node Listing::root(std::size_t location) const {
  const std::string& prefix = locations_[location].prefix;
  Node node = deep(location, prefix);
  const Place place = place_of(folder_of(prefix));
  if (place != Place::Region && place != Place::LeftOut) node.walk = Node::Walk::Folder;
  return node;
}

std::optional<Listing::Node> Listing::child(const Node& parent, const std::string& folder) {
  Node node = deep(parent.location, folder);
  switch (place_of(folder)) {
    case Place::LeftOut:
      leave_out(parent.location, folder);
      return std::nullopt;
    case Place::Region:
      return node;
    case Place::Outside:
      node.unknown_above = parent.unknown_above + 1;
      if (node.unknown_above <= kUnknownAboveMax) node.walk = Node::Walk::Folder;
      return node;
    case Place::Logs:
    case Place::Organization:
    case Place::Account:
    case Place::Kind:
      break;
  }
  node.walk = Node::Walk::Folder;
  return node;
}

bool Listing::over() const {
  return failure_ || stop_.stop_requested() ||
         std::all_of(nodes_.begin(), nodes_.end(), [](const Node& node) { return node.done; });
}

// The first list in order that may go on. While much is held, only the one that is waited for may.
Listing::Nodes::iterator Listing::pick() {
  if (held_ >= options_.ahead_max) {
    const auto front = nodes_.begin();
    const bool waited_for = front != nodes_.end() && front->objects.empty();
    return waited_for && !front->busy && !front->done ? front : nodes_.end();
  }
  return std::find_if(nodes_.begin(), nodes_.end(),
                      [](const Node& node) { return !node.busy && !node.done; });
}

void Listing::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, stop_.get_token(), [this] { return over() || pick() != nodes_.end(); });
    if (over()) break;
    const auto node = pick();
    node->busy = true;
    const aws::ListRequest request{
        .bucket = locations_[node->location].bucket,
        .prefix = node->prefix,
        .delimiter = node->walk == Node::Walk::Folder ? "/" : "",
        .start_after = node->walk == Node::Walk::Deep ? node->start_after : "",
        .token = node->token,
    };
    lock.unlock();
    auto page = store_.list(request, stop_.get_token());
    lock.lock();
    node->busy = false;
    if (page) {
      absorb(node, *std::move(page));
    } else if (!stop_.stop_requested() && !failure_) {
      Error error = aws::to_error(page.error());
      error.where = url(node->location, locations_[node->location].prefix);
      failure_ = std::move(error);
    }
    changed_.notify_all();
  }
  progress_.still_listing = false;
  changed_.notify_all();
}

void Listing::absorb(Nodes::iterator node, aws::ListPage page) {
  if (!page.objects.empty() || !page.prefixes.empty()) exists_[node->location] = true;
  if (node->walk == Node::Walk::Folder) return absorb_folder(node, page);
  for (aws::ObjectInfo& object : page.objects) {
    if (!node->end.empty() && object.key >= node->end) {
      node->done = true;
      return;
    }
    keep(*node, std::move(object));
  }
  node->token = std::move(page.next_token);
  node->done = node->token.empty();
}

// Puts what the page tells in front of the node, in the order of keys.
void Listing::absorb_folder(Nodes::iterator node, aws::ListPage& page) {
  const bool unknown = place_of(folder_of(node->prefix)) == Place::Outside;
  if (unknown && (page.prefixes.size() > kUnknownFoldersMax || !page.next_token.empty())) {
    node->walk = Node::Walk::Deep;
    return;
  }
  auto object = page.objects.begin();
  const auto take_objects_before = [&](const std::string* folder) {
    Node found;
    found.location = node->location;
    found.done = true;
    for (; object != page.objects.end() && (folder == nullptr || object->key < *folder); ++object) {
      keep(found, std::move(*object));
    }
    if (!found.objects.empty()) nodes_.insert(node, std::move(found));
  };
  for (const std::string& folder : page.prefixes) {
    take_objects_before(&folder);
    if (has_dot_name(std::string_view(folder).substr(folder_of(node->prefix).size()))) continue;
    if (auto below = child(*node, folder)) nodes_.insert(node, *std::move(below));
  }
  take_objects_before(nullptr);
  node->token = std::move(page.next_token);
  node->done = node->token.empty();
}

void Listing::keep(Node& node, aws::ObjectInfo object) {
  if (!is_below(node, object)) return;
  const aws::S3Location& location = locations_[node.location];
  const bool named = object.key == location.prefix;
  ListedObject found{location.bucket, std::move(object), named};
  if (options_.wanted && !options_.wanted(found)) return;
  ++progress_.inputs;
  progress_.bytes += found.info.size;
  ++held_;
  node.objects.push_back(std::move(found.info));
}

bool Listing::is_below(const Node& node, const aws::ObjectInfo& object) {
  const std::string& named = locations_[node.location].prefix;
  if (object.key == named && !named.ends_with('/')) return true;
  if (object.size == 0 && object.key.ends_with('/')) return false;
  const std::string_view below = std::string_view(object.key).substr(folder_of(named).size());
  if (has_dot_name(below) || !in_days(object.key, options_.days)) return false;
  if (const auto folder = left_out_folder(object.key)) {
    if (place_of(folder_of(named)) != Place::LeftOut) {
      leave_out(node.location, *folder);
      return false;
    }
  }
  return true;
}

void Listing::leave_out(std::size_t location, std::string_view folder) {
  left_out_.insert(url(location, folder));
}

// Whether next() has an answer.
bool Listing::ready() {
  while (!nodes_.empty() && nodes_.front().done && nodes_.front().objects.empty()) {
    nodes_.pop_front();
  }
  return failure_ || nodes_.empty() || !nodes_.front().objects.empty();
}

Result<std::optional<ListedObject>> Listing::next() {
  std::unique_lock lock(mutex_);
  const bool there = changed_.wait(lock, stop_.get_token(), [this] { return ready(); });
  if (!there || stop_.stop_requested()) return std::nullopt;
  if (failure_) return tl::unexpected(*failure_);
  if (nodes_.empty()) {
    TW_TRY(check_existence());
    return std::nullopt;
  }
  Node& front = nodes_.front();
  const aws::S3Location& location = locations_[front.location];
  ListedObject object{location.bucket, std::move(front.objects.front()), false};
  object.named = object.info.key == location.prefix;
  front.objects.pop_front();
  --held_;
  changed_.notify_all();
  return object;
}

Result<void> Listing::check_existence() const {
  for (std::size_t i = 0; i < locations_.size(); ++i) {
    if (!exists_[i]) {
      return fail(ErrorCode::Io, "no object has a key that begins so",
                  url(i, locations_[i].prefix));
    }
  }
  return {};
}

std::vector<std::string> Listing::left_out() const {
  const std::lock_guard lock(mutex_);
  return {left_out_.begin(), left_out_.end()};
}

}  // namespace trailwarden::source
