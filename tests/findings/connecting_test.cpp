// tests/findings/connecting_test.cpp - connections refused, unaccepted, and addresses in use.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "findings/found.hpp"

namespace sockstep::findings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::uint64_t connect(Scene::Program& program, const std::string& address) {
    return program.begin(CallKind::Connect, [&](record::CallBegin& call) { call.arguments = {{"addr", address}}; });
}

TEST(Refused, IsFoundWhereNobodyListens) {
    Scene scene;
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "127.0.0.1:5000"), "ECONNREFUSED");
    EXPECT_THAT(found_in(scene), ElementsAre("refused"));
}

TEST(Refused, IsNoMistakeWhereTheNextAddressAnswers) {
    Scene scene;
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "[::1]:5000"), "ECONNREFUSED");
    scene.client.end(connect(scene.client, "127.0.0.1:5000"), 0);
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(Refused, AtAPortWhoseBytesAreSwappedSaysSo) {
    Scene scene;
    scene.client.unnamed();
    const auto call = connect(scene.client, "127.0.0.1:34835");
    scene.client.end(call, -1, [](record::CallEnd& end) {
        end.error = "ECONNREFUSED";
        end.holders = {{decode::endpoint("127.0.0.1", 5000), "LISTEN", 7, false}};
    });
    EXPECT_THAT(found_in(scene), ElementsAre("port-bytes-swapped"));
}

TEST(Refused, OfANonBlockingConnectIsToldBySoError) {
    Scene scene;
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "[::1]:5000"), "EINPROGRESS");
    EXPECT_THAT(found_in(scene), IsEmpty());
    const auto asks = scene.client.begin(CallKind::Option, [](record::CallBegin& call) { call.name = "getsockopt"; });
    scene.client.end(asks, 0, [](record::CallEnd& end) {
        end.results = {{"optval", "ECONNREFUSED"}};
        end.holders = {{decode::endpoint("127.0.0.1", 5000), "LISTEN", 7, true}};
    });
    EXPECT_THAT(sayings_in(scene), ElementsAre(HasSubstr("a program outside this run listens at 127.0.0.1:5000")));
}

TEST(Refused, CountsAConnectThatOnlyAsksOfAnotherAsThatOne) {
    Scene scene;
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "127.0.0.1:5000"), "EINPROGRESS");
    scene.client.fail(connect(scene.client, "127.0.0.1:5000"), "ECONNREFUSED");
    EXPECT_THAT(sayings_in(scene), ElementsAre(HasSubstr("was refused: ")));
}

TEST(Refused, CountsEachAttempt) {
    Scene scene;
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "127.0.0.1:5000"), "ECONNREFUSED");
    scene.client.fail(connect(scene.client, "127.0.0.1:5000"), "ECONNREFUSED");
    EXPECT_THAT(sayings_in(scene), ElementsAre(HasSubstr("was refused 2 times: ")));
}

/// What is said where a client of a lab is refused at `address`, and the server listens at the wildcard address.
std::vector<std::string> said_in_a_lab(const std::string& address, const std::string& server_host) {
    Scene scene{correlate::Travel::Recorded};
    Scene::Program listener{scene, "server", 301, decode::endpoint("0.0.0.0", 5000), {}};
    const auto listen = listener.begin(CallKind::Listen, [&](record::CallBegin& call) { call.host = server_host; });
    listener.end(listen, 0);
    scene.client.unnamed();
    const auto call = scene.client.begin(CallKind::Connect, [&](record::CallBegin& begin) {
        begin.host = "client";
        begin.arguments = {{"addr", address}};
    });
    scene.client.fail(call, "ECONNREFUSED");
    return sayings_in(scene);
}

TEST(Refused, AtALoopbackAddressOfALabSaysWhoseHostThatIs) {
    EXPECT_THAT(said_in_a_lab("[::1]:5000", "server"), ElementsAre(HasSubstr("that address is client's own host")));
    EXPECT_THAT(said_in_a_lab("0.0.0.0:5000", "server"), ElementsAre(HasSubstr("that address is client's own host")));
    EXPECT_THAT(said_in_a_lab("127.0.0.2:5000", "server"), ElementsAre(HasSubstr("on the host server")));
    EXPECT_THAT(said_in_a_lab("[::1]:5000", "client"), ElementsAre(Not(HasSubstr("own host"))));
    EXPECT_THAT(said_in_a_lab("127.0.0.1:5000", "server"), ElementsAre(Not(HasSubstr("own host"))));
}

TEST(Refused, InAPrivateNetworkAdvisesNoServerOutside) {
    Scene scene;
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "127.0.0.1:8000"), "ECONNREFUSED");
    scene.last();
    scene.correlator.finish();
    const auto shared = find(scene.correlator.timeline());
    const auto alone = find(scene.correlator.timeline(), Network::Private);
    ASSERT_THAT(shared, SizeIs(1));
    ASSERT_THAT(alone, SizeIs(1));
    EXPECT_THAT(shared[0].advice, Not(HasSubstr("private network")));
    EXPECT_THAT(alone[0].advice, HasSubstr("a server outside it cannot be reached"));
}

TEST(Refused, AfterTheServerHasClosedItsSocketSaysSo) {
    Scene scene;
    scene.server.call(CallKind::Listen, 0);
    scene.server.call(CallKind::Close, 0);
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "10.0.0.1:5000"), "ECONNREFUSED");
    EXPECT_THAT(sayings_in(scene), ElementsAre(HasSubstr("had closed its socket by then")));
}

TEST(Refused, AfterACloseRangeOfTheListenerSaysSo) {
    Scene scene;
    scene.server.call(CallKind::Listen, 0);
    const auto close = scene.server.begin(CallKind::Close, [](record::CallBegin& call) {
        call.fd = 2;
        call.socket.reset();
        call.awaited = {{.fd = 2, .socket = 202}, {.fd = 3, .socket = 201}};
    });
    scene.server.end(close, 0);
    scene.client.unnamed();
    scene.client.fail(connect(scene.client, "10.0.0.1:5000"), "ECONNREFUSED");
    EXPECT_THAT(sayings_in(scene), ElementsAre(HasSubstr("had closed its socket by then")));
}

/// What is found where a client is connected and sleeps, and a listener at `address` accepts nobody.
std::vector<std::string> found_unaccepted(const std::string& address, bool closes_before) {
    Scene scene;
    Scene::Program listener{scene, "listener", 301, decode::endpoint(address, 5000), {}};
    listener.call(CallKind::Listen, 0);
    if (closes_before) {
        listener.call(CallKind::Close, 0);
    }
    scene.open();
    const auto receive = scene.client.begin_unready(CallKind::Receive);
    told_to_end(scene);
    ends_in_it(scene.client, receive);
    return found_in(scene);
}

TEST(EstablishedUnaccepted, IsFoundAtTheListenersAddressAndAtTheWildcard) {
    EXPECT_THAT(found_unaccepted("10.0.0.1", false), ElementsAre("established-unaccepted"));
    EXPECT_THAT(found_unaccepted("0.0.0.0", false), ElementsAre("established-unaccepted"));
}

TEST(EstablishedUnaccepted, IsNotBlamedOnAnotherListener) {
    EXPECT_THAT(found_unaccepted("10.0.0.2", false), IsEmpty());
    EXPECT_THAT(found_unaccepted("10.0.0.1", true), IsEmpty());
}

TEST(Refused, IsNoMistakeOfAProgramThatLooksForOpenPorts) {
    Scene scene;
    scene.client.unnamed();
    for (int port = 5000; port < 5005; ++port) {
        scene.client.fail(connect(scene.client, "127.0.0.1:" + std::to_string(port)), "ECONNREFUSED");
    }
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(AddressInUse, IsToldOfPorts) {
    Scene scene;
    scene.server.unnamed().fail(scene.server.begin(CallKind::Bind), "EADDRINUSE");
    EXPECT_THAT(found_in(scene), ElementsAre("address-in-use"));
}

TEST(AddressInUse, IsNotToldOfUnixSockets) {
    Scene scene;
    const auto bind = scene.server.unnamed().begin(
        CallKind::Bind, [](record::CallBegin& call) { call.socket->kind = record::SocketKind::Unix; });
    scene.server.fail(bind, "EADDRINUSE");
    EXPECT_THAT(found_in(scene), IsEmpty());
}

TEST(AddressInUse, LooksForTimeWaitAmongAllHolders) {
    Scene scene;
    const auto bind = scene.server.unnamed().begin(CallKind::Bind);
    scene.server.end(bind, -1, [](record::CallEnd& end) {
        end.error = "EADDRINUSE";
        end.holders = {{decode::endpoint("10.0.0.1", 5000), "ESTABLISHED", 7, true},
                       {decode::endpoint("10.0.0.1", 5000), "TIME-WAIT", 0, true}};
    });
    EXPECT_THAT(sayings_in(scene), ElementsAre(HasSubstr("still in TIME-WAIT")));
}

}  // namespace
}  // namespace sockstep::findings
