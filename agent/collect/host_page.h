#pragma once

#include <string>
#include <string_view>

#include "collect/page_writer.h"
#include "model/time.h"

namespace keepwatch::collect {

// The page about the machine itself, as node_exporter would give it, read from /proc in a few
// milliseconds.
class HostPage {
public:
    // `root` is where the machine's /proc is seen.
    explicit HostPage(std::string root) : root_(std::move(root)) {}

    // Valid until the next call.
    std::string_view render(Timestamp now);

private:
    std::string read(std::string_view name) const;
    void write_conntrack();
    void write_speeds();
    void write_filesystems_of_disks();

    std::string root_;
    PageWriter page_;
};

} // namespace keepwatch::collect
