#pragma once

#include <stdexcept>

#include "ping.h"

struct StoreError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Store {
public:
    explicit Store(const char* path);
    void add(const Ping& ping);

private:
    struct sqlite3* db_ = nullptr;
};
