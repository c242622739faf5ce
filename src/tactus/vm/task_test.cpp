#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/vm/test_support.hpp>

namespace tactus::vm {
namespace {

using ::testing::HasSubstr;

using testing::Fixture;

Error error_of(ErrorCode code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  return error;
}

TEST(Task, WaitsAndGoesOnWithTheResult) {
  Fixture fixture;
  fixture.start("t", "local a = wait('one') local b = wait('two') return a, b.x");
  EXPECT_TRUE(fixture.is_waiting("one"));
  fixture.complete("one", Json(7));
  EXPECT_TRUE(fixture.is_waiting("two"));
  fixture.complete("two", Json{{"x", "y"}});
  EXPECT_EQ(fixture.result("t"), R"(7,"y")");
}

TEST(Task, RaisesTheErrorOfAnOperationAtTheCall) {
  Fixture fixture;
  fixture.start("t", "local ok, e = pcall(wait, 'one')\nwait('two')");
  fixture.complete("one", fail(ErrorCode::kToolFailed, "no"));
  fixture.complete("two", fail(ErrorCode::kToolFailed, "again"));
  EXPECT_EQ(fixture.result("t"), "t.tac:2: again [TAC-TOOL-FAILED]");
}

TEST(Task, SwitchesOnlyAtWaits) {
  Fixture fixture;
  fixture.start("a", "log = {} log[#log + 1] = 'a1' wait('a') log[#log + 1] = 'a2' return log");
  fixture.start("b", "log[#log + 1] = 'b1' wait('b') log[#log + 1] = 'b2' wait('b') return log");
  fixture.complete("b", Json());
  fixture.complete("a", Json());
  EXPECT_EQ(fixture.result("a"), R"(["a1","b1","b2","a2"])");
  EXPECT_EQ(fixture.result("b"), "(running)");
  fixture.complete("b", Json());
  EXPECT_EQ(fixture.result("b"), R"(["a1","b1","b2","a2"])");
}

TEST(Task, WaitsInsideProtectedCalls) {
  Fixture fixture;
  EXPECT_EQ(fixture.run_to_end(
                "local ok, v = pcall(function() local x = wait('x') error({v = x}) end)\n"
                "local ok2, w = xpcall(function(a) return a .. wait('y') end, print, 'p')\n"
                "local _, h = xpcall(function() wait('z') error('e', 0) end,"
                " function(m) return m .. '!' end)\n"
                "return ok, v.v, ok2, w, h"),
            R"(false,"x",true,"py","e!")");
}

TEST(Task, WaitsInsideMetamethodsAndIterators) {
  Fixture fixture;
  EXPECT_EQ(fixture.run_to_end(
                "local t = setmetatable({}, {__index = function(_, k) return wait(k) end,"
                " __add = function() return wait('sum') end, __call = function(_, k) return "
                "wait(k) end})\n"
                "local r = {t.field, t + 1, t('called')}\n"
                "local n = 0\n"
                "for v in function() n = n + 1 if n < 3 then return wait('i' .. n) end end do\n"
                "  r[#r + 1] = v end\n"
                "return r"),
            R"(["field","sum","called","i1","i2"])");
}

TEST(Task, SuspendsAsAWholeWhenAScriptsCoroutineWaits) {
  Fixture fixture;
  EXPECT_EQ(fixture.run_to_end("local co = coroutine.create(function(a)\n"
                               "  local b = wait('inside') local c = coroutine.yield(a .. b)\n"
                               "  return c .. wait('again') end)\n"
                               "local _, one = coroutine.resume(co, 'a-')\n"
                               "local s = coroutine.status(co)\n"
                               "local _, two = coroutine.resume(co, 'c-')\n"
                               "return one, s, two, coroutine.status(co)"),
            R"("a-inside","suspended","c-again","dead")");
}

TEST(Task, WaitsThroughNestedCoroutinesOfBothKinds) {
  Fixture fixture;
  EXPECT_EQ(
      fixture.run_to_end(
          "local outer = coroutine.wrap(function()\n"
          "  local inner = coroutine.create(function()\n"
          "    local deepest = coroutine.wrap(function() for i = 1, 2 do\n"
          "      coroutine.yield(wait('w' .. i)) end end)\n"
          "    local ok, v = pcall(deepest) coroutine.yield(v) coroutine.yield(deepest()) end)\n"
          "  local _, a = coroutine.resume(inner) coroutine.yield(a)\n"
          "  local _, b = coroutine.resume(inner) coroutine.yield(b) end)\n"
          "return outer(), outer()"),
      R"("w1","w2")");
}

TEST(Task, PassesAnErrorOfAnOperationOutOfACoroutine) {
  Fixture fixture;
  fixture.start("t",
                "local f = coroutine.wrap(function() wait('x') end)\n"
                "local ok, e = pcall(f) return ok, e.code");
  fixture.complete("x", fail(ErrorCode::kToolFailed, "no"));
  EXPECT_EQ(fixture.result("t"), R"(false,"TAC-TOOL-FAILED")");
}

TEST(Task, LetsNoOtherTaskResumeACoroutineThatWaits) {
  Fixture fixture;
  fixture.start("a",
                "shared = coroutine.create(function() me = coroutine.running() wait('a') end)\n"
                "task = coroutine.running() coroutine.resume(shared) return 'ended'");
  fixture.start("b",
                "local s = coroutine.status(shared)\n"
                "local ok, m = coroutine.resume(shared) local ok2, m2 = coroutine.resume(task)\n"
                "return s, ok, m, ok2, m2, pcall(coroutine.close, shared)");
  EXPECT_EQ(
      fixture.result("b"),
      R"("normal",false,"cannot resume non-suspended coroutine",)"
      R"(false,"cannot resume non-suspended coroutine",false,"cannot close a normal coroutine")");
  fixture.complete("a", Json());
  EXPECT_EQ(fixture.result("a"), R"("ended")");
}

TEST(Task, CannotBeYieldedByTheScript) {
  Fixture fixture;
  EXPECT_EQ(fixture.run_to_end("return pcall(coroutine.yield, 1)"),
            R"(false,"attempt to yield from outside a coroutine")");
}

TEST(Task, RaisesYieldWhereLuaCannotBeSuspended) {
  Fixture fixture;
  const std::string code = "\"TAC-YIELD\"";
  EXPECT_EQ(fixture.run_to_end(
                "local _, e = pcall(table.sort, {2, 1}, function() wait() end) return e.code"),
            code);
  EXPECT_EQ(fixture.run_to_end(
                "local _, e = pcall(string.gsub, 'a', 'a', function() wait() end) return e.code"),
            code);
  EXPECT_EQ(fixture.run_to_end("local t = setmetatable({}, {__tostring = function() wait() end})\n"
                               "local _, e = pcall(tostring, t) return e.code"),
            code);
  EXPECT_EQ(
      fixture.run_to_end("setmetatable({}, {__gc = function() seen = select(2, pcall(wait)) end})\n"
                         "collectgarbage() return seen.code"),
      code);
  EXPECT_EQ(
      fixture.run_to_end("local e table.sort({2, 1}, function()\n"
                         "  local co = coroutine.wrap(function() e = select(2, pcall(wait)) end)\n"
                         "  co() return false end) return e.code"),
      code);
}

TEST(Task, RaisesYieldInAPlainCallAndPhaseWhileDeclaring) {
  Fixture fixture;
  EXPECT_EQ(fixture.call("wait()"), "test.tac:1: waiting is not possible here [TAC-YIELD]");
  fixture.vm().set_phase_error("not while declaring");
  EXPECT_EQ(fixture.call("wait()"), "test.tac:1: not while declaring [TAC-PHASE]");
  fixture.vm().set_phase_error(std::nullopt);
  EXPECT_EQ(fixture.run_to_end("return wait('x')"), R"("x")");
}

TEST(Task, EndsUncatchablyWhenAbortedWhileItWaits) {
  Fixture fixture;
  fixture.start(
      "t",
      "local log = setmetatable({}, {__close = function() closed = (closed or 0) + 1 end})\n"
      "local function guarded() local x <close> = log wait('x') end\n"
      "while true do pcall(function() xpcall(guarded, function() caught = true end)\n"
      "  caught = true end) coroutine.wrap(guarded)() end");
  fixture.vm().abort_tasks(error_of(ErrorCode::kCancelled, "stop"));
  fixture.complete("x", Json("finished all the same"));
  EXPECT_EQ(fixture.result("t"), "t.tac:2: stop [TAC-CANCELLED]");
  EXPECT_EQ(fixture.call("return closed, caught"), "1,null");
}

TEST(Task, PassesAnAbortThroughNestedCoroutinesAndClosesTheirVariables) {
  Fixture fixture;
  fixture.start(
      "t",
      "closed = {}\n"
      "local function closing(n) return setmetatable({}, {__close = function()\n"
      "  closed[#closed + 1] = n error('from close') end}) end\n"
      "local co = coroutine.create(function() local a <close> = closing(1)\n"
      "  coroutine.wrap(function() local b <close> = closing(2) pcall(wait, 'x') end)() end)\n"
      "coroutine.resume(co) went_on = true");
  fixture.vm().abort_tasks(error_of(ErrorCode::kBudget, "spent"));
  fixture.complete("x", Json());
  EXPECT_EQ(fixture.result("t"), "t.tac:5: spent [TAC-BUDGET]");
  EXPECT_EQ(fixture.call("return closed, went_on"), "[2,1],null");
}

TEST(Task, LetsAClosingHandlerCatchItsOwnErrors) {
  Fixture fixture;
  fixture.start("t",
                "local x <close> = setmetatable({}, {__close = function()\n"
                "  ok = pcall(error, 'ordinary') cleaned = true end}) wait('x')");
  fixture.vm().abort_tasks(error_of(ErrorCode::kCancelled, "stop"));
  fixture.complete("x", Json());
  EXPECT_EQ(fixture.call("return ok, cleaned"), "false,true");
}

int abort_from_script(lua_State* state) {
  auto* fixture = static_cast<Fixture*>(lua_touserdata(state, lua_upvalueindex(1)));
  fixture->vm().abort_tasks(error_of(ErrorCode::kCancelled, "stop"));
  return 0;
}

TEST(Task, EndsAtItsNextInstructionWhenAbortedWhileItRuns) {
  Fixture fixture;
  ASSERT_TRUE(fixture.vm()
                  .protect([&](lua_State* state) {
                    lua_pushglobaltable(state);
                    set_function(state, "abort", guarded<abort_from_script>, &fixture);
                  })
                  .has_value());
  fixture.start("t", "pcall(abort) went_on = 1");
  EXPECT_EQ(fixture.result("t"), "t.tac:1: stop [TAC-CANCELLED]");
  EXPECT_EQ(fixture.call("return went_on"), "null");
}

TEST(Task, IsInterruptedByAnotherThreadWhileItComputes) {
  Fixture fixture;
  std::jthread other([&] { fixture.vm().interrupt(); });
  fixture.start("t", "pcall(function() while true do end end) went_on = 1");
  EXPECT_THAT(fixture.result("t"), HasSubstr("[TAC-CANCELLED]"));
  EXPECT_EQ(fixture.call("return went_on"), "null") << "what hardly computes is let through";
  EXPECT_THAT(fixture.call("while true do end"), HasSubstr("[TAC-CANCELLED]"))
      << "an interrupt is never taken back";
}

TEST(Task, CannotCatchWhatAWaitFailsWithAfterAnInterrupt) {
  Fixture fixture;
  fixture.start("t", "pcall(wait) went_on = 1");
  fixture.vm().interrupt();
  fixture.complete("it", fail(ErrorCode::kProviderNetwork, "closed"));
  EXPECT_THAT(fixture.result("t"), HasSubstr("[TAC-CANCELLED]"));
}

TEST(Task, EndsWithTheTaskItWaitedForWhenThatRanOutOfTime) {
  Fixture fixture;
  fixture.start("t", "pcall(wait) went_on = 1");
  fixture.complete("it", fail(ErrorCode::kSandboxCpu, "computed too long"));
  EXPECT_THAT(fixture.result("t"), HasSubstr("[TAC-SANDBOX-CPU]"));
  EXPECT_EQ(fixture.call("return went_on"), "null");
}

int raise_budget(lua_State* state) {
  raise_uncatchable(state, error_of(ErrorCode::kBudget, "spent"));
}

TEST(Task, CannotCatchWhatABindingRaisesUncatchably) {
  Fixture fixture;
  ASSERT_TRUE(fixture.vm()
                  .protect([&](lua_State* state) {
                    lua_pushglobaltable(state);
                    set_function(state, "spend", guarded<raise_budget>, nullptr);
                  })
                  .has_value());
  EXPECT_EQ(fixture.run_to_end("pcall(coroutine.wrap(function() pcall(spend) end)) return 1"),
            "task.tac:1: spent [TAC-BUDGET]");
  EXPECT_EQ(fixture.call("pcall(spend) return 1"), "test.tac:1: spent [TAC-BUDGET]");
  EXPECT_EQ(fixture.run_to_end("return 'the next task is not concerned'"),
            R"("the next task is not concerned")");
}

TEST(Task, MayOutliveItsVm) {
  Fixture fixture;
  fixture.start("a", "local x <close> = setmetatable({}, {__close = print}) wait('a')");
  fixture.start("b", "coroutine.wrap(function() wait('b') end)()");
  fixture.destroy_vm();
  fixture.complete("a", Json());
  EXPECT_NE(fixture.result("a").find("[TAC-CANCELLED]"), std::string::npos);
}  // The other is destroyed with the loop, still suspended.

TEST(Task, LeavesTheVmUsableWhenItsCoroutineIsDestroyed) {
  auto vm = Vm::create({});
  ASSERT_TRUE(vm.has_value());
  auto endless = [](lua_State* state) {
    return await(state, []() -> boost::asio::awaitable<Result<Pusher>> {
      boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                      boost::asio::steady_timer::time_point::max());
      co_await timer.async_wait(boost::asio::use_awaitable);
      co_return Pusher();
    });
  };
  ASSERT_TRUE((*vm)->protect([&](lua_State* state) {
    lua_pushcfunction(state, +endless);
    lua_setglobal(state, "endless");
  }));
  auto function = (*vm)->compile("endless()", "a.tac");
  {
    boost::asio::io_context loop;
    boost::asio::co_spawn(loop, (*vm)->run_task(*function, nullptr, nullptr),
                          boost::asio::detached);
    loop.poll();
  }
  EXPECT_TRUE((*vm)->protect([](lua_State* state) { lua_gc(state, LUA_GCCOLLECT); }).has_value());
}

TEST(Task, IsCancelledWithItsCppCoroutine) {
  Fixture fixture;
  boost::asio::io_context loop;
  boost::asio::cancellation_signal signal;
  auto& vm = fixture.vm();
  auto function = vm.compile("while true do pcall(sleep) end", "a.tac");
  ASSERT_TRUE(vm.protect([](lua_State* state) {
    lua_pushcfunction(state, [](lua_State* at) -> int {
      return await(at, []() -> boost::asio::awaitable<Result<Pusher>> {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                        boost::asio::steady_timer::time_point::max());
        co_await timer.async_wait(boost::asio::use_awaitable);
        co_return Pusher();
      });
    });
    lua_setglobal(state, "sleep");
  }));
  std::optional<Result<void>> result;
  boost::asio::co_spawn(
      loop, vm.run_task(*function, nullptr, nullptr),
      boost::asio::bind_cancellation_slot(
          signal.slot(), [&](std::exception_ptr, Result<void> value) { result = value; }));
  loop.poll();
  signal.emit(boost::asio::cancellation_type::terminal);
  loop.poll();
  ASSERT_TRUE(result.has_value());
  ASSERT_FALSE(result->has_value());
  EXPECT_EQ(result->error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace tactus::vm
