#include "store.h"

#include <sqlite3.h>

Store::Store(const char* path) {
    if (sqlite3_open(path, &db_) != SQLITE_OK) throw StoreError(sqlite3_errmsg(db_));
    sqlite3_exec(db_, "CREATE TABLE IF NOT EXISTS ping (depth_mm INT, strength INT)", nullptr, nullptr, nullptr);
}

void Store::add(const Ping& ping) {
    (void)ping;
    if (!db_) throw StoreError("closed");
}
