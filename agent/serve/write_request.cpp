#include "serve/write_request.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <protozero/exception.hpp>
#include <protozero/pbf_message.hpp>
#include <snappy.h>

#include "model/labels.h"
#include "model/utf8.h"
#include "promql/utf8.h"

namespace keepwatch::serve {
namespace {

// The fields that matter here, by their numbers in prompb/remote.proto and prompb/types.proto.
enum class RequestField : protozero::pbf_tag_type { Timeseries = 1 };
enum class SeriesField : protozero::pbf_tag_type { Label = 1, Sample = 2, NativeHistogram = 4 };
enum class LabelField : protozero::pbf_tag_type { Name = 1, Value = 2 };
enum class SampleField : protozero::pbf_tag_type { Value = 1, Timestamp = 2 };

// Beyond it, adding a range or an offset could overflow.
constexpr std::int64_t kTimestampMsMax = 4'000'000'000'000'000'000;

Result<std::string> unpack(std::string_view body, std::size_t bytes_max) {
    std::size_t size = 0;
    if (!snappy::GetUncompressedLength(body.data(), body.size(), &size))
        return Error{ErrorKind::InvalidInput, "snappy: the block does not begin with its length"};
    if (size > bytes_max)
        return Error{ErrorKind::LimitExceeded,
                     fmt::format("snappy: the block unpacks to {} bytes, at most {} are taken",
                                 size, bytes_max)};
    std::string message;
    if (!snappy::Uncompress(body.data(), body.size(), &message))
        return Error{ErrorKind::InvalidInput, "snappy: the block is damaged or cut short"};
    return message;
}

// What a field is known by. One with another wire type is no field of ours.
using Wire = protozero::pbf_wire_type;
template <class Field> constexpr std::uint32_t is(Field field, Wire type) {
    return protozero::tag_and_type(field, type);
}

std::string_view view(protozero::data_view data) {
    return {data.data(), data.size()};
}

LabelView read_label(protozero::pbf_message<LabelField> message) {
    LabelView label;
    while (message.next()) {
        switch (message.tag_and_type()) {
        case is(LabelField::Name, Wire::length_delimited):
            label.name = view(message.get_view());
            break;
        case is(LabelField::Value, Wire::length_delimited):
            label.value = view(message.get_view());
            break;
        default:
            message.skip();
        }
    }
    return label;
}

Sample read_sample(protozero::pbf_message<SampleField> message) {
    Sample sample;
    while (message.next()) {
        switch (message.tag_and_type()) {
        case is(SampleField::Value, Wire::fixed64):
            sample.value = message.get_double();
            break;
        case is(SampleField::Timestamp, Wire::varint):
            sample.t = {message.get_int64()};
            break;
        default:
            message.skip();
        }
    }
    return sample;
}

struct RawSeries {
    std::vector<LabelView> labels; // Into the message.
    std::vector<Sample> samples;
    bool has_native_histograms = false;
};

// What is wrong with labels that are sorted by name.
std::optional<std::string> complaint(const std::vector<LabelView>& labels) {
    bool named = false;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto& [name, value] = labels[i];
        if (name.empty()) return "a label has no name";
        if (!promql::is_valid_utf8(name))
            return fmt::format("the label name {} is not UTF-8", quoted(name));
        if (!promql::is_valid_utf8(value))
            return fmt::format("the value of label {} is not UTF-8", quoted(name));
        if (i > 0 && labels[i - 1].name == name)
            return fmt::format("the label {} is there twice", quoted(name));
        named = named || (name == kNameLabel && !value.empty());
    }
    if (!named) return fmt::format("there is no label {}", quoted(kNameLabel));
    return std::nullopt;
}

std::optional<std::string> complaint(const RawSeries& series) {
    if (auto wrong = complaint(series.labels)) return wrong;
    if (series.has_native_histograms) return "native histograms are not taken, only float samples";
    const auto out_of_bounds = [](const Sample& sample) {
        return sample.t.ms > kTimestampMsMax || sample.t.ms < -kTimestampMsMax;
    };
    const auto found = std::find_if(series.samples.begin(), series.samples.end(), out_of_bounds);
    if (found != series.samples.end())
        return fmt::format("the timestamp {} is out of bounds", found->t.ms);
    return std::nullopt;
}

class Reader {
public:
    Reader(const WriteLimits& limits, WriteRequest& request) : limits_(limits), request_(request) {}

    Result<void> read(std::string_view bytes) {
        protozero::pbf_message<RequestField> message(bytes.data(), bytes.size());
        while (message.next(RequestField::Timeseries, Wire::length_delimited)) {
            ++seen_;
            KW_TRY(auto series, read_series(message.get_message()));
            if (auto taken = take(std::move(series)); !taken) return taken;
        }
        return {};
    }
    std::size_t seen() const { return seen_; }

private:
    Result<RawSeries> read_series(protozero::pbf_message<SeriesField> message) {
        RawSeries series;
        while (message.next()) {
            switch (message.tag_and_type()) {
            case is(SeriesField::Label, Wire::length_delimited):
                if (series.labels.size() >= limits_.labels_max)
                    return too_many("labels", limits_.labels_max);
                series.labels.push_back(read_label(message.get_message()));
                break;
            case is(SeriesField::Sample, Wire::length_delimited):
                if (++request_.samples > limits_.samples_max)
                    return too_many("samples", limits_.samples_max);
                series.samples.push_back(read_sample(message.get_message()));
                break;
            case is(SeriesField::NativeHistogram, Wire::length_delimited):
                series.has_native_histograms = true;
                message.skip();
                break;
            default:
                message.skip();
            }
        }
        return series;
    }

    Result<void> take(RawSeries series) {
        std::sort(series.labels.begin(), series.labels.end(),
                  [](const auto& a, const auto& b) { return a.name < b.name; });
        if (const auto wrong = complaint(series)) {
            request_.samples -= series.samples.size();
            refuse(*wrong, series.labels);
            return {};
        }
        if (series.samples.empty()) return {};
        if (request_.series.size() >= limits_.series_max)
            return too_many("series", limits_.series_max);
        std::erase_if(series.labels, [](const auto& label) { return label.value.empty(); });
        request_.series.push_back({Labels::from_sorted(series.labels), std::move(series.samples)});
        return {};
    }

    void refuse(std::string_view wrong, const std::vector<LabelView>& labels) {
        if (request_.series_refused++ > 0) return;
        LabelsBuilder shown;
        for (const auto& [name, value] : labels) shown.set(name, value);
        request_.why =
            fmt::format("series {}, {}: {}", seen_, valid_utf8(shown.build().to_string()), wrong);
    }

    static Error too_many(std::string_view what, std::size_t limit) {
        return {ErrorKind::LimitExceeded, fmt::format("more than {} {} in one {}", limit, what,
                                                      what == "labels" ? "series" : "request")};
    }

    const WriteLimits& limits_;
    WriteRequest& request_;
    std::size_t seen_ = 0; // Series that were begun.
};

} // namespace

Result<WriteRequest> decode_write_request(std::string_view body, const WriteLimits& limits) {
    KW_TRY(const auto message, unpack(body, limits.bytes_max));
    WriteRequest request;
    Reader reader(limits, request);
    try {
        if (auto read = reader.read(message); !read) return std::move(read).error();
    } catch (const protozero::exception& error) {
        return Error{ErrorKind::InvalidInput,
                     fmt::format("no prometheus.WriteRequest, broken in or after series {}: {}",
                                 reader.seen(), error.what())};
    }
    return request;
}

} // namespace keepwatch::serve
