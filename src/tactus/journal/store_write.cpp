#include <tactus/base/utf8.hpp>
#include <tactus/journal/store_write.hpp>

namespace tactus::journal {
namespace {

struct Size {
  std::size_t operator()(const RunRecord& record) const {
    return sizeof record + record.run_id.size() + (record.source ? record.source->size() : 0) +
           (record.inputs.size() + record.context.size() + record.pending.size()) * 64;
  }
  std::size_t operator()(const AppendEntries& append) const {
    std::size_t size = 0;
    for (const StoredEntry& entry : append.entries) {
      size += sizeof entry + entry.json.size() + entry.text.size();
    }
    return size;
  }
  std::size_t operator()(const PutEntry& put) const {
    const StoredCheckpoint& entry = put.entry;
    return sizeof put + entry.start.size() + entry.result.size() + entry.error.size() +
           entry.effects.size() + entry.usage.size();
  }
  std::size_t operator()(const DropEntries& drop) const {
    return sizeof drop + drop.positions.size() * sizeof(std::string);
  }
  std::size_t operator()(const ReleaseRun& release) const { return sizeof release; }
};

}  // namespace

std::size_t size_of(const StoreWrite& write) { return std::visit(Size{}, write); }

std::string stored_json(const Json& value) {
  std::string text = dump_json(value);
  return is_valid_utf8(text) ? text : repair_utf8(text);
}

StoredCheckpoint stored_checkpoint(CheckpointEntry entry) {
  StoredCheckpoint stored;
  stored.position = std::move(entry.position);
  stored.type = std::move(entry.type);
  stored.name = std::move(entry.name);
  stored.status = entry.status;
  stored.order = entry.order;
  stored.started_at = std::move(entry.started_at);
  stored.ended_at = std::move(entry.ended_at);
  stored.input_hash = std::move(entry.input_hash);
  stored.start = stored_json(entry.start);
  stored.result = stored_json(entry.result);
  stored.error = stored_json(entry.error);
  stored.effects = stored_json(Json(std::move(entry.effects)));
  stored.usage = stored_json(entry.usage);
  return stored;
}

}  // namespace tactus::journal
