// tracer/render/names.cpp - flags and notes as lists of names.
#include "render/names.hpp"

#include <array>
#include <utility>

namespace sockstep::render {

std::vector<std::string_view> flag_names(decode::TcpFlags flags) {
    const std::array<std::pair<bool, std::string_view>, 8> all{{{flags.syn(), "SYN"},
                                                                {flags.fin(), "FIN"},
                                                                {flags.rst(), "RST"},
                                                                {flags.psh(), "PSH"},
                                                                {flags.ack(), "ACK"},
                                                                {flags.urg(), "URG"},
                                                                {flags.ece(), "ECE"},
                                                                {flags.cwr(), "CWR"}}};
    std::vector<std::string_view> names;
    for (const auto& [is_set, name] : all) {
        if (is_set) {
            names.push_back(name);
        }
    }
    return names;
}

std::vector<std::string_view> note_names(tcp::Notes notes) {
    std::vector<std::string_view> names;
    for (int i = 0; i < tcp::note_count; ++i) {
        const auto note = static_cast<tcp::Note>(i);
        if (notes.has(note)) {
            names.push_back(tcp::name(note));
        }
    }
    return names;
}

}  // namespace sockstep::render
