// tests/architecture/programs/apart/plain.cpp - breaks no rule: system headers and its own.
#include "plain.hpp"

#include <sys/socket.h>

#include "chat/group.hpp"
