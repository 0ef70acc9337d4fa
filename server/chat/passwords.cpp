// server/chat/passwords.cpp - the only place that computes a hash.
#include "chat/passwords.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace chat {

namespace {

std::string compute(std::string_view password) {
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        throw std::runtime_error{"no memory to hash a password: 64 MiB are needed"};
    }
    return hash.data();
}

/// One of the two places at the computation, for as long as it lives.
class Turn {
public:
    explicit Turn(std::counting_semaphore<2>& turns) : turns_{turns} { turns_.acquire(); }
    ~Turn() { turns_.release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    std::counting_semaphore<2>& turns_;
};

}  // namespace

Passwords::Passwords() {
    if (sodium_init() < 0) {
        throw std::runtime_error{"libsodium does not start"};
    }
    decoy_ = compute("a password that nobody chose");
}

std::optional<std::string> Passwords::hash(std::string_view password) {
    const Turn turn{turns_};  // blocks until one of the two places is free
    if (stopping_) {
        return std::nullopt;
    }
    return compute(password);
}

bool Passwords::verify(const std::string& hash, std::string_view password) {
    const Turn turn{turns_};  // blocks until one of the two places is free
    if (stopping_) {
        return false;
    }
    const std::string& known = hash.empty() ? decoy_ : hash;
    const bool right = crypto_pwhash_str_verify(known.c_str(), password.data(), password.size()) == 0;
    return right && !hash.empty();
}

}  // namespace chat
