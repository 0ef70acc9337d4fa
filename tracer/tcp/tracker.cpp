// tracer/tcp/tracker.cpp - finding, beginning and folding connections.
#include "tcp/tracker.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sockstep::tcp {

namespace {

/// Multiplies into 128 bits and folds them: every bit of the input moves every bit of the result (as wyhash does).
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t hash_of(const base::Endpoint& endpoint, std::uint64_t seed) {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::memcpy(&low, endpoint.address.octets.data(), sizeof low);
    std::memcpy(&high, endpoint.address.octets.data() + sizeof low, sizeof high);
    return mix(low ^ seed ^ 0x9e3779b97f4a7c15U, high ^ (std::uint64_t{endpoint.port} << 32U) ^ 0xe7037ed1a0b428dbU);
}

}  // namespace

std::size_t Tracker::Hash::operator()(const Key& key) const {
    return mix(hash_of(key.low, seed) ^ 0x8ebc6af09c88c6e3U, hash_of(key.high, ~seed) ^ 0x589965cc75374cc3U);
}

Tracker::Tracker(Fold fold, std::uint64_t hash_seed, Retention retention)
    : fold_{std::move(fold)}, retention_{retention}, open_{0, Hash{hash_seed}} {}

Tracker::Key Tracker::key_of(const decode::TcpSegment& segment) {
    if (segment.source <= segment.destination) {
        return {segment.source, segment.destination};
    }
    return {segment.destination, segment.source};
}

Tracker::Result Tracker::add(const decode::TcpSegment& segment, std::uint64_t frame, base::Timestamp time) {
    const Key key = key_of(segment);
    std::unique_ptr<Follower>& follower = open_[key];
    const bool reused = follower && follower->is_another(segment);
    if (reused) {
        fold_(follower->connection());
    }
    if (!follower || reused) {
        follower = std::make_unique<Follower>(++connections_, segment);
    }
    const bool was_over = follower->connection().is_over();
    segment_ = follower->add(segment, ++segments_, frame, time);
    if (reused) {
        segment_.notes.add(Note::PortReused);
    }
    const Connection& connection = follower->connection();
    if (connection.is_over() && !was_over) {
        ended_.push_back({key, connection.id, time});
    }
    fold_the_ended(time);
    return {segment_, connection};
}

/// Folds connections that ended long ago, or as many as are too many; one that came to life again since is left.
void Tracker::fold_the_ended(base::Timestamp now) {
    while (!ended_.empty() && (ended_.size() > retention_.most_ended || now - ended_.front().time > retention_.time)) {
        const Ended ended = ended_.front();
        ended_.pop_front();
        const auto found = open_.find(ended.key);
        if (found == open_.end() || found->second->connection().id != ended.id) {
            continue;
        }
        if (found->second->connection().is_over()) {
            fold_(found->second->connection());
            open_.erase(found);
        }
    }
}

void Tracker::finish() {
    std::vector<const Connection*> left;
    left.reserve(open_.size());
    for (const auto& [key, follower] : open_) {
        left.push_back(&follower->connection());
    }
    std::ranges::sort(left, {}, &Connection::id);
    for (const Connection* connection : left) {
        fold_(*connection);
    }
    open_.clear();
    ended_.clear();
}

}  // namespace sockstep::tcp
