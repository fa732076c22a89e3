#pragma once

namespace keepwatch::cli {

// Has glibc's allocator keep one heap and give large blocks back at once: an agent that lives for
// months beside a broker is judged by what it holds. Before the first thread is started.
void keep_memory_small();

} // namespace keepwatch::cli
