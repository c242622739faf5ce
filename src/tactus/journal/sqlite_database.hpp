// SQLite, wrapped: connections and statements as owners, errors as Results. Private to the module.
// Uses: base, SQLite.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include <tactus/base/error.hpp>

namespace tactus::journal {

// What the connection's last failure means for a person: kStorage, with a hint.
Error storage_error(sqlite3* connection, const std::string& path);

// A prepared statement. Bind all, then step or run; `reset` before binding again. A failed bind
// shows at the next step. Not thread-safe; must not outlive its Database.
class Statement {
 public:
  Statement(sqlite3_stmt* statement, const std::string& path)
      : statement_(statement), path_(path) {}

  // Parameters from 1. The text must live until the next reset: it is not copied.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view text);
  Statement& bind_blob(int index, std::string_view bytes);
  Statement& bind(int index, double value);
  Statement& bind_null(int index);

  // True while there is a row.
  Result<bool> step();
  // Runs to the end and resets.
  Result<void> run();
  void reset();

  // Columns from 0. Views live until the next step.
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string_view text(int column) const;
  bool is_null(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  const std::string& path_;
};

// A connection. Used by one thread at a time.
class Database {
 public:
  // Opens or creates `path` in WAL mode. Fails with kStorage.
  static Result<std::unique_ptr<Database>> open(const std::string& path,
                                                std::chrono::milliseconds busy_timeout);
  // Opens a file that exists, to look at it. Fails with kStorage.
  static Result<std::unique_ptr<Database>> open_to_read(const std::string& path,
                                                        std::chrono::milliseconds busy_timeout);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // One or more statements without parameters.
  Result<void> run(const char* sql);
  // `sql` must be right: an error in it is a broken invariant, one in the file is kStorage.
  Result<Statement> prepare(std::string_view sql);
  // The only row's only column.
  Result<std::int64_t> query_integer(std::string_view sql);

  std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(connection_.get()); }
  int changed_rows() const { return sqlite3_changes(connection_.get()); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  Database(sqlite3* connection, std::string path)
      : connection_(connection), path_(std::move(path)) {}
  Result<void> use_wal(std::chrono::milliseconds busy_timeout);

  std::unique_ptr<sqlite3, Close> connection_;
  std::string path_;
};

}  // namespace tactus::journal
