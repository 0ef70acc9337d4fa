// bench/bare_loop.cpp - the least that any reader on libpcap must do: counts the frames of a file.
//
//   bare-loop FILE
#include <pcap/pcap.h>

#include <array>
#include <cstdint>
#include <cstdio>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s FILE\n", argv[0]);
        return 2;
    }
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap_t* file = pcap_open_offline(argv[1], error.data());
    if (file == nullptr) {
        std::fprintf(stderr, "%s\n", error.data());
        return 1;
    }
    pcap_pkthdr* header = nullptr;
    const u_char* octets = nullptr;
    std::uint64_t frames = 0;
    while (pcap_next_ex(file, &header, &octets) == 1) {
        ++frames;
    }
    std::printf("%llu frames\n", static_cast<unsigned long long>(frames));
    pcap_close(file);
    return 0;
}
