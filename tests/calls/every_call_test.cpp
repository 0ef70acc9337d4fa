// tests/calls/every_call_test.cpp - each call of the table: its name, arguments, kind and results.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "calls/traced_run.hpp"

namespace sockstep::calls {
namespace {

using record::CallKind;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::StartsWith;

/// A scene, played to its end.
struct Played : TracedRun {
    explicit Played(const std::string& scene) {
        start({SCENES, scene});
        to_the_end();
        EXPECT_TRUE(tracer().ended("program")->success()) << output();
    }
};

std::vector<RecordedCall> of_kind(const TracedRun& run, CallKind kind) {
    std::vector<RecordedCall> all;
    for (RecordedCall& call : run.calls()) {
        if (call.begin.kind == kind) {
            all.push_back(std::move(call));
        }
    }
    return all;
}

std::vector<std::string> described(const std::vector<RecordedCall>& calls) {
    std::vector<std::string> all;
    for (const RecordedCall& call : calls) {
        all.push_back(to_string(call));
    }
    return all;
}

TEST(EveryCall, OfAPlainConversationIsRecordedInOrder) {
    const Played run{"plain"};
    EXPECT_THAT(described(run.calls()),
                ElementsAre("socket() = 3", "setsockopt(3) = 0", "bind(3) = 0", "listen(3) = 0", "getsockname(3) = 0",
                            "socket() = 4", "connect(4) = 0", "getpeername(4) = 0", "accept(3) = 5", "send(4) = 5",
                            "recv(5) = 5", "write(5) = 6", "read(4) = 6", "shutdown(4) = 0", "recv(5) = 0",
                            "close(5) = 0", "close(4) = 0", "close(3) = 0"));
}

TEST(EveryCall, HasItsArgumentsUnderTheNamesOfItsManualPage) {
    const Played run{"plain"};
    const record::CallBegin socket = run.calls("socket").front().begin;
    EXPECT_EQ(text_of(socket.arguments, "domain"), "AF_INET");
    EXPECT_EQ(text_of(socket.arguments, "type"), "SOCK_STREAM");
    EXPECT_EQ(text_of(socket.arguments, "protocol"), "0");
    EXPECT_EQ(text_of(run.only("listen").begin.arguments, "backlog"), "16");
    EXPECT_EQ(text_of(run.only("bind").begin.arguments, "addr"), "127.0.0.1:0");
    EXPECT_EQ(text_of(run.only("setsockopt").begin.arguments, "level"), "SOL_SOCKET");
    EXPECT_EQ(text_of(run.only("setsockopt").begin.arguments, "optname"), "SO_REUSEADDR");
    EXPECT_EQ(text_of(run.only("setsockopt").begin.arguments, "optval"), "1");
    EXPECT_EQ(text_of(run.only("send").begin.arguments, "flags"), "MSG_NOSIGNAL");
    EXPECT_EQ(text_of(run.only("shutdown").begin.arguments, "how"), "SHUT_WR");
    EXPECT_TRUE(run.only("shutdown").begin.writes);
    EXPECT_FALSE(run.only("shutdown").begin.reads);
}

TEST(EveryCall, TellsWhatTheKernelFilledIn) {
    const Played run{"plain"};
    const std::string server = text_of(run.only("getsockname").end->results, "addr");
    EXPECT_THAT(server, StartsWith("127.0.0.1:"));
    EXPECT_EQ(text_of(run.only("getpeername").end->results, "addr"), server);
    EXPECT_EQ(text_of(run.only("connect").begin.arguments, "addr"), server);
    EXPECT_EQ(base::to_string(*run.only("connect").end->socket->peer), server);
    EXPECT_EQ(text_of(run.only("accept").end->results, "addr"),
              base::to_string(*run.only("connect").end->socket->local));
}

TEST(EveryCall, KeepsTheFirstOctetsOfItsData) {
    const Played run{"plain"};
    EXPECT_EQ(run.only("send").begin.data, "hello");
    EXPECT_EQ(run.only("send").begin.length, 5U);
    EXPECT_EQ(run.calls("recv").front().end->data, "hello");
    EXPECT_EQ(run.only("write").begin.data, "world!");
    EXPECT_EQ(run.only("read").end->data, "world!");
}

TEST(EveryCall, TellsTheStateOfItsSocket) {
    const Played run{"plain"};
    EXPECT_EQ(run.only("listen").begin.socket->state, "CLOSED");
    EXPECT_EQ(run.only("listen").end->socket->state, "LISTEN");
    EXPECT_EQ(run.only("listen").end->socket->accept_limit, 16U);
    EXPECT_EQ(run.only("connect").end->socket->state, "ESTABLISHED");
    EXPECT_EQ(run.only("accept").begin.socket->accept_queue, 1U);
    EXPECT_EQ(run.only("accept").end->socket->accept_queue, 0U);
    EXPECT_EQ(run.only("accept").end->made->state, "ESTABLISHED");
    EXPECT_EQ(run.only("send").begin.socket->bytes_written, 0U);
    EXPECT_EQ(run.only("send").end->socket->bytes_written, 5U);
    EXPECT_EQ(run.calls("recv").front().begin.socket->receive_queue, 5U);
    EXPECT_EQ(run.calls("recv").front().end->socket->receive_queue, 0U);
    EXPECT_THAT(run.only("shutdown").end->socket->state, AnyOf("FIN-WAIT-1", "FIN-WAIT-2"));  // is it acknowledged yet?
    EXPECT_EQ(run.only("shutdown").end->socket->bytes_written, 5U) << "the FIN is no byte of the program's";
    EXPECT_EQ(run.calls("close").at(1).begin.socket->bytes_written, 5U);
}

TEST(EveryCall, NamesASocketByItsInode) {
    const Played run{"plain"};
    const std::uint64_t client = run.calls("socket").at(1).end->made->inode;
    EXPECT_EQ(run.only("connect").begin.socket->inode, client);
    EXPECT_EQ(run.only("send").begin.socket->inode, client);
    EXPECT_NE(run.only("accept").end->made->inode, client);
}

TEST(EveryCall, ThatMovesBytesTellsHowManyAndWhich) {
    const Played run{"transfers"};
    for (const char* name : {"writev", "sendmsg"}) {
        EXPECT_EQ(run.only(name).begin.data, "abcdefgh") << name;
        EXPECT_EQ(run.only(name).begin.length, 8U) << name;
        EXPECT_EQ(run.only(name).end->result, 8) << name;
    }
    EXPECT_EQ(run.only("readv").end->data, "abcdefgh");
    EXPECT_EQ(run.only("recvmsg").end->data, "abcdefgh");
    EXPECT_EQ(run.only("sendmmsg").end->result, 2);
    EXPECT_EQ(run.only("sendmmsg").begin.data, "abcdefgh");
    EXPECT_EQ(run.only("sendmmsg").end->moved, 8U);
    EXPECT_EQ(run.only("recvmmsg").end->moved, 8U);
    EXPECT_EQ(run.only("recvmmsg").end->data, "abcdefgh");
    EXPECT_EQ(run.only("sendfile").end->result, 10);
    EXPECT_EQ(run.only("sendfile").begin.kind, CallKind::Send);
    EXPECT_EQ(run.calls("splice").at(0).begin.kind, CallKind::Send);
    EXPECT_EQ(run.calls("splice").at(1).begin.kind, CallKind::Receive);
    EXPECT_EQ(to_string(run.only("pread")), "pread(5) = -1 ESPIPE");  // of the file there is no record
    EXPECT_EQ(to_string(run.only("pwrite")), "pwrite(4) = -1 ESPIPE");
    EXPECT_THAT(run.calls("write"), ::testing::IsEmpty()) << "into a pipe";
}

TEST(EveryCall, OfSendfileWantsWhatItsFileHasAndTellsWhatWasLeft) {
    const Played run{"short_sends"};
    const auto files = run.calls("sendfile");
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].begin.length, 10U) << "of a count of a million";
    EXPECT_EQ(files[0].begin.data, "0123456789");
    EXPECT_EQ(files[0].end->result, 10);
    EXPECT_EQ(files[0].end->rest, "");
    const auto taken = static_cast<std::size_t>(files[1].end->result);
    EXPECT_EQ(files[1].begin.length, 32U << 20U);
    EXPECT_LT(taken, files[1].begin.length);
    EXPECT_EQ(files[1].end->rest, std::string(record::most_data, 'x'));
    const RecordedCall several = run.only("sendmmsg");
    EXPECT_LT(several.end->moved, several.begin.length);
    EXPECT_EQ(several.end->rest, std::string(record::most_data, 'y'));
}

TEST(EveryCall, OfSpliceWaitsForItsPipeIfThatIsEmpty) {
    TracedRun run;
    run.start({SCENES, "waits_for_pipe"});
    run.until([&] { return run.has_begun("splice"); });
    run.tracer().send_signal("program", SIGUSR1);
    run.to_the_end();
    EXPECT_TRUE(run.calls("splice").front().begin.waits_elsewhere);
    EXPECT_FALSE(run.calls("splice").back().begin.waits_elsewhere);
    EXPECT_EQ(run.calls("splice").back().end->result, 3);
}

TEST(EveryCall, ThatReadsBesideTheStreamSaysSo) {
    const Played run{"urgent"};
    const auto receives = run.calls("recv");
    ASSERT_EQ(receives.size(), 4U);
    EXPECT_TRUE(receives[0].begin.socket->urgent_ahead);
    EXPECT_FALSE(receives[0].begin.socket->at_urgent);
    EXPECT_TRUE(receives[1].begin.socket->at_urgent) << "the first one stops before the urgent byte";
    EXPECT_TRUE(receives[1].begin.beside_stream);
    EXPECT_EQ(receives[1].end->data, "!");
    EXPECT_FALSE(receives[2].begin.beside_stream);
    EXPECT_EQ(receives[2].end->data, "de");
    EXPECT_TRUE(receives[3].begin.discards);
    EXPECT_EQ(receives[3].end->result, 1);
    EXPECT_EQ(receives[3].end->data, "") << "the buffer stays as it was";
    EXPECT_TRUE(run.only("recvmsg").begin.beside_stream);
}

TEST(EveryCall, ThatPeeksSaysSo) {
    const Played run{"transfers"};
    const RecordedCall peek = run.calls("recv").front();
    EXPECT_TRUE(peek.begin.peeks);
    EXPECT_EQ(peek.end->socket->receive_queue, 8U) << "nothing was taken";
    EXPECT_TRUE(run.calls("recv").at(1).begin.waits_for_all);
}

TEST(EveryCall, OfOtherSocketsIsNamedToo) {
    const Played run{"datagrams"};
    EXPECT_EQ(run.only("sendto").begin.socket->what, "UDP over IPv4");
    EXPECT_EQ(run.only("sendto").begin.socket->kind, record::SocketKind::Udp);
    EXPECT_THAT(text_of(run.only("sendto").begin.arguments, "dest_addr"), StartsWith("127.0.0.1:"));
    EXPECT_THAT(text_of(run.only("recvfrom").end->results, "src_addr"), StartsWith("127.0.0.1:"));
    EXPECT_EQ(run.only("recvfrom").end->data, "ping");
    const RecordedCall pair = run.only("socketpair");
    EXPECT_EQ(text_of(pair.end->results, "sv"), "[5, 6]");
    EXPECT_EQ(pair.end->made->what, "UNIX stream");
    EXPECT_EQ(pair.end->other->inode, run.only("read").begin.socket->inode);
}

TEST(EveryCall, ThatMakesOrGivesUpADescriptorIsFollowed) {
    const Played run{"descriptors"};
    EXPECT_THAT(
        described(of_kind(run, CallKind::Duplicate)),
        ElementsAre("dup(4) = 3", "dup2(4) = 20", "dup3(4) = 21", "fcntl(4) = 30", "fcntl(7) = 50", "dup2(4) = 50"));
    for (const RecordedCall& call : of_kind(run, CallKind::Duplicate)) {
        EXPECT_EQ(call.end->made->inode, call.begin.socket->inode) << to_string(call);
    }
    EXPECT_EQ(run.calls("dup2").at(1).begin.kind, CallKind::Close) << "it closes the socket that stood there";
    EXPECT_EQ(run.calls("dup2").at(1).begin.fd, 20);
    EXPECT_THAT(run.calls("write"), ::testing::IsEmpty()) << "20 is /dev/null by then";
    const auto onto_a_socket = run.calls("dup2").at(2).begin;
    EXPECT_EQ(onto_a_socket.kind, CallKind::Duplicate);
    ASSERT_EQ(onto_a_socket.awaited.size(), 1U) << "it closes another socket";
    EXPECT_EQ(onto_a_socket.awaited[0].fd, 50);
    EXPECT_EQ(onto_a_socket.awaited[0].socket, run.only("socketpair").end->made->inode);
    const RecordedCall range = run.only("close_range");
    ASSERT_EQ(range.begin.awaited.size(), 2U);
    EXPECT_EQ(range.begin.awaited[0].fd, 21);
    EXPECT_EQ(range.begin.awaited[1].fd, 30);
}

TEST(EveryCall, ThatSetsASocketNonBlockingShowsInTheNext) {
    const Played run{"descriptors"};
    EXPECT_EQ(text_of(run.calls("fcntl").at(1).begin.arguments, "arg"), "O_NONBLOCK");
    EXPECT_TRUE(run.calls("fcntl").at(1).end->socket->nonblocking);
    EXPECT_EQ(text_of(run.calls("ioctl").at(0).begin.arguments, "request"), "FIONREAD");
    EXPECT_EQ(text_of(run.calls("ioctl").at(0).end->results, "argp"), "0");
    EXPECT_EQ(text_of(run.calls("ioctl").at(1).begin.arguments, "request"), "FIONBIO");
    const RecordedCall recv = run.only("recv");
    EXPECT_FALSE(recv.begin.waits);
    EXPECT_EQ(to_string(recv), "recv(5) = -1 EAGAIN");
}

TEST(EveryCall, ThatWaitsForSeveralListsThem) {
    const Played run{"waits"};
    EXPECT_THAT(names_of(of_kind(run, CallKind::Wait)),
                ElementsAre("poll", "ppoll", "select", "pselect", "epoll_wait", "epoll_pwait"))
        << "and not the poll of a pipe";
    for (const char* name : {"poll", "ppoll", "select", "epoll_wait", "epoll_pwait"}) {
        const RecordedCall call = run.only(name);
        ASSERT_EQ(call.end->ready.size(), 1U) << name;
        EXPECT_EQ(call.end->ready[0].fd, 5) << name;
        EXPECT_TRUE(call.end->ready[0].socket.has_value()) << name;
        EXPECT_TRUE(call.end->ready[0].readable) << name;
        EXPECT_TRUE(call.begin.awaited.back().to_read) << name;
    }
    EXPECT_EQ(run.only("poll").begin.awaited.size(), 2U);
    EXPECT_EQ(run.only("poll").begin.ready, true);
    EXPECT_FALSE(run.only("ppoll").begin.waits);
    EXPECT_TRUE(run.only("pselect").end->ready.empty());
    EXPECT_EQ(text_of(run.only("epoll_ctl").begin.arguments, "op"), "EPOLL_CTL_ADD");
    EXPECT_EQ(text_of(run.only("epoll_ctl").begin.arguments, "events"), "EPOLLIN");
    EXPECT_EQ(run.only("epoll_ctl").begin.fd, 5);
}

TEST(EveryCall, OfStdioOnASocketIsAReadOrAWrite) {
    const Played run{"stream_of_stdio"};
    EXPECT_EQ(run.only("write").begin.data, "line 1\n");
    EXPECT_EQ(run.calls("read").front().end->data, "line 1\n");
    EXPECT_EQ(run.calls("read").at(1).end->result, 0);
}

TEST(EveryCall, OnADescriptorThatCameThroughASocketIsSeen) {
    const Played run{"passes_descriptor"};
    EXPECT_EQ(run.only("write").begin.data, "via");
    EXPECT_EQ(run.only("write").begin.socket->inode, run.only("connect").begin.socket->inode);
}

TEST(EveryCall, OfAThousandIsThere) {
    const Played run{"thousand"};
    ASSERT_EQ(run.calls("socket").size(), 1000U);
    ASSERT_EQ(run.calls("close").size(), 1000U);
    std::uint64_t expected = 0;
    for (const RecordedCall& call : run.calls()) {
        EXPECT_EQ(call.begin.id, ++expected);
        ASSERT_TRUE(call.end);
        EXPECT_LE(call.begin.time, call.end->time);
    }
}

TEST(EveryCall, RefusedNamesWhoHoldsThePort) {
    const RecordedCall bind = Played{"address_in_use"}.calls("bind").at(1);
    ASSERT_EQ(bind.end->error, "EADDRINUSE");
    ASSERT_EQ(bind.end->holders.size(), 1U);
    EXPECT_EQ(bind.end->holders[0].state, "LISTEN");
    EXPECT_EQ(base::to_string(bind.end->holders[0].local), text_of(bind.begin.arguments, "addr"));
}

TEST(EveryCall, RefusedNamesASocketThatOnlyHasTheName) {
    for (const char* scene : {"bound_twice", "bound_twice_for_datagrams"}) {
        const RecordedCall bind = Played{scene}.calls("bind").at(1);
        ASSERT_EQ(bind.end->error, "EADDRINUSE");
        ASSERT_EQ(bind.end->holders.size(), 1U) << scene;
        EXPECT_EQ(bind.end->holders[0].state, "BOUND");
        EXPECT_EQ(base::to_string(bind.end->holders[0].local), text_of(bind.begin.arguments, "addr"));
    }
}

TEST(EveryCall, RefusedNamesWhoListensOnTheSwappedPort) {
    const Played run{"swapped_port"};
    for (const RecordedCall& call : {run.calls("connect").at(0), run.only("getsockopt")}) {
        ASSERT_EQ(call.end->holders.size(), 1U) << to_string(call);
        EXPECT_FALSE(call.end->holders[0].same_port);
        EXPECT_EQ(call.end->holders[0].inode, run.only("listen").begin.socket->inode);
    }
}

}  // namespace
}  // namespace sockstep::calls
