#include <array>
#include <filesystem>
#include <utility>

#include <sys/sysinfo.h>
#include <unistd.h>

#include "serve/envelope.h"
#include "serve/handlers/handlers.h"

// /api/v1/status/config, flags and runtimeinfo.
namespace keepwatch::serve {
namespace {

std::string host_name() {
    std::array<char, 256> name{}; // Longer than Linux allows.
    if (gethostname(name.data(), name.size() - 1) != 0) return "";
    return name.data();
}

std::string current_folder() {
    std::error_code unknown;
    return std::filesystem::current_path(unknown).string();
}

} // namespace

Handler config_status(const Parts& parts) {
    return [&parts](const net::IncomingRequest&) {
        json::object data;
        data["yaml"] = to_json(parts.status.config_yaml);
        return success(std::move(data));
    };
}

Handler flags_status(const Parts& parts) {
    return [&parts](const net::IncomingRequest&) {
        json::object data;
        for (const auto& [name, value] : parts.status.flags) data[name] = to_json(value);
        return success(std::move(data));
    };
}

// The keys are those of Prometheus. What is about Go says nothing here.
Handler runtime_info(const Parts& parts) {
    return [&parts](const net::IncomingRequest&) {
        json::object data;
        data["startTime"] = format_rfc3339(parts.status.started);
        data["CWD"] = to_json(current_folder());
        data["hostname"] = to_json(host_name());
        data["serverTime"] = format_rfc3339(parts.backend.now());
        data["reloadConfigSuccess"] = true; // Else there would be no agent.
        data["lastConfigTime"] = format_rfc3339(parts.status.started);
        data["corruptionCount"] = 0;
        data["goroutineCount"] = 0;
        data["GOMAXPROCS"] = get_nprocs();
        data["GOMEMLIMIT"] = 0;
        data["GOGC"] = "";
        data["GODEBUG"] = "";
        data["storageRetention"] = format_duration(parts.status.retention);
        return success(std::move(data));
    };
}

} // namespace keepwatch::serve
