// server/chat/conversation.cpp - what a client is asked, and what it may do. No sockets here: see handle_client.cpp.
#include "chat/conversation.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chat/text.hpp"

namespace chat {

namespace {

constexpr std::string_view opening = "* Welcome to the sockstep group chat.\n";
constexpr std::string_view menu =
    "  1  connect to an existing group chat\n"
    "  2  create a new group chat\n"
    "  3  exit\n"
    "Your choice: ";
constexpr std::string_view goodbye = "* Goodbye.\n";  // the client knows this line: it ends without complaint

enum class Next { Menu, End };

Next connect_to_group(Session& session);                                    // choice 1
Next create_group(Session& session);                                        // choice 2
Next refuse_login(Session& session);                                        // wrong group ID or password
Next talk(Session& session);                                                // in a group
std::optional<std::string> ask_name(Session& session);                      // until it is one that can be used
std::optional<std::string> ask(Session& session, std::string_view prompt);  // one question, one line

}  // namespace

void converse(Session& session) {
    say(session, opening);
    for (;;) {
        const std::optional<std::string> choice = ask(session, menu);
        if (!choice) {
            return;
        }
        Next next = Next::Menu;
        if (*choice == "1") {
            next = connect_to_group(session);
        } else if (*choice == "2") {
            next = create_group(session);
        } else if (*choice == "3" || *choice == "/quit") {
            session.last_words = goodbye;
            next = Next::End;
        } else {
            say(session, "* Please answer 1, 2 or 3.\n");
        }
        if (next == Next::End) {
            return;
        }
    }
}

namespace {

Next connect_to_group(Session& session) {
    std::optional<std::string> name = ask_name(session);
    const std::optional<std::string> id = name ? ask(session, "Group ID: ") : std::nullopt;
    std::optional<std::string> password = id ? ask(session, "Password: ") : std::nullopt;
    if (!password) {
        return Next::End;
    }
    const std::shared_ptr<Group> group = session.server.groups.find(clean_line(*id));
    const bool right = session.server.passwords.verify(group ? group->password_hash() : "", *password);
    wipe(*password);

    Group::Join result = right ? group->join(*name, session.outbox) : Group::Join::Ended;
    while (result == Group::Join::NameTaken) {
        say(session, "* The name " + *name + " is taken in this group; please choose another.\n");
        name = ask_name(session);
        if (!name) {
            return Next::End;
        }
        result = group->join(*name, session.outbox);
    }
    if (result == Group::Join::Joined) {
        session.group = group;
        return talk(session);
    }
    return refuse_login(session);
}

Next refuse_login(Session& session) {
    // The same words whether there is no such group, its password is another, or it ended meanwhile.
    ++session.wrong_logins;
    const int left = session.server.options.login_attempts - session.wrong_logins;
    if (left <= 0) {
        session.last_words = "* Disconnected: too many wrong group IDs or passwords.\n";
        return Next::End;
    }
    say(session, "* Wrong group ID or password. Attempts left: " + std::to_string(left) + "\n");
    return Next::Menu;
}

Next create_group(Session& session) {
    const std::optional<std::string> name = ask_name(session);
    std::optional<std::string> password = name ? ask(session, "Password: ") : std::nullopt;
    while (password && password->empty()) {
        say(session, "* The password must not be empty.\n");
        password = ask(session, "Password: ");
    }
    if (!password) {
        return Next::End;
    }
    const std::optional<std::string> hash = session.server.passwords.hash(*password);
    wipe(*password);
    if (!hash) {
        return Next::End;  // the server is closing
    }
    session.group = session.server.groups.create(*hash, *name, session.outbox);
    return talk(session);
}

Next talk(Session& session) {
    for (;;) {
        const std::optional<std::string> line = read_line(session);
        if (!line) {
            return Next::End;
        }
        const std::string text = clean_line(*line);
        if (text == "/who") {
            session.group->who(*session.outbox);
        } else if (text == "/leave") {
            session.server.groups.leave(session.group, *session.outbox, session.news);
            say(session, "* You left group " + session.group->id() + ".\n");
            session.group = nullptr;
            return Next::Menu;
        } else if (text == "/quit") {
            session.last_words = goodbye;
            return Next::End;
        } else if (text.starts_with('/')) {
            say(session, "* There is no such command. There are /who, /leave and /quit.\n");
        } else if (!text.empty()) {
            session.group->say(*session.outbox, text);
        }
    }
}

std::optional<std::string> ask_name(Session& session) {
    for (;;) {
        const std::optional<std::string> answer = ask(session, "Name: ");
        if (!answer) {
            return std::nullopt;
        }
        const std::string name = clean_name(*answer);
        const std::optional<std::string> problem = problem_with_name(name);
        if (!problem) {
            return name;
        }
        say(session, "* " + *problem + "\n");
    }
}

std::optional<std::string> ask(Session& session, std::string_view prompt) {
    say(session, prompt);
    return read_line(session);
}

}  // namespace

}  // namespace chat
