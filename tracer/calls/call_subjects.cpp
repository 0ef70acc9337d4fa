// tracer/calls/call_subjects.cpp - which descriptor a call is about, and so whether it is recorded.
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <algorithm>

#include "calls/call_recorder.hpp"

namespace sockstep::calls {

using record::CallKind;

/// The descriptor that the record names, -1 for a call that takes none; nothing: the call is not recorded.
std::optional<int> CallRecorder::subject(Thread& thread, OpenCall& call, const CallView& view) {
    switch (call.row->subject) {
        case Subject::Itself:
            return -1;
        case Subject::Descriptor:
        case Subject::Sendfile:
            return descriptor_subject(thread, call);
        case Subject::Splice:
            return splice_subject(thread, call);
        case Subject::NewDescriptor:
            return new_descriptor_subject(thread, call);
        case Subject::Range:
            return range_subject(thread, call);
        case Subject::EpollControl: {
            const int fd = view.number(2);
            return thread.descriptors->at(fd, thread.tid).is_socket() ? std::optional{fd} : std::nullopt;
        }
        case Subject::Poll:
        case Subject::Select:
        case Subject::Epoll:
            return wait_subject(thread, call, view);
        case Subject::SignalAction:
        case Subject::Continuation:
        case Subject::OwnDescriptors:
            break;
    }
    return std::nullopt;
}

std::optional<int> CallRecorder::descriptor_subject(Thread& thread, const OpenCall& call) {
    const int fd = static_cast<int>(call.args[0]);
    const Descriptor descriptor = thread.descriptors->at(fd, thread.tid);
    if (descriptor.is_socket()) {
        return fd;
    }
    if (descriptor.kind == Descriptor::Kind::Terminal) {
        read_of_terminal(thread, call, descriptor);
    }
    if (call.row->kind == CallKind::Close) {
        thread.descriptors->forget(fd);
    }
    return std::nullopt;
}

std::optional<int> CallRecorder::splice_subject(Thread& thread, OpenCall& call) {
    const int out = static_cast<int>(call.args[2]);
    if (thread.descriptors->at(out, thread.tid).is_socket()) {
        return out;
    }
    call.kind = CallKind::Receive;
    const int in = static_cast<int>(call.args[0]);
    return thread.descriptors->at(in, thread.tid).is_socket() ? std::optional{in} : std::nullopt;
}

/// dup2() to a descriptor that is open closes what it was.
std::optional<int> CallRecorder::new_descriptor_subject(Thread& thread, OpenCall& call) {
    const int from = static_cast<int>(call.args[0]);
    const int to = static_cast<int>(call.args[1]);
    const Descriptor source = thread.descriptors->at(from, thread.tid);
    const Descriptor closed = from == to ? Descriptor{} : thread.descriptors->at(to, thread.tid);
    if (source.is_socket()) {
        if (closed.is_socket() && closed.inode != source.inode) {
            Watched watched;
            watched.awaited.fd = to;
            watched.awaited.socket = closed.inode;
            call.watched.push_back(watched);
        }
        return from;
    }
    call.kind = CallKind::Close;
    thread.descriptors->forget(to);
    return closed.is_socket() ? std::optional{to} : std::nullopt;
}

/// `watched` lists the sockets that will be closed.
std::optional<int> CallRecorder::range_subject(Thread& thread, OpenCall& call) {
    const auto first = static_cast<unsigned>(call.args[0]);
    const auto last = static_cast<unsigned>(call.args[1]);
    const bool only_marks = (call.args[2] & 4U) != 0;  // CLOSE_RANGE_CLOEXEC
    if (only_marks) {
        return std::nullopt;
    }
    for (const OpenSocket& each : open_sockets(thread.tid)) {
        const auto number = static_cast<unsigned>(each.fd);
        if (number >= first && number <= last) {
            Watched watched;
            watched.awaited.fd = each.fd;
            watched.awaited.socket = each.inode;
            call.watched.push_back(watched);
        }
    }
    thread.descriptors->forget_all();
    return call.watched.empty() ? std::nullopt : std::optional{call.watched.front().awaited.fd};
}

std::optional<int> CallRecorder::wait_subject(Thread& thread, OpenCall& call, const CallView& view) {
    call.watched = watched(call.row->subject, view, *thread.descriptors, thread.tid);
    if (std::ranges::any_of(call.watched, [](const Watched& each) { return each.terminal; })) {
        wait_for_terminal(thread, call, view);
    }
    const bool has_socket =
        std::ranges::any_of(call.watched, [](const Watched& each) { return each.awaited.socket.has_value(); });
    if (!has_socket) {
        return std::nullopt;
    }
    return call.row->subject == Subject::Epoll ? view.number(0) : -1;
}

/// Is it the terminal that the program was launched with? /dev/tty is another name of the controlling one.
bool CallRecorder::is_input(const Thread& thread, dev_t terminal) const {
    const Program& program = *thread.process->program;
    constexpr unsigned major_of_dev_tty = 5;
    const bool is_dev_tty = major(terminal) == major_of_dev_tty && minor(terminal) == 0;
    return program.terminal != 0 && (terminal == program.terminal || (is_dev_tty && program.controlling_terminal));
}

void CallRecorder::read_of_terminal(Thread& thread, const OpenCall& call, const Descriptor& descriptor) {
    if (call.row->kind != CallKind::Receive || !is_input(thread, descriptor.device)) {
        return;
    }
    const os::Fd copy = copy_descriptor(pidfd_of(thread), static_cast<int>(call.args[0]));
    pollfd asked{copy.value(), POLLIN, 0};
    const bool waits = copy.is_open() && (::fcntl(copy.value(), F_GETFL) & O_NONBLOCK) == 0;
    if (waits && ::poll(&asked, 1, 0) == 0) {
        tell_of_waiting(thread);
    }
}

void CallRecorder::wait_for_terminal(Thread& thread, OpenCall& call, const CallView& view) {
    const bool reads_input = std::ranges::any_of(call.watched, [&](const Watched& each) {
        return each.terminal && each.awaited.to_read && is_input(thread, each.device);
    });
    record::CallBegin arguments;
    call.row->begin(view, arguments);
    if (!reads_input || !arguments.waits || !ask_readiness(call.watched, pidfd_of(thread))) {
        return;
    }
    if (std::ranges::none_of(call.watched, &Watched::ready)) {
        tell_of_waiting(thread);
    }
}

void CallRecorder::tell_of_waiting(const Thread& thread) {
    if (!previews_) {
        waits_for_input_({thread.process->program->name, thread.tid});
    }
}

}  // namespace sockstep::calls
