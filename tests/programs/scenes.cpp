// tests/programs/scenes.cpp - small socket programs in one: `scenes NAME` plays one of them.
//
// Each scene ends with status 0 if it saw what it should, so that a test may compare it with and without the tracer.
#include "scenes.hpp"

#include <cstdio>
#include <map>
#include <string>

namespace {

const std::map<std::string, int (*)()> scenes{
    {"plain", plain},
    {"transfers", transfers},
    {"short_sends", short_sends},
    {"waits_for_pipe", waits_for_pipe},
    {"urgent", urgent},
    {"datagrams", datagrams},
    {"descriptors", descriptors},
    {"waits", waits},
    {"blocked_receive", blocked_receive},
    {"wait_for_all", wait_for_all},
    {"many_connects", many_connects},
    {"many_large_sends", many_large_sends},
    {"blocked_send", blocked_send},
    {"interrupted", interrupted},
    {"interrupted_with_timeout", interrupted_with_timeout},
    {"interrupted_poll", interrupted_poll},
    {"ignores_a_signal", ignores_a_signal},
    {"ignores_its_child", ignores_its_child},
    {"threads", threads},
    {"exit_during_receive", exit_during_receive},
    {"first_thread_ends", first_thread_ends},
    {"exec_from_thread", exec_from_thread},
    {"exec_keeps_sockets", exec_keeps_sockets},
    {"end_of_stream_on_40", end_of_stream_on_40},
    {"spawns", spawns},
    {"becomes_daemon", becomes_daemon},
    {"address_in_use", address_in_use},
    {"swapped_port", swapped_port},
    {"stream_of_stdio", stream_of_stdio},
    {"passes_descriptor", passes_descriptor},
    {"thousand", thousand},
    {"killed_by_sigpipe", killed_by_sigpipe},
    {"lists_descriptors", lists_descriptors},
    {"lingering_close", lingering_close},
    {"outlives_its_parent", outlives_its_parent},
    {"bound_twice", bound_twice},
    {"bound_twice_for_datagrams", bound_twice_for_datagrams},
};

}  // namespace

int main(int count, char** arguments) {
    const auto scene = scenes.find(count == 2 ? arguments[1] : "");
    if (scene == scenes.end()) {
        std::fprintf(stderr, "usage: scenes NAME\n");
        return 2;
    }
    return scene->second();
}
