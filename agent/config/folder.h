#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace keepwatch::config {

// The folder of a configuration file, from which paths written in it are meant.
class Folder {
public:
    explicit Folder(const std::string& file_name)
        : path_(std::filesystem::path(file_name).parent_path()) {}

    void resolve(std::string& path) const {
        if (!path.empty()) path = (path_ / path).lexically_normal().string();
    }
    void resolve(std::vector<std::string>& paths) const {
        for (auto& path : paths) resolve(path);
    }

private:
    std::filesystem::path path_;
};

} // namespace keepwatch::config
