#include "cli/files_of.h"

#include <algorithm>
#include <filesystem>

namespace keepwatch::cli {

namespace fs = std::filesystem;

std::vector<std::string> files_of(const std::string& path,
                                  std::span<const std::string_view> endings) {
    std::error_code wrong;
    if (!fs::is_directory(path, wrong)) return {path};
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(path, wrong))
        if (std::find(endings.begin(), endings.end(), entry.path().extension()) != endings.end())
            files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace keepwatch::cli
