// tracer/findings/run.cpp - sorts a timeline by sockets, threads and processes.
#include "findings/run.hpp"

#include <algorithm>
#include <variant>

namespace sockstep::findings {

namespace {

/// The sum of `moved` over calls of `kind` that had returned by `time`: the end of the last range, if all are known.
std::optional<std::int64_t> bytes_by(const End& end, CallKind kind, base::Timestamp time) {
    std::int64_t bytes = 0;
    for (const Call* call : end.calls) {
        if (!is(*call, kind) || call->begin.peeks || moved(*call) <= 0 || call->end->time > time) {
            continue;
        }
        if (!call->bytes) {
            return std::nullopt;
        }
        bytes = std::max(bytes, call->bytes->to);
    }
    return bytes;
}

std::vector<const Call*>::const_iterator after(const std::vector<const Call*>& calls, const Call& call) {
    return std::ranges::upper_bound(calls, call.begin.id, {}, [](const Call* each) { return each->begin.id; });
}

}  // namespace

const Call* End::outlasting(const Call& sleeper) const {
    for (const Call* call : calls) {
        const bool outlasts = began(*call) < ended(sleeper) && ended(*call) >= ended(sleeper);
        if (call->begin.kind == sleeper.begin.kind && call->begin.waits && outlasts) {
            return call;
        }
    }
    return nullptr;
}

std::optional<std::int64_t> End::sent_by(base::Timestamp time) const {
    return bytes_by(*this, CallKind::Send, time);
}

std::optional<std::int64_t> End::received_by(base::Timestamp time) const {
    return bytes_by(*this, CallKind::Receive, time);
}

bool End::has_option(std::string_view option) const {
    return std::ranges::any_of(options, [&](const Call* call) { return mentions(*call, option); });
}

std::optional<base::Timestamp> End::given_up() const {
    std::optional<base::Timestamp> last;
    for (const Holding& holding : holders) {
        if (!holding.until) {
            return std::nullopt;
        }
        last = std::max(last.value_or(*holding.until), *holding.until);
    }
    return last;
}

std::vector<int> End::holders_at(base::Timestamp time) const {
    std::vector<int> pids;
    for (const Holding& holding : holders) {
        if (holding.from <= time && (!holding.until || *holding.until > time)) {
            pids.push_back(holding.pid);
        }
    }
    return pids;
}

bool End::listens_at(const base::Endpoint& wanted) const {
    if (listens == nullptr || !local || local->port != wanted.port) {
        return false;
    }
    const bool wildcard = std::ranges::all_of(local->address.octets, [](auto octet) { return octet == 0; });
    return wildcard || local->address == wanted.address;
}

std::vector<const Call*>::const_iterator first_after(const End& end, const Call& call) {
    return std::ranges::upper_bound(end.calls, call.end->time, {}, [](const Call* each) { return began(*each); });
}

std::int64_t moved(const Call& call) {
    if (!succeeded(call)) {
        return 0;
    }
    return call.end->moved ? static_cast<std::int64_t>(*call.end->moved) : call.end->result;
}

bool mentions(const Call& call, std::string_view text) {
    return std::ranges::any_of(call.begin.arguments, [&](const record::Argument& argument) {
        const auto* value = std::get_if<std::string>(&argument.value);
        return value != nullptr && *value == text;
    });
}

std::optional<std::int64_t> number_in(const Call& call, std::string_view argument) {
    for (const record::Argument& each : call.begin.arguments) {
        if (const auto* value = std::get_if<std::int64_t>(&each.value); value != nullptr && each.name == argument) {
            return *value;
        }
    }
    return std::nullopt;
}

Run::Run(const correlate::Timeline& timeline, Network network) : timeline_{timeline}, network_{network} {
    using What = correlate::Moment::What;
    for (const correlate::Moment& moment : timeline.moments) {
        if (moment.what == What::CallBegins) {
            add_begin(timeline.calls[moment.index]);
        } else if (moment.what == What::CallEnds) {
            add_end(timeline.calls[moment.index]);
        } else if (moment.what == What::Process) {
            add_process(timeline.processes[moment.index]);
        }
    }
    pair_ends();
}

End& Run::end(const record::Socket& socket, const Call& call) {
    End*& known = by_socket_[socket.inode];
    if (known == nullptr) {
        known = &ends_.emplace_back();
        known->socket = socket.inode;
        known->program = call.begin.program;
    }
    learn(*known, call, socket);
    return *known;
}

void Run::learn(End& end, const Call& call, const record::Socket& socket) {
    end.local = socket.local ? socket.local : end.local;
    end.peer = socket.peer ? socket.peer : end.peer;
    if (end.connection == 0 && call.connection != 0) {
        end.connection = call.connection;
        end.side = call.side;
    }
}

Thread& Run::thread(int pid, int tid, base::Timestamp time) {
    const auto [place, is_new] = threads_.try_emplace(tid);
    if (is_new) {
        place->second.pid = pid;
        place->second.tid = tid;
        place->second.from = time;
    }
    return place->second;
}

void Run::add_begin(const Call& call) {
    const record::CallBegin& begin = call.begin;
    thread(begin.pid, begin.tid, begin.time).calls.push_back(&call);
    if (begin.socket && begin.socket->kind == record::SocketKind::Tcp && begin.socket->inode != 0) {
        End& end = this->end(*begin.socket, call);
        if (!begin.beside_stream) {
            end.calls.push_back(&call);
        }
        if (begin.kind == CallKind::Option && number_in(call, "optval") != 0) {
            end.options.push_back(&call);
        }
        hold(begin.pid, begin.fd, begin.socket->inode, begin.time);
    }
}

void Run::add_end(const Call& call) {
    const record::CallBegin& begin = call.begin;
    const record::CallEnd& ended = *call.end;
    if (ended.socket && begin.kind != CallKind::Close) {
        if (const auto known = by_socket_.find(ended.socket->inode); known != by_socket_.end()) {
            learn(*known->second, call, *ended.socket);
        }
    }
    if (!succeeded(call)) {
        return;
    }
    if (ended.made && ended.made->kind == record::SocketKind::Tcp) {
        End& made = end(*ended.made, call);
        made.made_by = &call;
        hold(begin.pid, static_cast<int>(ended.result), ended.made->inode, ended.time);
    }
    if (begin.kind == CallKind::Listen && begin.socket) {
        end(*begin.socket, call).listens = &call;
    }
    if (begin.kind == CallKind::Duplicate && begin.socket && begin.socket->kind == record::SocketKind::Tcp) {
        hold(begin.pid, static_cast<int>(ended.result), begin.socket->inode, ended.time);
    }
    if (begin.kind == CallKind::Close) {
        close(call);
    }
}

/// Source: close(2), close_range(2)
void Run::close(const Call& call) {
    if (call.begin.fd >= 0) {
        give_up(call.begin.pid, call.begin.fd, call.begin.time, true);
        for (const record::Awaited& closed : call.begin.awaited) {
            give_up(call.begin.pid, closed.fd, call.begin.time, true);
        }
        return;
    }
    const std::optional<std::int64_t> first = number_in(call, "first");
    const std::optional<std::int64_t> last = number_in(call, "last");
    if (!first || !last || mentions(call, "CLOSE_RANGE_CLOEXEC")) {
        return;
    }
    const std::map<int, std::uint64_t> table = descriptors_[call.begin.pid];
    for (const auto& [fd, socket] : table) {
        if (fd >= *first && fd <= *last) {
            give_up(call.begin.pid, fd, call.begin.time, true);
        }
    }
}

void Run::add_process(const record::Process& process) {
    using record::ProcessChange;
    if (process.change == ProcessChange::ThreadStart) {
        thread(process.pid, process.tid, process.time);
        return;
    }
    if (process.change == ProcessChange::ThreadExit) {
        thread(process.pid, process.tid, process.time).until = process.time;
        return;
    }
    ProcessLife& life = processes_[process.pid];
    life.program = process.program;
    if (process.change == ProcessChange::Start) {
        life.from = process.time;
        thread(process.pid, process.pid, process.time);
        const auto inherited = descriptors_[process.parent];
        for (const auto& [fd, socket] : inherited) {
            hold(process.pid, fd, socket, process.time);
        }
    } else if (process.change == ProcessChange::Signal) {
        life.last_signal = process.signal;
        if (process.by_sockstep && !life.told_to_end) {
            life.told_to_end = process.time;
        }
    } else if (process.change == ProcessChange::Exiting) {
        life.exiting = process.time;
        life.sockets = process.sockets;
    } else if (process.change == ProcessChange::Exit) {
        life.exiting = life.exiting.value_or(process.time);
        life.signal = process.signal;
        life.status = process.signal.empty() ? std::optional{process.status} : std::nullopt;
    }
    if (process.change == ProcessChange::Exiting || process.change == ProcessChange::Exit) {
        while (!descriptors_[process.pid].empty()) {
            give_up(process.pid, descriptors_[process.pid].begin()->first, process.time, false);
        }
    }
    if (process.change == ProcessChange::Exit) {
        for (auto& [tid, each] : threads_) {
            each.until = each.pid == process.pid && !each.until ? std::optional{process.time} : each.until;
        }
    }
}

void Run::hold(int pid, int fd, std::uint64_t socket, base::Timestamp time) {
    std::map<int, std::uint64_t>& table = descriptors_[pid];
    if (const auto known = table.find(fd); known != table.end()) {
        if (known->second == socket) {
            return;
        }
        give_up(pid, fd, time, true);  // its closing was not seen: close-on-exec, dup2
    }
    const bool has_it = std::ranges::any_of(table, [&](const auto& each) { return each.second == socket; });
    table[fd] = socket;
    if (const auto end = by_socket_.find(socket); end != by_socket_.end() && !has_it) {
        end->second->holders.push_back({pid, time, std::nullopt, false});
    }
}

void Run::give_up(int pid, int fd, base::Timestamp time, bool closed) {
    std::map<int, std::uint64_t>& table = descriptors_[pid];
    const auto known = table.find(fd);
    if (known == table.end()) {
        return;
    }
    const std::uint64_t socket = known->second;
    table.erase(known);
    const bool has_another = std::ranges::any_of(table, [&](const auto& each) { return each.second == socket; });
    const auto end = by_socket_.find(socket);
    if (has_another || end == by_socket_.end()) {
        return;
    }
    for (Holding& holding : end->second->holders) {
        if (holding.pid == pid && !holding.until) {
            holding.until = time;
            holding.closed = closed;
        }
    }
}

/// Two ends belong together if their addresses mirror each other and, where it was captured, their connection is the
/// same one.
void Run::pair_ends() {
    std::map<std::string, std::vector<End*>> by_addresses;
    for (End& end : ends_) {
        if (!end.local || !end.peer) {
            continue;
        }
        for (End* other : by_addresses[to_string(*end.peer) + " " + to_string(*end.local)]) {
            const bool same = end.connection == other->connection && (end.connection == 0 || end.side != other->side);
            if (same && other->other == nullptr) {
                end.other = other;
                other->other = &end;
                break;
            }
        }
        by_addresses[to_string(*end.local) + " " + to_string(*end.peer)].push_back(&end);
    }
}

const End* Run::end_of(std::uint64_t socket) const {
    const auto found = by_socket_.find(socket);
    return found == by_socket_.end() ? nullptr : found->second;
}

const End* Run::end_of(const Call& call) const {
    return call.begin.socket ? end_of(call.begin.socket->inode) : nullptr;
}

const ProcessLife* Run::process(int pid) const {
    const auto found = processes_.find(pid);
    return found == processes_.end() ? nullptr : &found->second;
}

std::vector<const Call*> Run::later_of_thread(const Call& call) const {
    const std::vector<const Call*>& calls = threads_.at(call.begin.tid).calls;
    return {after(calls, call), calls.end()};
}

const Call* Run::next_of_thread(const Call& call) const {
    const std::vector<const Call*>& calls = threads_.at(call.begin.tid).calls;
    const auto place = after(calls, call);
    return place == calls.end() ? nullptr : *place;
}

bool Run::is_single_thread(int pid, base::Timestamp time) const {
    return std::ranges::count_if(threads_, [&](const auto& each) {
               const Thread& thread = each.second;
               return thread.pid == pid && thread.from <= time && (!thread.until || *thread.until > time);
           }) == 1;
}

bool Run::ended_with_the_run(const Call& call) const {
    if (!call.end || call.end->fate == record::CallFate::Unfinished) {
        return true;
    }
    const ProcessLife* life = process(call.begin.pid);
    const Call* next = next_of_thread(call);
    return life != nullptr && life->told_to_end && *life->told_to_end >= began(call) &&
           (next == nullptr || began(*next) >= *life->told_to_end);
}

bool Run::slept_to_the_end(const Call& call) const {
    const bool found_all_it_wanted = call.begin.ready == true && !is(call, CallKind::Send);  // a send may want more
    const bool went_on =
        call.end && (call.end->fate == record::CallFate::Returned || call.end->fate == record::CallFate::Restarted);
    return call.begin.waits && !found_all_it_wanted && !went_on && ended_with_the_run(call);
}

bool Run::only_thread_can_use(const End& end, const Call& call, base::Timestamp time) const {
    const std::vector<int> holders = end.holders_at(time);
    return holders.size() == 1 && holders.front() == call.begin.pid && is_single_thread(call.begin.pid, time);
}

}  // namespace sockstep::findings
