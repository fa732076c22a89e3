#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keepwatch::net {

// Header fields in the order they came or will be sent.
class Headers {
public:
    using Field = std::pair<std::string, std::string>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields) : fields_(fields) {}

    void add(std::string name, std::string value);
    // The first of that name, whatever its case; "" if there is none.
    std::string_view get(std::string_view name) const;
    bool has(std::string_view name) const;
    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }
    std::size_t size() const { return fields_.size(); }

private:
    std::vector<Field> fields_;
};

struct Response {
    Response() = default;
    explicit Response(unsigned with_status) : status(with_status) {}
    Response(unsigned with_status, std::string content_type, std::string with_body);

    unsigned status = 200;
    Headers headers; // Of one to be sent: neither Content-Length nor Connection, which are added.
    std::string body;
};

// Whether two names of header fields or encodings are the same: ASCII letters of any case.
bool equals_ignoring_case(std::string_view a, std::string_view b);

// "Not Found"; "" for a status that is not in use.
std::string_view reason_phrase(unsigned status);

} // namespace keepwatch::net
