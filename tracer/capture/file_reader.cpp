// tracer/capture/file_reader.cpp - which format it is, and on to the next frame.
#include "capture/file_reader.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace sockstep::capture {

namespace {

/// "0a 0d 0d 0a"
std::string hexadecimal(base::Bytes bytes) {
    std::string text;
    for (const std::uint8_t octet : bytes) {
        text += fmt::format("{}{:02x}", text.empty() ? "" : " ", octet);
    }
    return text;
}

}  // namespace

FileReader FileReader::open(const std::string& path) {
    return FileReader{file_source(path)};
}

FileReader::FileReader(Source source, std::size_t buffer_size) : input_{std::move(source), buffer_size} {}

void FileReader::look_for(CustomOption option, TakeInterfaceText take) {
    looked_for_ = option;
    take_interface_text_ = std::move(take);
}

bool FileReader::next(record::Frame& frame) {
    if (std::holds_alternative<NotBegun>(format_)) {
        format_ = recognise();
    }
    bool found = false;
    if (auto* pcap = std::get_if<PcapRecords>(&format_)) {
        found = pcap->next(input_, faults_, frame);
    } else if (auto* pcapng = std::get_if<PcapngPackets>(&format_)) {
        found = pcapng->next(input_, faults_, frame);
        packet_text_ = found ? pcapng->packet_text() : std::string{};
        packet_offset_ = pcapng->packet_offset();
    }
    if (!found) {
        format_ = Ended{};
        return false;
    }
    frame.number = ++frames_;
    return true;
}

std::size_t FileReader::next(std::span<record::Frame> frames) {
    if (!next(frames.front())) {
        return 0;
    }
    std::size_t count = 1;
    auto* pcap = std::get_if<PcapRecords>(&format_);
    while (pcap != nullptr && count < frames.size() && pcap->is_at_hand(input_)) {
        pcap->next(input_, faults_, frames[count]);
        frames[count].number = ++frames_;
        ++count;
    }
    return count;
}

FileReader::Format FileReader::recognise() {
    const base::Bytes front = input_.peek(4);
    if (front.empty()) {
        faults_.add_cut(input_, 0, "the file is empty");
    } else if (front.size() < 4) {
        faults_.add_cut(input_, 0,
                        fmt::format("the file ends after {}: too short for pcap or pcapng", hexadecimal(front)));
    } else if (BlockReader::begins(front)) {
        PcapngPackets packets;
        if (take_interface_text_) {
            packets.look_for(looked_for_, take_interface_text_);
        }
        return packets;
    } else if (PcapRecords::begins(front)) {
        if (const auto pcap = PcapRecords::read_header(input_, faults_)) {
            return *pcap;
        }
    } else {
        faults_.add(0, fmt::format("neither pcap nor pcapng: begins with {}", hexadecimal(front)));
    }
    return Ended{};
}

}  // namespace sockstep::capture
