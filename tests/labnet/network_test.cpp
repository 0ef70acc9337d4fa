// tests/labnet/network_test.cpp - programs in hosts speak over the wire, as on a network of machines.
#include "labnet/network.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>

#include "labnet/lab.hpp"
#include "os/check.hpp"

namespace sockstep::labnet::test {
namespace {

using testing::AllOf, testing::Each, testing::ElementsAre, testing::Field, testing::HasSubstr, testing::Le;

/// Accepts one connection, and sends back what comes over it until its end.
std::function<int()> echo_server(const std::string& address, const Signal& listens, int connections = 1) {
    return [=, &listens] {
        const int listener = listen_on(address, server_port);
        listens.give();
        for (int i = 0; i < connections; ++i) {
            const int connection = accept_from(listener);
            send_all(connection, receive_all(connection));
            ::close(connection);
        }
        return 0;
    };
}

/// Sends `text`, and expects it back.
std::function<int()> echo_client(const std::string& address, const Signal& listens, const std::string& text) {
    return [=, &listens] {
        listens.wait();
        const int connection = connect_to(address, server_port);
        send_all(connection, text);
        ::shutdown(connection, SHUT_WR);
        return receive_all(connection) == text ? 0 : 1;
    };
}

void expect_echo(Lab& lab, const std::string& listens_on, const std::string& connects_to, const std::string& text) {
    const Signal listens;
    Program server = lab.run("server", echo_server(listens_on, listens));
    Program client = lab.run("client", echo_client(connects_to, listens, text));
    EXPECT_EQ(lab.end_of(client), 0);
    EXPECT_EQ(lab.end_of(server), 0);
}

bool is_tcp(const Entered& frame) {
    const std::vector<std::string> kinds{"SYN", "SYN-ACK", "ACK", "data", "FIN", "RST"};
    return std::ranges::find(kinds, frame.what) != kinds.end();
}

TEST(LabNetwork, CarriesAConversationAndNothingElse) {
    in_lab({}, [](Lab& lab) {
        expect_echo(lab, "0.0.0.0", "10.0.0.1", "hello");
        const std::vector<std::string> story = lab.story();
        ASSERT_GE(story.size(), 4U);
        EXPECT_THAT(std::vector(story.begin(), story.begin() + 4),
                    ElementsAre("client SYN", "server SYN-ACK", "client ACK", "client data"));
        for (const Entered& frame : lab.frames) {
            EXPECT_TRUE(is_tcp(frame)) << frame.what;
            EXPECT_TRUE(frame.checksum_is_right) << frame.text();
            const auto passages = lab.passages_of(frame.number);
            ASSERT_EQ(passages.size(), 1U);
            EXPECT_EQ(passages[0].fate, record::Fate::Delivered);
            EXPECT_GE(passages[0].time, frame.time);
        }
    });
}

TEST(LabNetwork, HasEthernetsSegmentSize) {
    in_lab({}, [](Lab& lab) {
        expect_echo(lab, "0.0.0.0", "10.0.0.1", std::string(300'000, 'x'));
        EXPECT_EQ(lab.frames.at(0).mss, 1460U);
        EXPECT_EQ(lab.frames.at(1).mss, 1460U);
        EXPECT_THAT(lab.frames, Each(Field(&Entered::length, Le(1460U))));
        EXPECT_THAT(lab.frames, Each(Field(&Entered::checksum_is_right, true)));
    });
}

TEST(LabNetwork, HasTheMtuThatWasAskedFor) {
    LabOptions options;
    options.network.mtu = 576;
    in_lab(options, [](Lab& lab) {
        expect_echo(lab, "0.0.0.0", "10.0.0.1", std::string(20'000, 'x'));
        EXPECT_EQ(lab.frames.at(0).mss, 536U);
        EXPECT_THAT(lab.frames, Each(Field(&Entered::octets, Le(576U + 14U))));
    });
}

TEST(LabNetwork, CarriesIpv6) {
    in_lab({}, [](Lab& lab) {
        expect_echo(lab, "::", "fd00::1", "hello");
        EXPECT_EQ(lab.frames.at(0).mss, 1440U);
        for (const Entered& frame : lab.frames) {
            EXPECT_TRUE(is_tcp(frame)) << frame.what;
        }
    });
}

TEST(LabNetwork, HasLinkLocalAddresses) {
    in_lab({}, [](Lab& lab) {
        const Signal listens;
        Program server = lab.run("server", echo_server("::", listens));
        Program client = lab.run("client", [&] {
            listens.wait();
            sockaddr_in6 address{};
            address.sin6_family = AF_INET6;
            address.sin6_port = htons(server_port);
            address.sin6_scope_id = ::if_nametoindex("eth0");
            ::inet_pton(AF_INET6, "fe80::1", &address.sin6_addr);
            const int connection = ::socket(AF_INET6, SOCK_STREAM, 0);
            if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
                return errno;
            }
            send_all(connection, "hello");
            ::shutdown(connection, SHUT_WR);
            return receive_all(connection) == "hello" ? 0 : 1;
        });
        EXPECT_EQ(lab.end_of(client), 0);
        EXPECT_EQ(lab.end_of(server), 0);
        for (const Entered& frame : lab.frames) {
            EXPECT_TRUE(is_tcp(frame)) << frame.what;
        }
    });
}

TEST(LabNetwork, CarriesAHardCodedLoopbackAddress) {
    for (const char* address : {"127.0.0.1", "0.0.0.0", "::"}) {
        in_lab({}, [&](Lab& lab) {
            expect_echo(lab, address, "127.0.0.1", std::string(10'000, 'x'));
            EXPECT_EQ(lab.count("client SYN"), 1U);
        });
    }
}

TEST(LabNetwork, TellsClientsOfTheLoopbackAddressApart) {
    LabOptions options;
    options.network.clients = {"client", "client2", "client3"};
    in_lab(options, [](Lab& lab) {
        const Signal listens;
        Program server = lab.run("server", [&] {
            const int listener = listen_on("127.0.0.1", server_port);
            for (int i = 0; i < 3; ++i) {
                listens.give();
            }
            for (int i = 0; i < 3; ++i) {
                std::string peer;
                const int connection = accept_from(listener, &peer);
                send_all(connection, peer);
                ::close(connection);
            }
            return 0;
        });
        std::vector<Program> clients;
        for (const Host& host : lab.network.hosts()) {
            if (!host.is_server()) {
                const std::string expected = base::to_string(host.loopback);
                clients.push_back(lab.run(host.name, [&listens, expected] {
                    listens.wait();
                    return receive_all(connect_to("127.0.0.1", server_port)) == expected ? 0 : 1;
                }));
            }
        }
        for (Program& client : clients) {
            EXPECT_EQ(lab.end_of(client), 0);
        }
        EXPECT_EQ(lab.end_of(server), 0);
    });
}

TEST(LabNetwork, KeepsTheIpv6LoopbackAddressWithinAHost) {
    in_lab({}, [](Lab& lab) {
        const Signal listens;
        Program server = lab.run("server", echo_server("::1", listens));
        Program client = lab.run("client", [&] {
            listens.wait();
            return connect_to("::1", server_port) == -1 && errno == ECONNREFUSED ? 0 : 1;
        });
        EXPECT_EQ(lab.end_of(client), 0);
        EXPECT_THAT(lab.frames, testing::IsEmpty());
    });
}

TEST(LabNetwork, KeepsOtherLoopbackAddressesWithinAHost) {
    in_lab({}, [](Lab& lab) {
        const Signal listens;
        Program server = lab.run("server", echo_server("0.0.0.0", listens));
        Program client = lab.run("client", [&] {
            listens.wait();
            for (const char* address : {"127.0.0.2", "127.0.0.11", "127.255.0.1", "0.0.0.0"}) {
                if (connect_to(address, server_port) != -1 || errno != ECONNREFUSED) {
                    return 1;
                }
            }
            const int listener = listen_on("127.0.0.2", server_port);
            const int caller = connect_to("127.0.0.2", server_port);
            return caller >= 0 && accept_from(listener) >= 0 ? 0 : 2;
        });
        EXPECT_EQ(lab.end_of(client), 0);
        EXPECT_THAT(lab.frames, testing::IsEmpty());
    });
}

TEST(LabNetwork, LetsANetcatMeetAServerOnItsLoopbackAddress) {
    in_lab({}, [](Lab& lab) {
        const Signal listens;
        Program server = lab.run("server", echo_server("127.0.0.1", listens));
        std::array<int, 2> input{};
        std::array<int, 2> output{};
        os::check(::pipe2(input.data(), O_CLOEXEC), "pipe2");
        os::check(::pipe2(output.data(), O_CLOEXEC), "pipe2");
        listens.wait();
        Program client = lab.execute("client", {"nc", "-N", "127.0.0.1", "5000"}, input[0], output[1]);
        os::check(::write(input[1], "hello\n", 6), "write");
        ::close(input[1]);
        EXPECT_EQ(lab.end_of(client), 0);
        EXPECT_EQ(lab.end_of(server), 0);
        std::array<char, 64> printed{};
        EXPECT_EQ(::read(output[0], printed.data(), printed.size()), 6);
        EXPECT_STREQ(printed.data(), "hello\n");
        EXPECT_GT(lab.count("client data"), 0U);
    });
}

TEST(LabNetwork, KnowsItsHostsByName) {
    in_lab({}, [](Lab& lab) {
        std::array<int, 2> output{};
        os::check(::pipe2(output.data(), O_CLOEXEC), "pipe2");
        Program asks = lab.execute("client",
                                   {
                                       "getent",
                                       "ahosts",
                                       "server",
                                   },
                                   STDIN_FILENO, output[1]);
        EXPECT_EQ(lab.end_of(asks), 0);
        Program asks_localhost = lab.execute("client", {"getent", "ahosts", "localhost"}, STDIN_FILENO, output[1]);
        EXPECT_EQ(lab.end_of(asks_localhost), 0);
        Program asks_ipv6 = lab.execute("client", {"getent", "ahosts", "server6"}, STDIN_FILENO, output[1]);
        EXPECT_EQ(lab.end_of(asks_ipv6), 0);
        std::array<char, 4096> printed{};
        EXPECT_GT(::read(output[0], printed.data(), printed.size() - 1), 0);
        EXPECT_THAT(printed.data(), AllOf(HasSubstr("10.0.0.1 "), HasSubstr("127.0.0.1 "), HasSubstr("fd00::1 "),
                                          testing::Not(HasSubstr("\n::1 "))));
    });
}

TEST(LabNetwork, AnswersForAPortOnWhichNobodyListens) {
    in_lab({}, [](Lab& lab) {
        Program client =
            lab.run("client", [] { return connect_to("10.0.0.1", 1) == -1 && errno == ECONNREFUSED ? 0 : 1; });
        EXPECT_EQ(lab.end_of(client), 0);
        EXPECT_THAT(lab.story(), ElementsAre("client SYN", "server RST"));
    });
}

TEST(LabNetwork, DropsWhatIsForNoHost) {
    in_lab({}, [](Lab& lab) {
        Program client = lab.run("client", [] { return connect_to("10.0.0.77", server_port) == -1 ? 0 : 1; });
        lab.until([&] { return !lab.passages.empty(); });
        EXPECT_EQ(lab.passages.at(0).fate, record::Fate::Dropped);
        EXPECT_EQ(lab.passages.at(0).why, record::DropReason::NoHost);
        EXPECT_EQ(lab.passages.at(0).to, -1);
    });
}

TEST(LabNetwork, HasNoWayOutOfTheMachine) {
    in_lab({}, [](Lab& lab) {
        for (const char* host : {"client", "server"}) {
            Program program =
                lab.run(host, [] { return connect_to("192.0.2.1", 80) == -1 && errno == ENETUNREACH ? 0 : 1; });
            EXPECT_EQ(lab.end_of(program), 0);
        }
        EXPECT_THAT(lab.frames, testing::IsEmpty());
    });
}

TEST(LabNetwork, LetsAnybodyListenOnSmallPorts) {
    in_lab({}, [](Lab& lab) {
        Program server = lab.run("server", [] {
            listen_on("0.0.0.0", 80);
            return 0;
        });
        EXPECT_EQ(lab.end_of(server), 0);
    });
}

TEST(LabNetwork, UsesTheTextbooksCongestionControl) {
    in_lab({}, [](Lab& lab) {
        EXPECT_THAT(lab.network.refused_settings(), testing::IsEmpty());
        Program program = lab.run("client", [] {
            std::string name;
            std::ifstream{"/proc/sys/net/ipv4/tcp_congestion_control"} >> name;
            return name == "reno" ? 0 : 1;
        });
        EXPECT_EQ(lab.end_of(program), 0);
    });
}

TEST(LabNetwork, RefusesNamesThatAreNone) {
    EXPECT_THROW(make_hosts("server", {"client", "client"}), std::invalid_argument);
    EXPECT_THROW(make_hosts("server", {"localhost"}), std::invalid_argument);
    EXPECT_THROW(make_hosts("server", {"Server"}), std::invalid_argument);  // the resolver could not tell them apart
    EXPECT_THROW(make_hosts("my server", {}), std::invalid_argument);
    EXPECT_THROW(make_hosts("_server", {}), std::invalid_argument);
    EXPECT_THROW(make_hosts("server-", {}), std::invalid_argument);
    EXPECT_THROW(make_hosts("", {}), std::invalid_argument);
    EXPECT_THROW(make_hosts("server", std::vector<std::string>(245, "x")), std::invalid_argument);
}

}  // namespace
}  // namespace sockstep::labnet::test
