// tracer/app/shell_words.cpp - quotes and backslashes, octet by octet.
#include "app/shell_words.hpp"

#include <optional>

namespace sockstep::app {

namespace {

class Splitter {
public:
    explicit Splitter(std::string_view rest) : rest_{rest} {}

    std::variant<std::vector<std::string>, std::string> split() {
        while (!rest_.empty() && complaint_.empty()) {
            take_one();
        }
        end_word();
        if (!complaint_.empty()) {
            return complaint_;
        }
        return words_;
    }

private:
    void take_one() {
        const char octet = rest_.front();
        rest_.remove_prefix(1);
        if (octet == ' ' || octet == '\t' || octet == '\n') {
            end_word();
        } else if (octet == '\'') {
            take_quoted();
        } else if (octet == '"') {
            take_double_quoted();
        } else if (octet == '\\') {
            take_escaped();
        } else {
            add(octet);
        }
    }

    void add(char octet) { word_ = word_.value_or("") + octet; }
    void end_word() {
        if (word_) {
            words_.push_back(*word_);
        }
        word_.reset();
    }

    /// Up to the next ', which nothing can escape.
    void take_quoted() {
        const std::size_t end = rest_.find('\'');
        if (end == std::string_view::npos) {
            complaint_ = "a ' has no partner";
            return;
        }
        word_ = word_.value_or("") + std::string{rest_.substr(0, end)};
        rest_.remove_prefix(end + 1);
    }

    /// In it a backslash escapes only what would otherwise be special there.
    void take_double_quoted() {
        word_ = word_.value_or("");
        while (!rest_.empty()) {
            char octet = rest_.front();
            rest_.remove_prefix(1);
            if (octet == '"') {
                return;
            }
            const bool escapes = octet == '\\' && !rest_.empty() &&
                                 std::string_view{"$`\"\\\n"}.find(rest_.front()) != std::string::npos;
            if (escapes) {
                octet = rest_.front();
                rest_.remove_prefix(1);
            }
            if (!escapes || octet != '\n') {  // an escaped newline joins two lines
                add(octet);
            }
        }
        complaint_ = "a \" has no partner";
    }

    void take_escaped() {
        if (rest_.empty()) {
            complaint_ = "a \\ stands at the end";
            return;
        }
        if (rest_.front() != '\n') {
            add(rest_.front());
        }
        rest_.remove_prefix(1);
    }

    std::string_view rest_;
    std::vector<std::string> words_;
    std::optional<std::string> word_;  // absent: between words; there is an empty word too: ''
    std::string complaint_;
};

}  // namespace

std::variant<std::vector<std::string>, std::string> shell_words(std::string_view command) {
    return Splitter{command}.split();
}

}  // namespace sockstep::app
