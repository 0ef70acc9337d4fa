// bench/decode_bench.cpp - how long decoding one frame takes, by the length of its payload.
#include <benchmark/benchmark.h>

#include "decode/frame.hpp"
#include "decode/frame_builder.hpp"

namespace sockstep::decode {
namespace {

void decode_frame(benchmark::State& state, const Octets& frame) {
    while (state.KeepRunning()) {
        benchmark::DoNotOptimize(decode(base::LinkType::Ethernet, frame, static_cast<std::uint32_t>(frame.size())));
    }
    state.SetItemsProcessed(state.iterations());
}

FrameBuilder segment(std::size_t payload_length) {
    return FrameBuilder{}.seq(1).ack(2).option({1, 1}).timestamps(3, 4).payload(payload_length);
}

void ipv4_with_timestamps(benchmark::State& state) {
    decode_frame(state, segment(static_cast<std::size_t>(state.range(0))).bytes());
}

void ipv6_with_timestamps(benchmark::State& state) {
    FrameBuilder builder = segment(static_cast<std::size_t>(state.range(0)));
    decode_frame(state, builder.from("fd00::1", 1234).to("fd00::2", 80).bytes());
}

BENCHMARK(ipv4_with_timestamps)->Arg(0)->Arg(6)->Arg(100)->Arg(1448);
BENCHMARK(ipv6_with_timestamps)->Arg(0)->Arg(1428);

}  // namespace
}  // namespace sockstep::decode
