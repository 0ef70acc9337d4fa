// tracer/tcp/tracker.cpp - finding, beginning and folding connections.
#include "tcp/tracker.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tcp/follower.hpp"

namespace sockstep::tcp {

Tracker::Tracker(Fold fold, Detail detail, std::uint64_t hash_seed, Retention retention)
    : fold_{std::move(fold)}, detail_{detail}, retention_{retention}, table_{hash_seed} {}

Tracker::Result Tracker::add(const decode::TcpSegment& segment, std::uint64_t hash, std::uint64_t frame,
                             base::Timestamp time) {
    if (one_has_ended_) {
        fold_the_ended(time);
    }
    std::optional<Side> from;
    const auto is_it = [&](const Follower& candidate) {
        from = candidate.sender_of(segment);
        return from.has_value();
    };
    const std::size_t place = table_.find(hash, is_it);
    Follower* follower = table_.at(place);
    const bool reused = follower != nullptr && follower->is_another(segment, *from);
    if (reused) {
        fold_(follower->connection());
    }
    if (follower == nullptr || reused) {
        follower = &table_.put(place, hash, std::make_unique<Follower>(++connections_, segment, detail_));
        from = follower->sender_of(segment);
    }
    const Connection& connection = follower->connection();
    const bool was_over = connection.is_over();
    follower->add(segment, *from, ++segments_, frame, time, segment_);
    if (reused) {
        segment_.notes.add(Note::PortReused);
    }
    if (connection.is_over() && !was_over) {
        ended_.push_back({hash, connection.id, time});
        one_has_ended_ = true;
    }
    return {segment_, connection};
}

/// Folds connections that ended long ago, or as many as are too many; one that came to life again since is left.
/// Not before the next segment comes: until then the result refers to its connection, which may be one of them.
void Tracker::fold_the_ended(base::Timestamp now) {
    one_has_ended_ = false;
    while (!ended_.empty() && (ended_.size() > retention_.most_ended || now - ended_.front().time > retention_.time)) {
        const Ended ended = ended_.front();
        ended_.pop_front();
        const auto is_it = [&](const Follower& follower) { return follower.connection().id == ended.id; };
        const std::size_t place = table_.find(ended.hash, is_it);
        const Follower* follower = table_.at(place);
        if (follower != nullptr && follower->connection().is_over()) {
            fold_(follower->connection());
            table_.erase(place);
        }
    }
}

void Tracker::finish() {
    std::vector<const Connection*> left;
    left.reserve(table_.size());
    table_.for_each([&](const Follower& follower) { left.push_back(&follower.connection()); });
    std::ranges::sort(left, {}, &Connection::id);
    for (const Connection* connection : left) {
        fold_(*connection);
    }
    table_.clear();
    ended_.clear();
}

}  // namespace sockstep::tcp
