// tests/server/program.hpp - a program under test: started, talked to, waited for.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace support {

struct Start {
    std::vector<std::string> command;
    bool terminal = false;                   // standard input and output are a terminal of its own, not pipes
    std::optional<unsigned> open_files{};    // its limit of descriptors
    std::vector<std::string> environment{};  // "NAME=value", added to ours or in its place
};

/// A child process, ended with the object that stands for it. Every wait has one generous deadline; a wait in vain
/// throws std::runtime_error with what had been seen until then.
class Program {
public:
    explicit Program(const Start& start);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// Reads standard output until `text` has come, and returns all up to its end that was not returned before.
    std::string wait_for(std::string_view text);
    /// Reads standard output to its end.
    std::string rest_of_output();
    /// Reads standard error until `text` has come, or to its end.
    std::string wait_for_error(std::string_view text);
    std::string errors();

    void type(std::string_view text) const;
    void end_input();
    /// Closes our end of its standard output.
    void stop_reading();
    void signal(int number) const;
    /// Whether the terminal shows what is typed.
    bool echoes() const;
    /// Waits for its end: its exit status, or minus the signal that ended it.
    int wait();
    pid_t pid() const { return pid_; }

private:
    void start_child(const Start& start, int in, int out, int err) const;

    pid_t pid_ = -1;
    int input_ = -1;
    int output_ = -1;
    int errors_ = -1;
    std::string unread_output_;
    std::string unread_errors_;
    std::optional<int> status_;
};

/// Reads `fd` until `text` has come; takes all up to its end out of `unread`, which keeps what came after it.
std::string read_until(int fd, std::string& unread, std::string_view text);
/// Reads `fd` until its end, a RST included.
std::string read_to_end(int fd, std::string& unread);

}  // namespace support
