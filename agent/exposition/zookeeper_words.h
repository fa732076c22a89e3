#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exposition/page_intake.h"

namespace keepwatch::exposition {

// What ZooKeeper's four-letter words say, as metrics. Names are those of `mntr`, or made like them.
//
// | reply                              | metric                                                   |
// |------------------------------------|----------------------------------------------------------|
// | mntr: `zk_NAME<tab>NUMBER`         | `zk_NAME`                                                |
// | mntr: `zk_NAME{a="b"}<tab>NUMBER`  | the same (of the Prometheus metrics provider)            |
// | mntr: `zk_version<tab>TEXT`        | `zk_version{version="TEXT"} 1`                           |
// | mntr: `zk_server_state<tab>TEXT`   | `zk_server_state{state="TEXT"} 1`                        |
// | mntr: `zk_peer_state<tab>TEXT`     | `zk_peer_state{state="TEXT"} 1`                          |
// | mntr: `zk_NAME<tab>TEXT`           | `zk_NAME{value="TEXT"} 1`                                |
// | mntr, srvr: `This ZooKeeper        | `zk_serving 0`; after any other reply to them            |
// |   instance is not currently …`     |   `zk_serving 1`                                         |
// | isro: `rw`, `ro`, `null`           | `zk_isro{mode="…"} 1`, `zk_read_write` 1 or 0            |
// | ruok: `imok`                       | `zk_ruok 1`, after another reply `zk_ruok 0`             |
// | srvr: `Zxid`                       | `zk_zxid_epoch`, `zk_zxid_counter` (its two halves: the  |
// |                                    |   64 bits would not fit into a double)                   |
// | srvr, if mntr has it not: version, | `zk_version`, `zk_{min,avg,max}_latency`,                |
// |   latency, received, sent,         |   `zk_packets_{received,sent}`,                          |
// |   connections, outstanding, mode,  |   `zk_num_alive_connections`, `zk_outstanding_requests`, |
// |   node count, proposal sizes       |   `zk_server_state`, `zk_znode_count`,                   |
// |                                    |   `zk_{last,min,max}_proposal_size`                      |
//
// A `#4lw` line begins at the start of a line, also after a reply that ends without a newline.
// Replies have no length and no end mark, so one that was cut short cannot be told from a whole
// one. Replies to other words are passed over. A body without a `#4lw` line is a reply to mntr.
class ZookeeperWords {
public:
    explicit ZookeeperWords(PageIntake& intake) : intake_(intake) {}
    void read();

private:
    struct Reply {
        std::string_view word;
        std::string_view header; // Its line, for the place of what is missing.
        std::vector<std::string_view> lines;
    };
    void split();
    void read(std::string_view word, void (ZookeeperWords::*line)(std::string_view));
    bool refusal(std::string_view word, std::string_view line);
    void mntr_line(std::string_view line);
    void srvr_line(std::string_view line);
    void isro_line(std::string_view line);
    void ruok_line(std::string_view line);
    void zxid(std::string_view place, std::string_view text);
    void several(std::string_view place, std::string_view values,
                 std::initializer_list<std::string_view> names);

    void number(std::string_view place, std::string_view series, std::string_view value);
    void state(std::string_view place, std::string_view name, std::string_view label,
               std::string_view text);
    bool has(std::string_view name) const;

    PageIntake& intake_;
    std::vector<Reply> replies_;
    std::vector<std::string_view> given_; // The names mntr gave.
    bool answered_ = false;               // By mntr or srvr.
    bool serving_ = true;
};

} // namespace keepwatch::exposition
