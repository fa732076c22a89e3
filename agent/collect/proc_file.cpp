#include "collect/proc_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace keepwatch::collect {

std::string read_proc_file(const std::string& path, std::size_t bytes_max) {
    constexpr std::size_t step = 16 << 10;
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    std::string text;
    if (file < 0) return text;
    while (text.size() < bytes_max) {
        const auto had = text.size();
        text.resize(std::min(had + step, bytes_max));
        const auto count = ::read(file, text.data() + had, text.size() - had);
        text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (count <= 0) break;
    }
    ::close(file);
    return text;
}

} // namespace keepwatch::collect
