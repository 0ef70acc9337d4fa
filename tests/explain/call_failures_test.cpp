// tests/explain/call_failures_test.cpp - what is said of socket calls that fail.
#include <gtest/gtest.h>

#include <string>

#include "explain/call_sayings.hpp"

namespace sockstep::explain {
namespace {

using record::CallBegin;
using record::CallEnd;
using record::CallKind;

TEST(Failure, OfBindNamesTheHolder) {
    Scene scene;
    const auto taken = scene.server.begin(CallKind::Bind);
    scene.server.end(taken, -1, [](CallEnd& end) {
        end.error = "EADDRINUSE";
        end.holders = {{decode::endpoint("0.0.0.0", 5000), "LISTEN", 7}};
    });
    EXPECT_EQ(at_end(scene, taken), "Another socket listens there: 0.0.0.0:5000.");
    const auto waiting = scene.server.begin(CallKind::Bind);
    scene.server.end(waiting, -1, [](CallEnd& end) {
        end.error = "EADDRINUSE";
        end.holders = {{decode::endpoint("127.0.0.1", 5000), "TIME-WAIT", 0}};
    });
    EXPECT_NE(at_end(scene, waiting).find("is still in TIME-WAIT"), std::string::npos);
}

TEST(Failure, OfConnectNamesTheRst) {
    Scene scene;
    const auto id = scene.client.unnamed().begin_unready(CallKind::Connect);
    scene.talk.client().syn();
    scene.talk.server().rst_ack();
    scene.client.is_named();
    scene.client.fail(id, "ECONNREFUSED");
    EXPECT_EQ(at_end(scene, id), "A RST (#2) answered the SYN: nobody listens at that address and port.");
}

TEST(Failure, OfACallThatMayNotSleepIsNoError) {
    Scene scene;
    const auto id = scene.client.begin(CallKind::Receive, [](CallBegin& call) { call.waits = false; });
    scene.client.fail(id, "EAGAIN");
    EXPECT_EQ(at_end(scene, id), "No byte waited, and it was not to sleep for it.");
}

TEST(Failure, IsToldInTheWordsOfTheLibraryWhereNothingElseIsKnown) {
    Scene scene;
    const auto id = scene.client.begin(CallKind::Option);
    scene.client.fail(id, "ENOPROTOOPT");
    EXPECT_EQ(at_end(scene, id), "It failed: Protocol not available.");
}

TEST(Failure, OfBindSaysUnknownWhereTimeWaitMayNotBeInTheWay) {
    Scene scene;
    scene.server.end(scene.server.begin(CallKind::Option,
                                        [](CallBegin& call) {
                                            call.name = "setsockopt";
                                            call.arguments = {{"optname", "SO_REUSEADDR"}};
                                        }),
                     0);
    const auto bind = scene.server.begin(CallKind::Bind);
    scene.server.end(bind, -1, [](CallEnd& end) {
        end.error = "EADDRINUSE";
        end.holders = {{decode::endpoint("127.0.0.1", 5000), "TIME-WAIT", 0}};
    });
    EXPECT_EQ(at_end(scene, bind), "Which socket has that address is not known.");
}

TEST(Failure, OfBindNamesTimeWaitWhereReuseWasTurnedOff) {
    Scene scene;
    const auto option = scene.server.begin(CallKind::Option, [](CallBegin& call) {
        call.name = "setsockopt";
        call.arguments = {{"optname", "SO_REUSEADDR"}, {"optval", 0}};
    });
    scene.server.end(option, 0);
    const auto bind = scene.server.begin(CallKind::Bind);
    scene.server.end(bind, -1, [](CallEnd& end) {
        end.error = "EADDRINUSE";
        end.holders = {{decode::endpoint("127.0.0.1", 5000), "TIME-WAIT", 0}};
    });
    EXPECT_EQ(at_end(scene, bind).find("A connection of 127.0.0.1:5000 is still in TIME-WAIT; without SO_REUSEADDR"),
              0U);
}

TEST(Failure, OfBindNamesASocketThatOnlyHasTheName) {
    Scene scene;
    const auto bind = scene.server.begin(CallKind::Bind);
    scene.server.end(bind, -1, [](CallEnd& end) {
        end.error = "EADDRINUSE";
        end.holders = {{decode::endpoint("127.0.0.1", 5000), "BOUND", 7}};
    });
    EXPECT_EQ(at_end(scene, bind), "Another socket is bound there, and does not listen: 127.0.0.1:5000.");
}

TEST(Failure, OfSendSaysWhoEndedTheStream) {
    Scene own;
    own.open();
    const auto after_shutdown =
        own.client.begin(CallKind::Send, [](CallBegin& call) { call.socket->state = "FIN-WAIT-2"; });
    own.client.fail(after_shutdown, "EPIPE");
    EXPECT_EQ(at_end(own, after_shutdown), "This end has ended its stream itself: nothing more can be sent.");
    Scene reset;
    reset.open();
    reset.talk.server().rst_ack();
    const auto after_rst = reset.client.begin_send("x");
    reset.client.fail(after_rst, "EPIPE");
    EXPECT_EQ(at_end(reset, after_rst), "A RST (#4) had ended the connection: nothing more can be sent.");
    Scene timed_out;
    timed_out.open();
    const auto after_time = timed_out.client.begin_send("x");
    timed_out.client.fail(after_time, "EPIPE");
    EXPECT_EQ(at_end(timed_out, after_time), "Nothing more can be sent on this socket.");
}

TEST(Failure, OfConnectWithATimeLimitSaysSo) {
    Scene scene;
    const auto id = scene.client.unnamed().begin_unready(CallKind::Connect);
    scene.talk.client().syn();
    scene.client.fail(id, "EINPROGRESS");
    EXPECT_EQ(at_end(scene, id), "Its time (SO_SNDTIMEO) ran out; the handshake goes on without the program.");
}

TEST(Failure, OfANonBlockingConnectSaysHowFarItIsByThen) {
    const auto said = [](const std::string& state) {
        Scene scene;
        const auto id = scene.client.begin(CallKind::Connect);
        scene.client.end(id, -1, [&](CallEnd& end) {
            end.error = "EINPROGRESS";
            end.socket->state = state;
        });
        return at_end(scene, id);
    };
    EXPECT_EQ(said("SYN-SENT"), "The SYN is on its way; the handshake goes on without the program.");
    EXPECT_EQ(said("ESTABLISHED"), "It did not wait, but the handshake is complete already.");
    EXPECT_EQ(said("CLOSED"),
              "It did not wait, but the connection has failed already: a later call on the socket tells.");
}

}  // namespace
}  // namespace sockstep::explain
