// model(name, {type = "http", …}): the object of a program and what its `predict` does (language.md
// 15.1). Uses: runtime.
#pragma once

#include <memory>

#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

// Recorded as `model_predict`. Sends `value` to the endpoint and gives its answer: JSON as value,
// other text as string. Fails with kModelType (the model is of another type), kModelHttp (no
// answer, a status other than 2xx, a text that is none of the labels), kNetworkDenied, kCancelled.
boost::asio::awaitable<Result<Json>> predict(Run& run, RunTask& task,
                                             std::shared_ptr<const program::ModelDeclaration> model,
                                             Json value);

}  // namespace tactus::runtime
