#include <tactus/journal/sqlite_database.hpp>

namespace tactus::journal {
namespace {

std::string hint_for(int code) {
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return "the file is not a database; move it away, or name another with --storage";
    case SQLITE_CORRUPT:
      return "the database is damaged; move it away to start with an empty one";
    case SQLITE_FULL:
      return "the disk is full; free some space";
    case SQLITE_IOERR:
      return "the disk does not take or give the data; check its free space and its health";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "check that the file and its folder are writable, or keep runs in memory with "
             "--storage memory";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process has been writing to it for too long; try again";
    default:
      return "";
  }
}

}  // namespace

Error storage_error(sqlite3* connection, const std::string& path) {
  Error error;
  error.code = ErrorCode::kStorage;
  error.message = fmt::format("the run store '{}' fails: {}", path, sqlite3_errmsg(connection));
  error.hint = hint_for(sqlite3_extended_errcode(connection));
  return error;
}

Statement& Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), index, value);
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  // A null pointer would bind NULL.
  sqlite3_bind_text64(statement_.get(), index, text.data() ? text.data() : "", text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), index, bytes.data() ? bytes.data() : "", bytes.size(),
                      SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind(int index, double value) {
  sqlite3_bind_double(statement_.get(), index, value);
  return *this;
}

Statement& Statement::bind_null(int index) {
  sqlite3_bind_null(statement_.get(), index);
  return *this;
}

Result<bool> Statement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default: {
      Error error = storage_error(sqlite3_db_handle(statement_.get()), path_);
      reset();
      return fail(std::move(error));
    }
  }
}

Result<void> Statement::run() {
  for (;;) {
    const Result<bool> row = step();
    if (!row) return fail(row.error());
    if (!*row) break;
  }
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string_view Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (!bytes) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path,
                                                 std::chrono::milliseconds busy_timeout) {
  sqlite3* connection = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &connection,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(connection, path));
  if (code != SQLITE_OK) return fail(storage_error(connection, path));
  sqlite3_busy_timeout(connection, static_cast<int>(busy_timeout.count()));
  if (auto done = database->use_wal(busy_timeout); !done) return fail(done.error());
  return database;
}

Result<std::unique_ptr<Database>> Database::open_to_read(const std::string& path,
                                                         std::chrono::milliseconds busy_timeout) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection,
                                   SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(connection, path));
  if (code != SQLITE_OK) return fail(storage_error(connection, path));
  sqlite3_busy_timeout(connection, static_cast<int>(busy_timeout.count()));
  return database;
}

// SQLite does not wait for others when it changes the journal mode or finds a log to recover, so
// processes that open a file at the same moment must try again by themselves.
Result<void> Database::use_wal(std::chrono::milliseconds busy_timeout) {
  const auto deadline = std::chrono::steady_clock::now() + busy_timeout;
  for (;;) {
    Result<void> done = run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
    const bool is_busy = (sqlite3_errcode(connection_.get()) & 0xff) == SQLITE_BUSY;
    if (done || !is_busy || std::chrono::steady_clock::now() >= deadline) return done;
    sqlite3_sleep(5);
  }
}

Result<void> Database::run(const char* sql) {
  if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return fail(storage_error(connection_.get(), path_));
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return fail(storage_error(connection_.get(), path_));
  }
  return Statement(statement, path_);
}

Result<std::int64_t> Database::query_integer(std::string_view sql) {
  Result<Statement> statement = prepare(sql);
  if (!statement) return fail(statement.error());
  const Result<bool> row = statement->step();
  if (!row) return fail(row.error());
  TACTUS_ASSERT(*row);
  return statement->integer(0);
}

}  // namespace tactus::journal
