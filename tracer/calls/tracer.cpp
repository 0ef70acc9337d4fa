// tracer/calls/tracer.cpp - the door of the module.
#include "calls/tracer.hpp"

#include <utility>

#include "calls/threads.hpp"

namespace sockstep::calls {

Tracer::Tracer(TracerEvents events) : threads_{std::make_unique<Threads>(std::move(events))} {}

Tracer::~Tracer() = default;

pid_t Tracer::launch(const Launch& what) {
    return threads_->launch(what);
}

std::size_t Tracer::handle_stops(std::chrono::milliseconds patience) {
    return threads_->handle_stops(patience);
}

std::vector<pid_t> Tracer::living(const std::string& name) const {
    return threads_->living(name);
}

bool Tracer::is_quiet(const std::string& name) const {
    return threads_->is_quiet(name);
}

bool Tracer::release(std::uint64_t hold) {
    return threads_->release(hold);
}

std::vector<OpenSocketState> Tracer::sockets(const std::string& name) {
    return threads_->sockets(name);
}

std::optional<Tracer::Ended> Tracer::ended(const std::string& name) const {
    return threads_->ended(name);
}

void Tracer::send_signal(const std::string& name, int signal) {
    threads_->send_signal(name, signal);
}

}  // namespace sockstep::calls
