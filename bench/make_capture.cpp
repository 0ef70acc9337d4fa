// bench/make_capture.cpp - writes a pcap file of many TCP connections, the same one for the same seed.
//
//   make-capture FILE SEGMENTS CONNECTIONS OPEN-AT-ONCE SEED
//
// Every connection has a handshake, requests and answers with their acknowledgements, now and then a retransmission,
// and two FINs. Headers and checksums are right and frames whole, so a reader has all the work that a real capture
// gives it.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace {

constexpr std::size_t ethernet = 14;
constexpr std::size_t ip = 20;
constexpr std::size_t tcp = 32;  // with time stamps
constexpr std::size_t headers = ethernet + ip + tcp;
constexpr std::size_t largest_payload = 80;

enum Flag : std::uint8_t { Fin = 1, Syn = 2, Psh = 8, Ack = 16 };

void put16(std::span<std::uint8_t> at, std::size_t offset, std::uint32_t value) {
    at[offset] = static_cast<std::uint8_t>(value >> 8U);
    at[offset + 1] = static_cast<std::uint8_t>(value);
}

void put32(std::span<std::uint8_t> at, std::size_t offset, std::uint32_t value) {
    put16(at, offset, value >> 16U);
    put16(at, offset + 2, value & 0xffffU);
}

/// The ones' complement sum of 16-bit words. Source: RFC 1071.
std::uint32_t sum(std::span<const std::uint8_t> octets, std::uint32_t start) {
    std::uint32_t total = start;
    for (std::size_t i = 0; i + 1 < octets.size(); i += 2) {
        total += static_cast<std::uint32_t>(octets[i] << 8U | octets[i + 1]);
    }
    if (octets.size() % 2 == 1) {
        total += static_cast<std::uint32_t>(octets.back() << 8U);
    }
    return total;
}

std::uint32_t folded(std::uint32_t total) {
    while (total > 0xffffU) {
        total = (total & 0xffffU) + (total >> 16U);
    }
    return ~total & 0xffffU;
}

struct Side {
    std::uint32_t address = 0;
    std::uint16_t port = 0;
    std::uint32_t next = 0;  // sequence number
};

struct Conversation {
    Side client;
    Side server;
    std::uint32_t step = 0;
    std::uint32_t steps = 0;
};

class Writer {
public:
    Writer(const char* path, std::uint64_t seed) : file_{std::fopen(path, "wb")}, random_{seed} {
        if (!file_) {
            std::perror(path);
            std::exit(1);
        }
        std::setvbuf(file_.get(), nullptr, _IOFBF, std::size_t{1} << 20U);
        const std::array<std::uint32_t, 6> header{0xa1b23c4d, 0x00040002, 0, 0, 262144, 1};
        std::fwrite(header.data(), 1, sizeof header, file_.get());
    }

    void segment(const Side& from, const Side& to, std::uint8_t flags, std::uint32_t seq, std::size_t payload) {
        const std::size_t length = headers + payload;
        const std::span<std::uint8_t> frame{frame_.data(), length};
        std::memset(frame.data(), 0, headers);
        put16(frame, 12, 0x0800);
        const auto ip_header = frame.subspan(ethernet, ip);
        ip_header[0] = 0x45;
        put16(ip_header, 2, static_cast<std::uint32_t>(ip + tcp + payload));
        put16(ip_header, 6, 0x4000);
        ip_header[8] = 64;
        ip_header[9] = 6;
        put32(ip_header, 12, from.address);
        put32(ip_header, 16, to.address);
        put16(ip_header, 10, folded(sum(ip_header, 0)));
        const auto segment = frame.subspan(ethernet + ip);
        put16(segment, 0, from.port);
        put16(segment, 2, to.port);
        put32(segment, 4, seq);
        put32(segment, 8, (flags & Ack) != 0 ? to.next : 0);
        segment[12] = (tcp / 4) << 4U;
        segment[13] = flags;
        put16(segment, 14, 502);
        segment[20] = segment[21] = 1;
        segment[22] = 8;
        segment[23] = 10;
        put32(segment, 24, static_cast<std::uint32_t>(time_ / 1'000'000));
        const auto pseudo = static_cast<std::uint32_t>(6 + tcp + payload);
        put16(segment, 16, folded(sum(segment, sum(ip_header.subspan(12, 8), pseudo))));
        time_ += 500 + random_() % 1000;
        const std::array<std::uint32_t, 4> record{
            static_cast<std::uint32_t>(time_ / 1'000'000'000), static_cast<std::uint32_t>(time_ % 1'000'000'000),
            static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(length)};
        std::fwrite(record.data(), 1, sizeof record, file_.get());
        std::fwrite(frame.data(), 1, length, file_.get());
    }

    std::uint64_t random() { return random_(); }

    void close() {
        if (std::fclose(file_.release()) != 0) {
            std::perror("write");
            std::exit(1);
        }
    }

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, Close> file_;
    std::mt19937_64 random_;
    std::array<std::uint8_t, headers + largest_payload> frame_{};
    std::uint64_t time_ = 1'700'000'000'000'000'000;
};

/// The next segment of a conversation; false when that was its last.
bool advance(Conversation& now, Writer& writer) {
    Side& client = now.client;
    Side& server = now.server;
    const std::uint32_t step = now.step++;
    const std::uint32_t left = now.steps - step;  // this segment included
    if (step == 0) {
        writer.segment(client, server, Syn, client.next, 0);
        ++client.next;
    } else if (step == 1) {
        writer.segment(server, client, Syn | Ack, server.next, 0);
        ++server.next;
    } else if (step == 2 || left <= 2) {
        writer.segment(client, server, Ack, client.next, 0);
    } else if (left == 4) {
        writer.segment(client, server, Fin | Ack, client.next, 0);
        ++client.next;
    } else if (left == 3) {
        writer.segment(server, client, Fin | Ack, server.next, 0);
        ++server.next;
    } else {
        Side& from = step % 4 < 2 ? client : server;
        Side& to = step % 4 < 2 ? server : client;
        if (step % 2 == 1) {
            const std::size_t payload = 1 + writer.random() % largest_payload;
            const bool again = writer.random() % 200 == 0;
            writer.segment(from, to, Psh | Ack, again ? from.next - 1 : from.next, payload);
            from.next += static_cast<std::uint32_t>(again ? payload - 1 : payload);
        } else {
            writer.segment(from, to, Ack, from.next, 0);
        }
    }
    return left > 1;
}

Conversation begin(std::uint64_t number, std::uint32_t steps, Writer& writer) {
    Conversation conversation;
    conversation.client = {static_cast<std::uint32_t>(0x0a000000U + number / 20'000),
                           static_cast<std::uint16_t>(20'000 + number % 20'000),
                           static_cast<std::uint32_t>(writer.random())};
    conversation.server = {0xc0a80001U, 80, static_cast<std::uint32_t>(writer.random())};
    conversation.steps = steps;
    return conversation;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fprintf(stderr, "usage: %s FILE SEGMENTS CONNECTIONS OPEN-AT-ONCE SEED\n", argv[0]);
        return 2;
    }
    const std::uint64_t segments = std::stoull(argv[2]);
    const std::uint64_t connections = std::stoull(argv[3]);
    const std::uint64_t at_once = std::stoull(argv[4]);
    const std::uint64_t each = segments / connections;
    if (each < 8 || at_once < 1) {
        std::fprintf(stderr, "%s: a connection needs 8 segments or more\n", argv[0]);
        return 2;
    }
    Writer writer{argv[1], std::stoull(argv[5])};
    std::vector<Conversation> open;
    std::uint64_t begun = 0;
    while (begun < connections || !open.empty()) {
        while (open.size() < at_once && begun < connections) {
            // the last one makes up for what the division left over
            const std::uint64_t steps = begun + 1 == connections ? segments - each * (connections - 1) : each;
            open.push_back(begin(begun++, static_cast<std::uint32_t>(steps), writer));
        }
        const std::size_t chosen = writer.random() % open.size();
        if (!advance(open[chosen], writer)) {
            open[chosen] = open.back();
            open.pop_back();
        }
    }
    writer.close();
    return 0;
}
