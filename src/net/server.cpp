#include "net/server.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <thread>
#include <vector>

#include "net/session.h"
#include "net/transport.h"

namespace trailwarden::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// After running out of descriptors: time for others to give theirs back.
constexpr std::chrono::milliseconds kAcceptPause{100};
// After the grace, what is left is closed; closing takes no time, but its handlers must run.
constexpr std::chrono::milliseconds kCloseMax{2'000};

}  // namespace

std::size_t Sessions::size() const {
  const std::scoped_lock lock(mutex_);
  return sessions_.size();
}

void Sessions::add(Session* session) {
  const std::scoped_lock lock(mutex_);
  sessions_.insert(session);
}

void Sessions::remove(Session* session) {
  const std::scoped_lock lock(mutex_);
  sessions_.erase(session);
  gone_.notify_all();
}

void Sessions::end_all(bool at_once) {
  // Held beyond the lock: who lets go of a session last destroys it, and that takes the lock.
  std::vector<std::shared_ptr<Session>> alive;
  {
    const std::scoped_lock lock(mutex_);
    for (Session* session : sessions_) alive.push_back(session->weak_from_this().lock());
  }
  for (const auto& session : alive) {
    if (session) session->end(at_once);
  }
}

void Sessions::wait_until_empty(std::chrono::milliseconds span) {
  std::unique_lock lock(mutex_);
  gone_.wait_for(lock, span, [this] { return sessions_.empty(); });
}

struct Server::State {
  State(const ServerOptions& options, Handler handler)
      : serving{options, std::move(handler), {}, {}, {}} {}

  error_code listen(const asio::ip::tcp::endpoint& endpoint);
  void accept();
  void welcome(asio::ip::tcp::socket socket);

  Serving serving;  // Outlives the context, whose end destroys the last sessions.
  asio::io_context context;
  asio::strand<asio::io_context::executor_type> strand{context.get_executor()};
  asio::ip::tcp::acceptor acceptor{strand};
  asio::steady_timer pause{strand};
  std::uint16_t port = 0;
  std::vector<std::jthread> threads;
};

error_code Server::State::listen(const asio::ip::tcp::endpoint& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) close_on_exec(acceptor.native_handle());
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) port = acceptor.local_endpoint(error).port();
  return error;
}

void Server::State::accept() {
  acceptor.async_accept(asio::make_strand(context),
                        [this](const error_code& error, asio::ip::tcp::socket socket) {
                          if (serving.is_stopping) return;
                          if (!error) {
                            welcome(std::move(socket));
                            return accept();
                          }
                          pause.expires_after(kAcceptPause);
                          pause.async_wait([this](const error_code& cancelled) {
                            if (!cancelled) accept();
                          });
                        });
}

void Server::State::welcome(asio::ip::tcp::socket socket) {
  close_on_exec(socket.native_handle());
  const std::size_t most = serving.options.connections_max;
  // Those that are refused live for a moment too; beyond twice the bound nobody is even told.
  if (serving.sessions.size() >= 2 * most) return;
  const auto session = std::make_shared<Session>(serving, std::move(socket));
  serving.served < most ? session->serve() : session->refuse();
}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler) {
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return fail(ErrorCode::Usage, "not a numeric address to listen on", options.address);
  auto state = std::make_unique<State>(options, std::move(handler));
  error = state->listen({address, options.port});
  if (error) {
    return fail(ErrorCode::Io, "cannot listen: " + error.message(),
                options.address + ":" + std::to_string(options.port));
  }
  state->accept();
  for (unsigned i = 0; i < std::max(options.threads, 1U); ++i) {
    state->threads.emplace_back([&context = state->context] { context.run(); });
  }
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() { stop(); }

std::uint16_t Server::port() const { return state_->port; }

void Server::stop() {
  if (state_->threads.empty()) return;
  State& state = *state_;
  state.serving.is_stopping = true;
  asio::post(state.strand, [&state] {
    error_code ignored;
    state.acceptor.close(ignored);
    state.pause.cancel();
  });
  state.serving.sessions.end_all(false);
  state.serving.sessions.wait_until_empty(state.serving.options.grace);
  state.serving.sessions.end_all(true);
  state.serving.sessions.wait_until_empty(kCloseMax);
  state.context.stop();
  state.threads.clear();
}

}  // namespace trailwarden::net
