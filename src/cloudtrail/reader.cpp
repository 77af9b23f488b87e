#include "cloudtrail/reader.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cloudtrail/byte_stream.h"
#include "cloudtrail/feed.h"
#include "cloudtrail/gzip.h"
#include "cloudtrail/text_reader.h"

namespace trailwarden::cloudtrail {
namespace {

// Counts the bytes that were read, for whoever shows progress.
class CountedStream final : public ByteStream {
 public:
  CountedStream(ByteStream& stream, std::atomic<std::uint64_t>& count)
      : stream_(stream), count_(count) {}
  std::size_t read(std::span<char> into) override {
    const std::size_t got = stream_.read(into);
    count_.fetch_add(got, std::memory_order_relaxed);
    return got;
  }
  std::string_view take_held() override {
    const std::string_view held = stream_.take_held();
    count_.fetch_add(held.size(), std::memory_order_relaxed);
    return held;
  }

 private:
  ByteStream& stream_;
  std::atomic<std::uint64_t>& count_;
};

// A file that was found in a folder, and holds nothing but one object that is no record, is no log
// that lost a record: says so in a notice instead.
class FoundFile final : public RecordVisitor {
 public:
  explicit FoundFile(RecordVisitor& visitor) : visitor_(visitor) {}
  void on_record(const RawRecord& record) override {
    tell_first();
    visitor_.on_record(record);
  }
  void on_problem(const Problem& problem) override {
    if (told_ || first_ || problem.kind != ProblemKind::NotARecord) {
      tell_first();
      return visitor_.on_problem(problem);
    }
    first_ = problem;
  }
  void end() {
    if (!first_) return;
    visitor_.on_problem({ProblemKind::NotALog, first_->path, 0, "no CloudTrail log"});
  }

 private:
  void tell_first() {
    told_ = true;
    if (!first_) return;
    visitor_.on_problem(*first_);
    first_.reset();
  }

  RecordVisitor& visitor_;
  std::optional<Problem> first_;
  bool told_ = false;
};

// Why a text that begins like this is no JSON, or empty where it may be.
std::string not_json(std::string_view head) {
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {
    return "UTF-16 text, only UTF-8 is read";
  }
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || head[first] == '{' || head[first] == '[') return {};
  if (head.find('\0') != std::string_view::npos) return "binary data, neither JSON nor gzip of it";
  return "neither JSON nor gzip of it";
}

std::string display_name(const std::string& path) { return path == "-" ? "stdin" : path; }

}  // namespace

struct Reader::State {
  json::Projection projection;
  std::optional<json::Projection> folded;
  RecordShape shape;
  ReadProgress& progress;
  ReaderOptions options;
  Inflater inflater;
  std::vector<char> file;  // A small file's bytes, or the head of a large one.
  json::Projected found;
  std::array<Level, kNestingMax + 1> levels;

  struct Source {
    std::string path;
    std::uint64_t begin = 0;
    std::uint64_t end = Slice::kWholeFile;
    bool from_folder = false;
  };

  // What a stream begins with.
  struct Head {
    std::string_view bytes;
    bool is_whole = false;  // All there is, and not too much to be inflated at once.
  };

  // `stream` stands at the slice's beginning, or one byte before it where that is not 0.
  void read_slice(const Slice& slice, ByteStream& stream, RecordVisitor& visitor,
                  const std::stop_token& stop);
  void read_stream(ByteStream& stream, const Source& source, RecordVisitor& visitor,
                   const std::stop_token& stop);
  Head read_head(ByteStream& stream, bool may_be_gzip);
  void read_gzip(std::string_view head, bool whole, ByteStream& rest, const Source& source,
                 RecordVisitor& visitor, const std::stop_token& stop);
  bool read_text(const Source& source, ReadContext& context);
  ReadContext context(const Source& source, RecordVisitor& visitor, const std::stop_token& stop) {
    return {projection,          folded, shape, found, levels, visitor, stop, source.path,
            options.window_bytes};
  }
};

Reader::Reader(json::Projection projection, RecordShape shape, ReadProgress& progress,
               ReaderOptions options)
    : state_(new State{.projection = std::move(projection),
                       .folded = {},
                       .shape = shape,
                       .progress = progress,
                       .options = options,
                       .inflater = {},
                       .file = {},
                       .found = {},
                       .levels = {}}) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

void Reader::read(const Slice& slice, RecordVisitor& visitor, const std::stop_token& stop) {
  auto file = FileStream::open(slice.path);
  if (!file) {
    return visitor.on_problem(
        {ProblemKind::Unreadable, display_name(slice.path), 0, file.error().message});
  }
  // One byte back: the line break in front of `begin` shows that a line begins there.
  if (slice.begin != 0) (*file)->seek(slice.begin - 1);
  state_->read_slice(slice, **file, visitor, stop);
}

void Reader::read(Portion& portion, RecordVisitor& visitor, const std::stop_token& stop) {
  if (portion.problem) return visitor.on_problem(*portion.problem);
  if (portion.stream == nullptr) return read(portion.slice, visitor, stop);
  state_->read_slice(portion.slice, *portion.stream, visitor, stop);
}

void Reader::read_bytes(std::string_view bytes, std::string_view path, RecordVisitor& visitor,
                        const std::stop_token& stop) {
  MemoryStream stream(bytes);
  CountedStream counted(stream, state_->progress.bytes_read);
  state_->read_stream(counted, {.path = std::string(path)}, visitor, stop);
}

void Reader::State::read_slice(const Slice& slice, ByteStream& stream, RecordVisitor& visitor,
                               const std::stop_token& stop) {
  const Source source{display_name(slice.path), slice.begin, slice.end, slice.from_folder};
  CountedStream counted(stream, progress.bytes_read);
  if (slice.from_folder && slice.begin == 0 && slice.end == Slice::kWholeFile) {
    FoundFile quieter(visitor);
    read_stream(counted, source, quieter, stop);
    quieter.end();
  } else {
    read_stream(counted, source, visitor, stop);
  }
  if (std::string cause = stream.failure(); !cause.empty()) {
    visitor.on_problem({ProblemKind::Unreadable, source.path, 0, std::move(cause)});
  }
}

// Of a gzip file, as much as is inflated at once; of others, enough to tell them apart.
Reader::State::Head Reader::State::read_head(ByteStream& stream, bool may_be_gzip) {
  if (const std::string_view all = stream.take_held(); !all.empty()) {
    return {all, all.size() <= kOneShotCompressedMax};
  }
  if (file.size() < kSniffBytes) file.resize(kSniffBytes);
  std::size_t held = 0;
  bool ended = false;
  const auto fill = [&](std::size_t bytes) {
    if (file.size() < bytes) file.resize(bytes);
    while (held < bytes && !ended) {
      const std::size_t got = stream.read({file.data() + held, bytes - held});
      ended = got == 0;
      held += got;
    }
  };
  fill(2);
  if (may_be_gzip && is_gzip({file.data(), held})) {
    fill(kSniffBytes);
    for (std::size_t room = 2 * kSniffBytes; !ended && room <= kOneShotCompressedMax; room *= 2) {
      fill(room);
    }
  }
  return {{file.data(), held}, ended};
}

void Reader::State::read_stream(ByteStream& stream, const Source& source, RecordVisitor& visitor,
                                const std::stop_token& stop) {
  const Head head = read_head(stream, source.begin == 0);
  if (source.begin == 0 && is_gzip(head.bytes)) {
    return read_gzip(head.bytes, head.is_whole, stream, source, visitor, stop);
  }
  MemoryStream front(head.bytes);
  ChainedStream all(front, stream);
  CountedStream counted(all, progress.bytes_inflated);
  levels[0].window.open(counted, source.begin == 0 ? 0 : source.begin - 1);
  ReadContext shared = context(source, visitor, stop);
  read_text(source, shared);
}

void Reader::State::read_gzip(std::string_view head, bool whole, ByteStream& rest,
                              const Source& source, RecordVisitor& visitor,
                              const std::stop_token& stop) {
  ReadContext shared = context(source, visitor, stop);
  if (whole) {
    if (const auto text = inflater.whole(head)) {
      progress.bytes_inflated.fetch_add(text->size(), std::memory_order_relaxed);
      levels[0].window.open(*text);
      read_text(source, shared);
      return;
    }
  }
  MemoryStream front(head);
  ChainedStream all(front, rest);
  GzipStream stream(inflater, all);
  CountedStream counted(stream, progress.bytes_inflated);
  levels[0].window.open(counted);
  bool is_text = read_text(source, shared);
  while (stream.fault() && !stop.stop_requested()) {
    const GzipFault fault = *stream.fault();
    visitor.on_problem({fault.kind, source.path, fault.offset, fault.cause});
    if (!is_text || !stream.next_part()) return;
    levels[0].window.open(counted, levels[0].window.offset());
    TextReader(shared, 0, 0).read_documents({.after_damage = true});
  }
}

// False: the text is no JSON.
bool Reader::State::read_text(const Source& source, ReadContext& shared) {
  Window& window = levels[0].window;
  window.fill(kSniffBytes);
  if (source.begin != 0) {
    window.skip_line(options.window_bytes);
    TextReader(shared, 0, 0).read_lines(source.end);
    return true;
  }
  if (window.text().starts_with("\xEF\xBB\xBF")) window.advance(3);
  const std::string_view head = window.text().substr(0, kSniffBytes);
  if (std::string cause = not_json(head); !cause.empty()) {
    const ProblemKind kind = source.from_folder ? ProblemKind::NotALog : ProblemKind::NotJson;
    shared.visitor.on_problem({kind, source.path, 0, std::move(cause)});
    return false;
  }
  if (layout_of(head) == Layout::Lines) {
    TextReader(shared, 0, 0).read_lines(source.end);
  } else {
    TextReader(shared, 0, 0).read_documents({});
  }
  return true;
}

}  // namespace trailwarden::cloudtrail
