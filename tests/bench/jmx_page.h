#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace keepwatch::bench {

// The page of a broker as the JMX exporter writes it with the usual rules, made up but always the
// same: families in order, each with HELP and TYPE, labels sorted, numbers as Java prints them.
class JmxPage {
public:
    struct Shape {
        std::size_t partitions = 2400; // Some 12 lines each; four to a topic.
        double changing = 0.05;        // The part of the lines whose value changes at each step.
        std::size_t topics_moved = 0;  // So many topics go, and as many come, at each step.
    };
    // "3k", "30k" or "150k" lines; 0 partitions for any other name.
    static std::size_t partitions_of(std::string_view size);

    explicit JmxPage(Shape shape);
    void step(); // To the next scrape.
    void render(std::string& into) const;
    std::size_t samples() const;

private:
    struct Series {
        double value = 0;
        double change = 0; // Per step; 0 for most.
    };
    struct Family {
        std::string help;
        std::string type;
        std::map<std::string, Series> series; // By the text of their labels.
    };

    void add_broker();
    void add_topic(std::size_t topic);
    void remove_topic(std::size_t topic);
    void add(const std::string& name, std::string_view type, const std::string& labels,
             double value);
    std::uint64_t random();

    Shape shape_;
    std::map<std::string, Family> families_;
    std::uint64_t state_ = 42;
    std::size_t first_topic_ = 0;
    std::size_t next_topic_ = 0;
};

// As Java's Double.toString, for numbers that are not negative.
void append_java_number(double value, std::string& into);

} // namespace keepwatch::bench
