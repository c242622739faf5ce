// For the tests of this module: scripts in, JSON out; waits that a test completes by hand.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <boost/asio.hpp>
#include <lauxlib.h>
#include <lua.h>

#include <tactus/vm/guarded.hpp>
#include <tactus/vm/vm.hpp>

namespace tactus::vm::testing {

// A Vm on an event loop, with `wait(name)`: suspends until the test says complete(name, …).
class Fixture {
 public:
  explicit Fixture(Limits limits = {}) {
    auto created = Vm::create(limits);
    TACTUS_ASSERT(created.has_value());
    vm_ = std::move(*created);
    TACTUS_ASSERT(open_json_library(*vm_).has_value());
    TACTUS_ASSERT(vm_->protect([&](lua_State* state) {
                       lua_pushglobaltable(state);
                       set_function(state, "wait", guarded<wait>, this);
                     })
                      .has_value());
  }

  Vm& vm() { return *vm_; }
  void destroy_vm() { vm_.reset(); }

  // Runs a chunk as a plain call; its results as JSON text, or the error as text.
  std::string call(const std::string& source) {
    auto function = vm_->compile(source, "test.tac");
    if (!function) return to_string(function.error());
    std::string text;
    auto done = vm_->call(*function, nullptr, taker(text));
    return done ? text : to_string(done.error());
  }

  // Starts a chunk as a task and runs it up to its first wait. `result(name)` has text once it
  // ended.
  void start(const std::string& name, const std::string& source) {
    auto function = vm_->compile(source, name + ".tac");
    TACTUS_ASSERT(function.has_value());
    results_.erase(name);
    loop_.restart();
    boost::asio::co_spawn(loop_, run(name, std::move(*function)), boost::asio::detached);
    loop_.poll();
  }

  std::string result(const std::string& name) {
    return results_.contains(name) ? results_[name] : "(running)";
  }
  bool is_waiting(const std::string& name) { return waits_.contains(name); }

  // Ends a wait with a value for the script, or with an error.
  void complete(const std::string& name, Result<Json> outcome) {
    auto found = waits_.extract(name);
    TACTUS_ASSERT(!found.empty());
    found.mapped()->outcome = std::move(outcome);
    found.mapped()->timer.cancel();
    loop_.restart();
    loop_.poll();
  }

  // Starts a task and completes its waits with their own names until it ends.
  std::string run_to_end(const std::string& source) {
    start("task", source);
    while (!waits_.empty()) complete(waits_.begin()->first, Json(waits_.begin()->first));
    return result("task");
  }

 private:
  struct Wait {
    explicit Wait(boost::asio::io_context& loop) : timer(loop) {
      timer.expires_at(boost::asio::steady_timer::time_point::max());
    }
    boost::asio::steady_timer timer;
    std::optional<Result<Json>> outcome;
  };

  static std::function<void(lua_State*, int)> taker(std::string& text) {
    return [&text](lua_State* state, int count) {
      for (int at = 1; at <= count; ++at) {
        const Result<Json> value = to_json(state, lua_gettop(state) - count + at);
        if (at > 1) text += ",";
        text += value ? dump_json(*value) : to_string(value.error());
      }
    };
  }

  static int wait(lua_State* state) {
    auto* const self = static_cast<Fixture*>(lua_touserdata(state, lua_upvalueindex(1)));
    const std::string name = luaL_optstring(state, 1, "it");
    return await(state, [self, name] { return self->await_completion(name); });
  }

  boost::asio::awaitable<Result<Pusher>> await_completion(std::string name) {
    auto wait = std::make_shared<Wait>(loop_);
    TACTUS_ASSERT(waits_.emplace(name, wait).second);
    co_await wait->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (!wait->outcome) co_return fail(ErrorCode::kInternal, "nobody completed " + name);
    if (!*wait->outcome) co_return fail(wait->outcome->error());
    co_return Pusher([value = **wait->outcome](lua_State* state) {
      push_json(state, value);
      return 1;
    });
  }

  boost::asio::awaitable<void> run(std::string name, Ref function) {
    std::string text;
    auto done = co_await vm_->run_task(function, nullptr, taker(text));
    results_[name] = done ? text : to_string(done.error());
  }

  boost::asio::io_context loop_;  // Destroyed last: a suspended task may outlive its Vm.
  std::unique_ptr<Vm> vm_;
  std::map<std::string, std::shared_ptr<Wait>> waits_;
  std::map<std::string, std::string> results_;
};

}  // namespace tactus::vm::testing
