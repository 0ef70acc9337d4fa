// tracer/capture/filter.hpp - which frames of a file are wanted, in the language of pcap-filter(7).
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/link_type.hpp"
#include "record/frame.hpp"

struct bpf_program;  // libpcap's

namespace sockstep::capture {

/// An expression that libpcap does not understand, or that has no meaning for a link type; what() is libpcap's text.
class BadFilter : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// One expression, compiled for each link type that occurs.
class Filter {
public:
    /// Throws: BadFilter if `expression` has a meaning for none of the link types that sockstep reads. Blocks: while a
    /// host name in it is looked up.
    explicit Filter(std::string expression);

    /// True if `frame` is wanted. Throws: BadFilter if the expression has no meaning for the frame's link type ("ether
    /// host" for one that begins with an IP header). Of a link type that libpcap does not know, none is wanted.
    bool matches(const record::Frame& frame);

private:
    struct Free {
        void operator()(bpf_program* program) const;
    };
    using Program = std::unique_ptr<bpf_program, Free>;

    Program compile(base::LinkType link) const;           // null: libpcap does not know the link type
    const bpf_program* program_for(base::LinkType link);  // the same

    std::string expression_;
    std::vector<std::pair<base::LinkType, Program>> programs_;
    std::vector<std::uint8_t> swapped_;  // a frame, while it is asked about
};

}  // namespace sockstep::capture
